// Which job a word means: here tasks of an array of clients, by the names people know them by.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findCluster } from '../../src/commands/find-cluster.ts';
import { findJob } from '../../src/commands/find-job.ts';
import { findStops } from '../../src/commands/find-stops.ts';
import { renderClientRecord } from '../../src/core/client-record.ts';
import { type Layout, layoutOf } from '../../src/core/layout.ts';
import { orderNames } from '../../src/core/stop-plan.ts';
import { nameOf } from '../../src/core/task-names.ts';
import type { World } from '../../src/core/world.ts';
import { strawWorld } from '../flows/straw-world.ts';

let here: Layout;
beforeAll(() => {
	here = layoutOf(mkdtempSync(join(tmpdir(), 'rayslurm-test-')));
	const head = here.head('5');
	mkdirSync(head.clients, { recursive: true });
	const record = { arguments: [], rejoin: false, submitted: 'x' };
	writeFileSync(head.clientRecord('9'), renderClientRecord({ job: '9', ...record }));
	// Of three, the first has the array's own id, the second one of its own, and the third has not begun.
	writeFileSync(head.clientRecord('26'), renderClientRecord({ job: '26', array: '1-3', ...record }));
	const begun = (task: string) => `${JSON.stringify({ at: 'x', step: 'running', node: 'n', task })}\n`;
	writeFileSync(head.clientEvents('26'), begun('26_1'));
	writeFileSync(head.clientEvents('27'), begun('26_2'));
	// Of an array that goes on with head 6, the first has ended, the second has moved by itself, the rest were still to begin.
	const next = here.head('6');
	mkdirSync(next.clients, { recursive: true });
	const rejoins = (array: string) => renderClientRecord({ ...record, job: '40', array, rejoin: true });
	writeFileSync(head.clientRecord('40'), rejoins('0-3'));
	writeFileSync(head.clientEvents('41'), begun('40_0'));
	writeFileSync(head.clientEvents('42'), `${begun('40_1')}${JSON.stringify({ at: 'x', step: 'moved', head: '6' })}\n`);
	writeFileSync(next.clientEvents('42'), begun('40_1'));
	writeFileSync(next.clientRecord('40'), rejoins('2-3'));
	writeFileSync(next.clientEvents('40'), begun('40_3'));
	mkdirSync(next.clientEvents('50'));
});
afterAll(() => rmSync(here.outputDir, { recursive: true }));

function world(): World {
	const straw = strawWorld({
		scheduler: { name: 'slurm', title: 'Slurm', states: async () => new Map() },
		register: { heads: async () => [] },
	} as unknown as Partial<World>);
	straw.world.files.readState = async (path) => {
		try {
			return readFileSync(path, 'utf8');
		} catch {
			return undefined;
		}
	};
	straw.world.files.list = async (path) => readdirSync(path);
	return straw.world;
}
const search = { cwd: '/' };

it.each([
	['that has begun', '26_2', '27', '5'],
	["that has the array's id", '26_1', '26', '5'],
	['that has not begun', '26_3', '26_3', '5'],
	['that ended with an earlier head', '40_0', '41', '5'],
	['that has moved to the next head', '40_1', '42', '6'],
	['that begins with the next head', '40_2', '40_2', '6'],
])('a task %s', async (_, word, job, headName) => {
	expect(await findJob(world(), here, word, search)).toMatchObject({ kind: 'client', name: word, job, headName });
});

it('a task by the id of its own is known by its name', async () => {
	expect(await findJob(world(), here, '27', search)).toMatchObject({ kind: 'client', name: '26_2', job: '27' });
});

it("an array's id means all its tasks, each with the head it is with", async () => {
	const { kind, name, headName, clients } = await findJob(world(), here, '40', search);
	expect([kind, name, headName]).toEqual(['array', '40', '6']);
	expect(clients.map((client) => [client.task, client.job, client.headName])).toEqual([
		['40_0', '41', '5'],
		['40_1', '42', '6'],
		['40_2', '40_2', '6'],
		['40_3', '40', '6'],
	]);
});

it('what is not mine to read is no trace of a job', async () => {
	await expect(findJob(world(), here, '50', search)).rejects.toMatchObject({ kind: 'no-such-job' });
});

it.each([
	['26_4', 'It has 1-3'],
	['9_1', 'Job 9 is a client, and no array'],
	['5_1', 'Job 5 is a head, and no array'],
])('%s is none', async (word, why) => {
	const hint = expect.stringContaining(why);
	await expect(findJob(world(), here, word, search)).rejects.toMatchObject({ kind: 'no-such-job', hint });
});

it.each([
	['26_1', ['26_1']],
	['26_2', ['26_2']],
	['27', ['26_2']],
	['26_3', ['26_3']],
	['26', ['26']],
	['26_[1-2]', ['26_1', '26_2']],
])('stop %s: %j', async (word, names) => {
	const { targets } = await findStops({ world: world(), here, ...search }, [word]);
	expect(orderNames(targets)).toEqual(names);
	if (word === '26') expect(targets.map(nameOf)).toEqual(['26_1', '26_2', '26_3']);
});

it('stop: of several tasks each is to be there', async () => {
	const several = findStops({ world: world(), here, ...search }, ['26_[1-5]']);
	await expect(several).rejects.toMatchObject({ kind: 'no-such-job', message: 'There is no task 26_4' });
});

it('no head is named by a task', async () => {
	const hint = 'rayslurm status lists the heads';
	await expect(findCluster(world(), here, '26_2', search)).rejects.toMatchObject({ kind: 'usage', hint });
});
