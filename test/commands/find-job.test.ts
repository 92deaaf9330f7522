// Which job a word means: here tasks of an array of clients, by the names people know them by.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findCluster } from '../../src/commands/find-cluster.ts';
import { findJob } from '../../src/commands/find-job.ts';
import { findStops } from '../../src/commands/find-stops.ts';
import { renderClientRecord } from '../../src/core/client-record.ts';
import { type Layout, layoutOf } from '../../src/core/layout.ts';
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
	return straw.world;
}
const search = { cwd: '/' };

it.each([
	['that has begun', '26_2', '27'],
	["that has the array's id", '26_1', '26'],
	['that has not begun', '26_3', '26_3'],
])('a task %s', async (_, word, job) => {
	expect(await findJob(world(), here, word, search)).toMatchObject({ kind: 'client', job, headName: '5' });
});

it.each([
	['26_4', 'It has 1-3'],
	['9_1', 'Job 9 is a client, and no array'],
	['5_1', 'Job 5 is a head, and no array'],
])('%s is none', async (word, why) => {
	const hint = expect.stringContaining(why);
	await expect(findJob(world(), here, word, search)).rejects.toMatchObject({ kind: 'no-such-job', hint });
});

it("stop: one task alone is meant, also the one that has the array's id", async () => {
	const jobs = async (word: string) =>
		(await findStops({ world: world(), here, ...search }, [word])).targets.map(({ job }) => job);
	expect([await jobs('26_1'), await jobs('26_2'), await jobs('26_3'), await jobs('26')]).toEqual([
		['26_1'],
		['27'],
		['26_3'],
		['26'],
	]);
});

it('no head is named by a task', async () => {
	const hint = 'rayslurm status lists the heads';
	await expect(findCluster(world(), here, '26_2', search)).rejects.toMatchObject({ kind: 'usage', hint });
});
