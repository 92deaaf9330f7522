// A compute node as doctor's job saw it, and as it is seen from here.
import { describe, expect, it } from 'vitest';
import { betweenFindings } from '../../../src/core/doctor/between-rules.ts';
import type { Knock } from '../../../src/core/doctor/evidence.ts';
import {
	notMineFindings,
	signalFindings,
	submittedFindings,
	unheardFindings,
} from '../../../src/core/doctor/job-rules.ts';
import { nodeFindings } from '../../../src/core/doctor/node-rules.ts';
import type { ProbeHello, ProbeNode } from '../../../src/core/doctor/probe-words.ts';
import { spoken } from './spoken.ts';

const reached = (aheadMs = 0, ms = 2): Knock => ({ kind: 'reached', ms, aheadMs });
const REFUSED: Knock = { kind: 'not-reached', why: 'refused' };

const hello = (more: Partial<ProbeHello> = {}): ProbeHello => ({
	hostName: 'n1',
	cwd: '/work',
	addresses: {
		kind: 'seen',
		ms: 1,
		value: {
			hostName: 'n1',
			candidates: [{ interface: 'eth0', address: '10.0.0.1' }],
			named: [],
			chosen: '10.0.0.1',
			trouble: undefined,
		},
	},
	port: 5000,
	...more,
});

const node = (more: Partial<ProbeNode> = {}): ProbeNode => ({
	machine: {
		room: {
			tmpdir: undefined,
			tmpdirFolder: undefined,
			tmp: { kind: 'silent', afterMs: 10_000 },
			shm: { kind: 'silent', afterMs: 10_000 },
		},
		limits: { kind: 'silent', afterMs: 10_000 },
		addresses: hello().addresses,
		ports: undefined,
		proxies: {},
		memory: undefined,
	},
	job: undefined,
	replyAfterMs: 50,
	knocks: [{ address: '10.0.0.254', knock: reached() }],
	missing: [],
	...more,
});

const between = (from: { hello?: ProbeHello; node?: ProbeNode | undefined; knocks?: Knock[]; cwd?: string } = {}) =>
	spoken(
		betweenFindings(from.hello ?? hello(), 'node' in from ? from.node : node(), {
			cwd: from.cwd ?? '/work',
			outputDir: '/project/outputs',
			knocks: (from.knocks ?? [reached()]).map((knock, index) => ({ address: `10.0.0.${index + 1}`, knock })),
		}),
	);

describe('between here and a node', () => {
	it('all is well', () => {
		expect(between()).toEqual([
			'✓ A file in /project/outputs is seen there, and the answer here, after 0.05 s',
			'✓ 10.0.0.1 is reached from here',
			'✓ This machine is reached from there',
			'✓ Its clock agrees with the one here (0.00 s)',
		]);
	});

	it.each([
		[6_000, /^! A file .* after 6\.0 s: heads and clients find each other late/],
		[70_000, /^✗ A file .* after 70\.0 s/],
		[undefined, /^✗ What is written into \/project\/outputs here was not seen on n1 within 30 s/],
	])('files seen after %s ms', (replyAfterMs, said) => {
		expect(between({ node: node({ replyAfterMs }) })[0]).toMatch(said);
	});

	it('jobs run elsewhere than one types', () => {
		expect(between({ cwd: '/home/me/here' })).toContain(
			'✗ Jobs from /home/me/here run in /work there: scripts and relative paths are not found',
		);
	});

	it.each([
		[[REFUSED], /^! No connection from here to 10\.0\.0\.1: refused/],
		[[REFUSED, reached()], /^✗ 10\.0\.0\.1 is not reached from here, by 10\.0\.0\.2 it is/],
	])('from here %j', (knocks, said) => {
		expect(between({ knocks })[1]).toMatch(said);
	});

	it('an address that was not clear is made so by what is reached', () => {
		const unclear = hello();
		if (unclear.addresses.kind === 'seen') Object.assign(unclear.addresses.value, { chosen: undefined });
		expect(between({ hello: unclear })[1]).toMatch(/^! It is reached from here by 10\.0\.0\.1$/);
	});

	it('not from there', () => {
		const knocks = [{ address: '10.0.0.254', knock: REFUSED }];
		expect(between({ node: node({ knocks }) })[2]).toMatch(
			/^! No connection from there to this machine \(10\.0\.0\.254\)/,
		);
	});

	it.each([
		[1_500, '✓ Its clock agrees'],
		[-5_000, '! Its clock is 5.00 s behind the one here'],
		[5_000, '! Its clock is 5.00 s ahead of the one here'],
		[400_000, '✗ Its clock is 400.00 s ahead of the one here'],
	])('a clock %s ms ahead', (aheadMs, said) => {
		expect(between({ knocks: [reached(aheadMs)] }).at(-1)).toContain(said);
	});

	it('a slow answer tells nothing of the clock', () => {
		expect(between({ knocks: [reached(2_900, 3_000)] }).at(-1)).toMatch(/^✓ Its clock agrees/);
		expect(between({ knocks: [REFUSED] }).join()).not.toContain('clock');
	});
});

