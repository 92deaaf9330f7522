// Every example of every help page of the built program is typed, and ends as its page says.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MENU } from '../../src/commands/index.ts';
import { nodeForUsers } from '../testbed/app.ts';
import { bundle, describeReal, person, rayFolder, until } from '../testbed/bed.ts';
import { demanded } from '../testbed/needs.ts';
import { Day, LANES } from './example-lanes.ts';
import { OPTIONAL, type Page, type Place, ROWS, readPage, type Type } from './help-examples.ts';
import { Here } from './here.ts';

const alice = person('alice');
const here = new Here(alice);
const names = MENU.filter(({ hidden }) => !hidden).map(({ name }) => name);
const lacking = OPTIONAL.filter((program) => spawnSync('which', [program]).status !== 0);

describeReal('help pages', () => {
	let top: string;
	let pages: readonly Page[];
	const homes: string[] = [];

	beforeAll(async () => {
		top = await alice.workspace();
		await alice.write(join(top, 'bin/rayslurm'), `#!/bin/sh\nexec ${nodeForUsers()} ${bundle} "$@"\n`, 0o755);
		const help = async (name: string) => (await alice.rayslurm([...name.split(' '), '--help'])).stdout;
		pages = await Promise.all(names.map(async (name) => readPage(name, await help(name))));
	});

	afterAll(async () => {
		for (const HOME of homes) {
			const { stdout } = await here.run(['local', 'jobs', '--json'], { env: { HOME } });
			const jobs: readonly { job: string }[] = JSON.parse(stdout).jobs;
			if (jobs.length > 0) await here.run(['local', 'cancel', ...jobs.map(({ job }) => job)], { env: { HOME } });
		}
		await here.cancelAll();
	});

	const type: Type = async (shell, line, { home, cpus }, { answer, until: word } = {}) => {
		const inShell = [shell, ...(shell === 'bash' ? ['-o', 'pipefail'] : []), '-c', line];
		// script gives it a terminal; in a session of its own ctrl-C is heard by all of it, and by nothing else.
		const argv = answer === undefined ? inShell : ['script', '-qefc', line, '/dev/null'];
		const running = alice.start(word === undefined ? argv : ['setsid', ...argv], {
			cwd: join(home, 'work'),
			env: {
				HOME: home,
				PATH: `${join(top, 'bin')}:${rayFolder}/bin:/usr/bin:/bin`,
				RAYSLURM_SCHEDULER: 'local',
				RAYSLURM_LOCAL_CPUS: String(cpus),
			},
			timeoutMs: 100_000,
			...(answer === undefined ? {} : { input: `${answer}\n` }),
		});
		let over = false;
		const done = running.done.finally(() => {
			over = true;
		});
		done.catch(() => {}); // Whoever awaits it sees it.
		if (word === undefined) return done;
		await until(`${line} has printed ${word}`, () => over || word.test(Object.values(running.soFar()).join('\n')));
		if (!over) process.kill(-running.pid, 'SIGINT');
		return done;
	};

	it('have each command in one lane, and no row for what no page shows', () => {
		expect(demanded('shells') ? lacking : []).toEqual([]);
		const inLanes = Object.values(LANES).flatMap(({ commands }) => commands);
		expect(inLanes.toSorted()).toEqual(names.toSorted());
		const examples = pages.flatMap((page) => page.examples);
		for (const { name, examples } of pages) expect(examples.length, name).toBeGreaterThanOrEqual(3);
		expect(examples).toEqual(expect.arrayContaining(Object.keys(ROWS)));
	});

	describe.concurrent('their examples end as they should, and tell programs JSON', () => {
		it.each(Object.entries(LANES))('%s', async (name, lane) => {
			const place: Place = { home: join(top, name.replaceAll(' ', '-')), cpus: lane.cpus };
			homes.push(place.home);
			await alice.write(join(place.home, 'work/.keep'), '');
			const day = new Day(type, place, lacking);
			await day.spend(lane, pages);
			expect(day.faults.join('\n\n')).toBe('');
		});
	});
});
