import { execFileSync } from 'node:child_process';
import {
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withLock } from '../../src/adapters/lock.ts';
import {
	adoptOrphans,
	type OverviewPlace,
	openRuns,
	recordEnd,
	recordStart,
} from '../../src/adapters/overview-file.ts';
import { OVERVIEW_HEADER, parseOverview, type Run, renderRow } from '../../src/core/overview.ts';
import { bundle, start } from './child-program.ts';

let folder: string;
let place: OverviewPlace;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'rayslurm-test-'));
	place = { state: join(folder, '.rayslurm'), overview: join(folder, 'experiment_overview.csv') };
	mkdirSync(place.state, { mode: 0o700 });
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (jobId: string): Run => ({
	jobId,
	runId: `${jobId}-0-ab`,
	script: 'a.py',
	arguments: ['--seed', '42'],
	head: '1',
	started: '2025-10-28T10:30:00+00:00',
});
const end = { ended: '2025-10-28T10:31:00+00:00', exitCode: 3 };
const wish = { job: '1', waitMs: 1_000 };
const line = (jobId: string) => renderRow({ ...run(jobId), ...end });
const text = () => readFileSync(place.overview, 'utf8');
const kept = () => readdirSync(join(place.state, 'runs')).sort();

describe('a run', () => {
	it('is kept from its start, and has its row at its end', async () => {
		await recordStart(place, run('12'));
		expect(kept()).toEqual(['12.12-0-ab.json']);
		expect(statSync(join(place.state, 'runs')).mode & 0o777).toBe(0o700);
		expect(await recordEnd(place, run('12'), end, wish)).toEqual({ rows: 1 });
		expect(text()).toBe(`${OVERVIEW_HEADER}\n${line('12')}\n`);
		expect(kept()).toEqual([]);
		expect(readdirSync(place.state)).toEqual(['runs']);
	});

	it('of a killed job gets its row from whoever knows that the job is over', async () => {
		for (const job of ['12', '13', '14']) await recordStart(place, run(job));
		expect([...(await openRuns(place))].sort()).toEqual(['12', '13', '14']);
		const over = (each: Run) => (each.jobId === '13' ? { ended: '2025-10-28T11:00:00+00:00' } : undefined);
		expect(await adoptOrphans(place, over, wish)).toEqual({ rows: 1 });
		expect(parseOverview(text())).toEqual([{ ...run('13'), ended: '2025-10-28T11:00:00+00:00' }]);
		expect(kept()).toEqual(['12.12-0-ab.json', '14.14-0-ab.json']);
		expect([...(await openRuns(place))].sort()).toEqual(['12', '14']);
	});

	it('waits for the next writer while the lock is held', async () => {
		await recordStart(place, run('12'));
		const held = await withLock(join(place.state, 'overview.lock'), { job: '99', waitMs: 0 }, () =>
			recordEnd(place, run('12'), end, { job: '12', waitMs: 20 }),
		);
		expect(held).toMatchObject({ value: { rows: 0, note: expect.stringContaining('is being written by job 99 on ') } });
		expect(kept()).toEqual(['12.12-0-ab.ended']);
		expect(await recordEnd(place, run('13'), end, wish)).toEqual({ rows: 2 });
		expect(text()).toBe(`${OVERVIEW_HEADER}\n${line('12')}\n${line('13')}\n`);
	});

	it('has no second row when its writer died before it could tidy up', async () => {
		await recordEnd(place, run('12'), end, wish);
		writeFileSync(join(place.state, 'runs', '12.12-0-ab.ended'), JSON.stringify({ ...run('12'), ...end }));
		expect(await recordEnd(place, run('13'), end, wish)).toEqual({ rows: 1 });
		expect(text()).toBe(`${OVERVIEW_HEADER}\n${line('12')}\n${line('13')}\n`);
	});

	it('goes on where its writer died between the end and its new name', async () => {
		await recordStart(place, run('12'));
		writeFileSync(join(place.state, 'runs', '12.12-0-ab.json'), JSON.stringify({ ...run('12'), ...end }));
		expect(await adoptOrphans(place, () => undefined, wish)).toEqual({ rows: 1 });
		expect(text()).toContain(line('12'));
	});
});