describe('a node', () => {
	const context = {
		cwd: '/work',
		outputDir: '/project/outputs',
		environment: 'venv /e',
		acceptsNoAuth: false,
		objectStoreBytes: 1e9,
		rayHere: undefined,
	};
	const seen = { knocks: [], notMine: [], signalAwaited: false, lastError: '' };

	it('of which nothing was heard has no findings of its own', () => {
		expect(nodeFindings(seen, context)).toEqual([]);
	});

	it('is named in each of its findings, and what hangs there is said', () => {
		const findings = nodeFindings({ ...seen, hello: hello(), node: node({ missing: ['squeue'] }) }, context);
		expect(new Set(findings.map((finding) => finding.node))).toEqual(new Set(['n1']));
		expect(spoken(findings)).toEqual(
			expect.arrayContaining([
				"✗ Ray's environment (venv /e) gave no answer on n1",
				'✗ /tmp did not answer in 10 s',
				'✗ /dev/shm did not answer in 10 s',
				'✗ The limits of processes did not answer in 10 s',
				expect.stringMatching(/^! There is no squeue on n1/),
			]),
		);
	});
});

describe('what the site made of the job', () => {
	const asked = { comment: 'rayslurm doctor', minutes: 2, partition: undefined };
	const shown = (fields: Record<string, string> = {}) =>
		new Map(Object.entries({ Comment: 'rayslurm doctor', TimeLimit: '00:02:00', Partition: 'main', ...fields }));

	it.each([
		[asked, {}, '✓ The site left the job as it was asked for (comment, time limit, partition)'],
		[asked, { Comment: '' }, '! The site takes comments off jobs'],
		[asked, { Comment: 'billed' }, '! The site rewrites comments of jobs, here to "billed"'],
		[asked, { TimeLimit: '1-00:00:00' }, '! The site made 1440 min of a time limit of 2 min'],
		[{ ...asked, partition: 'gpu,long' }, { Partition: 'long' }, '✓ The site left'],
		[{ ...asked, partition: 'gpu' }, {}, '! The site moved the job from gpu to main'],
	])('%j shown as %j', (wish, fields, said) => {
		expect(spoken(submittedFindings(wish, shown(fields)))).toEqual([expect.stringContaining(said)]);
	});

	it.each([
		[1_000, '✓ The signal came 100 s before the time limit, asked for 100 s'],
		[940, '✓ The signal came 160 s before'],
		[900, '! The signal came 200 s before'],
		[1_030, '✓ The signal came 70 s before'],
		[1_060, '! The signal came 40 s before'],
		[undefined, '✗ No signal came 100 s before the time limit: --signal is ignored'],
	])('a signal at %s of a job that ends at 1100', (at, said) => {
		expect(spoken(signalFindings(100, 1_100, at))).toEqual([expect.stringContaining(said)]);
	});

	it('files of another owner', () => {
		expect(spoken(notMineFindings(['hello.json'], '/o'))).toEqual([
			expect.stringContaining('✗ What jobs write into /o'),
		]);
		expect(notMineFindings([], '/o')).toEqual([]);
	});

	it.each([
		['Error: Cannot find module /x/rayslurm.cjs', true, undefined, '✗ The job could not start rayslurm on its node'],
		[
			'/opt/node: No such file or directory',
			true,
			'Slurm says FAILED',
			'✗ The job could not start rayslurm on its node (Slurm',
		],
		['ERROR: boom', true, undefined, '✗ The job failed on its node: ERROR: boom'],
		['', true, undefined, '✗ The job ended before it could report'],
		['', false, 'Slurm says FAILED', '✗ The job ended (Slurm says FAILED), and nothing that it wrote is seen here'],
		['', false, 'Slurm says CANCELLED', '✗ The job was cancelled (Slurm says CANCELLED), not by doctor'],
	])('a job that said %j', (lastError, started, state, said) => {
		expect(spoken(unheardFindings(lastError, started, state, '/o'))).toEqual([expect.stringContaining(said)]);
	});
});
