import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PORT_NAMES, planPorts } from '../../src/core/ports.ts';
import {
	clusterEnvironment,
	hasAuthentication,
	headStartWords,
	isSupported,
	joinStartWords,
	nodeEnvironment,
	type RayStart,
} from '../../src/core/ray-start.ts';
import { checkVersions, compareVersions } from '../../src/core/versions.ts';

const start: RayStart = {
	install: { python: '/env/bin/python', rayVersion: '2.60.0', pythonVersion: '3.11.7' },
	address: '10.0.0.1',
	plan: planPorts(2_420),
	resources: { cpus: 8, gpus: 0, memoryBytes: 2e11, objectStoreBytes: 2e10, notes: [] },
	folder: '/tmp/rs-abc/ray',
	nodeName: 'dws-01-12345',
	labels: { 'rayslurm/job': '12345', zone: 'a' },
	passed: ['--no-monitor', '--resources={"a b":1}'],
};

describe('ray start', () => {
	it.each([
		['a head', headStartWords(start, '127.0.0.1')],
		['a node that joins', joinStartWords(start, '10.0.0.9:6379')],
	])("of %s is one word a setting, ours first and the user's last", (_, words) => {
		expect(words.slice(0, 2)).toEqual(['/env/bin/python', '-c']);
		expect(words.slice(3, 5)).toEqual(['start', '--block']);
		expect(words.slice(-2)).toEqual(start.passed);
		expect(words).toContain('--labels=rayslurm/job=12345,zone=a');
		const names = words.slice(4).map((word) => word.split('=')[0]);
		expect(new Set(names).size).toBe(names.length);
		for (const name of names) expect(name).toMatch(/^--[a-z-]+$/);
	});

	it('gives a head every port of its plan, and a joining node those that nodes open', () => {
		const portsIn = (words: readonly string[]) =>
			words.flatMap((word) => /^--[a-z-]*port=(\d+)$/.exec(word)?.[1] ?? []).map(Number);
		const { workers } = start.plan;
		// The redis shard's port is reserved; today's Ray opens none.
		const head = PORT_NAMES.filter((name) => name !== 'redisShard').map((name) => start.plan[name]);
		expect(portsIn(headStartWords(start, 'x')).sort()).toEqual([...head, workers.min, workers.max].sort());
		const { ray, rayClient, dashboard } = start.plan;
		const node = head.filter((port) => ![ray, rayClient, dashboard].includes(port));
		expect(portsIn(joinStartWords(start, 'x')).sort()).toEqual([...node, workers.min, workers.max].sort());
	});

	it('is told what the job has, never what the machine has', () => {
		expect(headStartWords(start, '127.0.0.1')).toEqual(
			expect.arrayContaining([
				'--num-cpus=8',
				'--num-gpus=0',
				'--memory=200000000000',
				'--object-store-memory=20000000000',
				'--node-ip-address=10.0.0.1',
				'--dashboard-host=127.0.0.1',
				'--temp-dir=/tmp/rs-abc/ray',
			]),
		);
	});

	it('has no labels where Ray has none', () => {
		const old = { ...start, install: { ...start.install, rayVersion: '2.44.1' } };
		expect(joinStartWords(old, 'x').join(' ')).not.toContain('--labels');
		expect(joinStartWords({ ...old, install: start.install }, 'x').join(' ')).toContain('--labels');
	});
});

describe('versions', () => {
	it.each([
		['2.39.0', false, false],
		['2.40.0', true, false],
		['2.51.2', true, false],
		['2.52.0', true, true],
		['2.52.0rc1', true, true],
		['2.40.0rc1', true, false],
		['2.100.1', true, true],
		['3.0.0.dev0', true, true],
		['1.13.0', false, false],
		['', false, false],
	])('%s: supported %s, with authentication %s', (version, supported, authentication) => {
		expect(isSupported(version)).toBe(supported);
		expect(hasAuthentication(version)).toBe(authentication);
	});

	it('are ordered by their numbers', () => {
		const version = fc.tuple(fc.nat(2), fc.constantFrom(0, 2, 9, 10, 100), fc.constantFrom(0, 2, 9, 10, 100));
		fc.assert(
			fc.property(version, version, (a, b) => {
				const order = a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
				expect(Math.sign(compareVersions(a.join('.'), b.join('.')))).toBe(Math.sign(order));
			}),
		);
	});

	const here = { rayVersion: '2.60.0', pythonVersion: '3.11.7' };
	it.each([{}, here, { rayVersion: '2.60.0' }, { rayVersion: undefined, pythonVersion: '3.11.7' }])(
		'%j of the head fit',
		(head) => {
			expect(() => checkVersions(here, head)).not.toThrow();
		},
	);

	it.each([
		[{ rayVersion: '2.59.0' }, 'Ray 2.60.0 here, but Ray 2.59.0 at the head'],
		[{ rayVersion: '2.60.0', pythonVersion: '3.11.8' }, 'Python 3.11.7 here, but Python 3.11.8 at the head'],
	])('%j of the head do not', (head, message) => {
		expect(() => checkVersions(here, head)).toThrowError(expect.objectContaining({ kind: 'cannot-connect', message }));
	});
});

describe('the environment of what speaks to the cluster', () => {
	it('says authentication always, gives the token as a path alone, and forgets another cluster', () => {
		expect(clusterEnvironment('/t/token')).toMatchObject({ RAY_AUTH_MODE: 'token', RAY_AUTH_TOKEN_PATH: '/t/token' });
		expect(clusterEnvironment(undefined)).toMatchObject({ RAY_AUTH_MODE: 'disabled', RAY_AUTH_TOKEN_PATH: undefined });
		for (const path of ['/t/token', undefined]) {
			const environment = nodeEnvironment(path, { threshold: 0.000005, drainSeconds: 30, temporaryFolder: undefined });
			for (const name of ['RAY_AUTH_TOKEN', 'RAY_ADDRESS', 'RAY_TMPDIR']) {
				expect(Object.keys(environment)).toContain(name); // With undefined: it is taken out.
				expect(environment[name]).toBeUndefined();
			}
			expect(environment).toMatchObject({
				RAY_memory_usage_threshold: '0.000005',
				RAY_GRACEFUL_SHUTDOWN_DRAIN_TIMEOUT_S: '30',
			});
			expect(environment).not.toHaveProperty('TMPDIR');
		}
	});
});