describe('an existing file', () => {
	it.each([
		['keeps its CRLF', `${OVERVIEW_HEADER}\r\n`, (row: string) => `${OVERVIEW_HEADER}\r\n${row}\r\n`],
		[
			'gets the end of a torn line first',
			`${OVERVIEW_HEADER}\n1,2,to`,
			(row: string) => `${OVERVIEW_HEADER}\n1,2,to\n${row}\n`,
		],
		['that is empty gets its header', '', (row: string) => `${OVERVIEW_HEADER}\n${row}\n`],
		['keeps its own columns', `notes,${OVERVIEW_HEADER}\n`, (row: string) => `notes,${OVERVIEW_HEADER}\n,${row}\n`],
	])('%s', async (_, before, after) => {
		writeFileSync(place.overview, before);
		expect(await recordEnd(place, run('12'), end, wish)).toEqual({ rows: 1 });
		expect(text()).toBe(after(line('12')));
	});

	it('with another header gets its row in our order, and a note', async () => {
		writeFileSync(place.overview, 'job;run\n');
		expect(await recordEnd(place, run('12'), end, wish)).toEqual({
			rows: 1,
			note: expect.stringContaining('has another header'),
		});
		expect(text()).toBe(`job;run\n${line('12')}\n`);
	});

	it('that is a link is not followed; the row waits', async () => {
		symlinkSync(join(folder, 'elsewhere'), place.overview);
		await expect(recordEnd(place, run('12'), end, wish)).rejects.toMatchObject({
			kind: 'failed',
			message: `Cannot write ${place.overview}: it is a symbolic link (ELOOP)`,
		});
		expect(kept()).toEqual(['12.12-0-ab.ended']);
	});
});

it('is whole after eight processes have added fifty rows each', async () => {
	const program = bundle(
		`import { recordEnd } from './src/adapters/overview-file.ts';
		const [, , state, overview, job] = process.argv;
		process.stdin.resume().on('end', () => process.exit(0));
		(async () => {
			for (let round = 0; round < 50; round++) {
				const run = { jobId: job, runId: job + '-' + round, script: 'a "b",\\n.py', arguments: ['x'.repeat(round * 40), ','], head: '1', started: 's' };
				await recordEnd({ state, overview }, run, { ended: 'e', exitCode: round }, { job, waitMs: 30_000 });
			}
			console.log('done');
		})();`,
		join(folder, 'writer.cjs'),
	);
	const jobs = ['1', '2', '3', '4', '5', '6', '7', '8'];
	const writers = jobs.map((job) => start([process.execPath, program, place.state, place.overview, job]));
	for (const writer of writers) expect(await writer.line()).toBe('done');
	for (const writer of writers) writer.process.stdin?.end();
	const read = execFileSync(
		'python3',
		[
			'-c',
			'import csv, json, sys; print(json.dumps(list(csv.DictReader(open(sys.argv[1], newline="")))))',
			place.overview,
		],
		{ encoding: 'utf8', maxBuffer: 1e8 },
	);
	const rows: Record<string, string>[] = JSON.parse(read);
	const expected = jobs.flatMap((job) => Array.from({ length: 50 }, (_, round) => `${job}-${round}`));
	expect(rows.map((row) => row['run_id']).sort()).toEqual(expected.sort());
	for (const row of rows) {
		const round = Number(row['exit_code']);
		expect(row).toMatchObject({ script: 'a "b",\n.py', head: '1', run_id: `${row['job_id']}-${round}` });
		expect(JSON.parse(row['arguments'] ?? '')).toEqual(['x'.repeat(round * 40), ',']);
	}
	expect(kept()).toEqual([]);
});
