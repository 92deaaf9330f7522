import { describe, expect, it } from 'vitest';
import { RAY_TABLE, readRayOption, readRayOptions, wordsForEveryNode } from '../../src/core/ray-options.ts';
import { RAY_REFUSALS } from '../../src/core/ray-refusals.ts';

describe('options for ray start', () => {
	it('tells what overrides our own, and passes the rest as typed', () => {
		const words = [
			...[
				'--num-cpus',
				'4',
				'--num-gpus=1',
				'--object-store-memory=2000000000',
				'--memory',
				'5',
				'--labels',
				'zone=a, disk/kind=ssd',
			],
			...['--resources={"licence": 2}', '--no-monitor', '-v', '--log-style', 'record', '--plasma-directory=/dev/shm'],
		];
		expect(readRayOptions(words, 'head')).toEqual({
			numCpus: 4,
			numGpus: 1,
			objectStoreMemory: 2_000_000_000,
			memory: 5,
			labels: { zone: 'a', 'disk/kind': 'ssd' },
			resources: { licence: 2 },
			passed: [
				...['--resources={"licence": 2}', '--no-monitor', '-v', '--log-style', 'record', '--plasma-directory=/dev/shm'],
			],
		});
	});

	it('counts the last of several', () => {
		expect(readRayOptions(['--num-cpus=1', '--num-cpus', '0'], 'client')).toEqual({ numCpus: 0, passed: [] });
	});

	it.each([
		[['--include-dashboard=false'], false],
		[['--include-dashboard', 'False'], false],
		[['--include-dashboard', '0'], false],
		[['--include-dashboard=true'], true],
		[[], undefined],
	])('%j: knows whether there is a dashboard', (words, dashboard) => {
		const read = readRayOptions(words, 'head');
		expect([read.includeDashboard, read.passed]).toEqual([dashboard, words]);
	});

	it("keeps what is a head's own from the other nodes of its job", () => {
		const words = ['--num-cpus', '0', '--include-dashboard', 'false', '--no-monitor', '--system-config={}', '--odd=1'];
		expect(wordsForEveryNode(words)).toEqual(['--num-cpus', '0', '--no-monitor', '--odd=1']);
		expect(() => readRayOptions(wordsForEveryNode(words), 'client')).not.toThrow();
	});

	it('leaves what it does not know to Ray', () => {
		expect(readRayOptions(['--from-the-future', '--other=5'], 'client').passed).toEqual([
			'--from-the-future',
			'--other=5',
		]);
	});

	it('knows no abbreviations, as click does not', () => {
		expect(readRayOption(['--num-cpu', '3'], 0)).toEqual({
			options: [{ name: 'num-cpu', words: ['--num-cpu'] }],
			next: 1,
			known: false,
		});
	});

	it.each([[['5']], [['--no-monitor', 'x']], [['-x']], [['--']], [['']], [['--=x']], [['--1']]])(
		'refuses %j',
		(words) => {
			expect(failure(words)).toMatchObject({
				kind: 'usage',
				message: expect.stringContaining('Not an option of ray start'),
			});
		},
	);

	it.each([
		[['--num-cpus'], "'--num-cpus' needs a value"],
		[['--no-monitor=1'], "'--no-monitor' takes no value"],
	])('refuses %j', (words, message) => {
		expect(failure(words)).toMatchObject({ kind: 'usage', message });
	});
});

describe('options that rayslurm owns', () => {
	it.each([
		['--port=1', '--port-offset'],
		['--worker-port-list=1,2', '--port-offset'],
		['--metrics-export-port=1', '--port-offset'],
		['--temp-dir=/x', '/tmp/ray_head_<JOB>'],
		['--temp-dir=/x', '--keep-ray-logs=always'],
		['--address=x', 'TARGET'],
		['--node-ip-address=x', '--interface'],
		['--dashboard-host=x', '--dashboard-host'],
		['--head', 'head submit'],
		['--block', 'connect'],
		['--redis-password=x', 'leave it out'],
		['--autoscaling-config=x', 'connect'],
		['--node-name=x', 'rayslurm/job='],
	])('%s leads to %s', (word, hint) => {
		for (const role of ['head', 'client'] as const) {
			expect(failure([word], role)).toMatchObject({
				kind: 'usage',
				message: expect.stringContaining(`ray start's ${word.split('=')[0]} cannot be given`),
				hint: expect.stringContaining(hint),
			});
		}
	});

	it.each(['--include-dashboard=false', '--system-config={}'])('%s is for heads only', (word) => {
		expect(readRayOptions([word], 'head').passed).toEqual([word]);
		expect(failure([word], 'client')).toMatchObject({ kind: 'usage', hint: expect.stringContaining('head submit') });
	});

	it('are options that Ray has', () => {
		for (const name of RAY_REFUSALS.keys()) expect(RAY_TABLE.long.has(name), name).toBe(true);
	});
});

describe('values', () => {
	it.each(['-1', '1.5', '1e3', '', ' 4', '4 ', 'x', 'tune.py', '99999999999999999999', '0x10'])(
		'no count is %j',
		(text) => {
			for (const name of ['num-cpus', 'num-gpus', 'memory', 'object-store-memory']) {
				expect(failure([`--${name}`, text])).toMatchObject({
					kind: 'usage',
					message: expect.stringContaining(`--${name}`),
				});
			}
		},
	);

	it.each([
		'',
		'{',
		'[]',
		'null',
		'5',
		'"x"',
		'{"a":"1"}',
		'{"a":1.5}',
		'{"a":-1}',
		'{"a":1e999}',
		'{"a":null}',
		'{"CPU":1}',
		'{"__proto__":{}}',
	])('no resources are %j', (text) => {
		expect(failure([`--resources=${text}`])).toMatchObject({
			kind: 'usage',
			message: expect.stringContaining('--resources'),
		});
	});

	it.each([
		['{}', {}],
		['{"a":0,"b c":3}', { a: 0, 'b c': 3 }],
	])('resources are %s', (text, resources) => {
		expect(readRayOptions(['--resources', text], 'head').resources).toEqual(resources);
	});

	it.each([
		'a',
		'a=b=c',
		'=b',
		'a=b,',
		'a b=c',
		'a=b c',
		'-a=b',
		'a=-b',
		'a/b/c=d',
		'{"a":"b"}',
		`a=${'x'.repeat(64)}`,
	])('no labels are %j', (text) => {
		expect(failure([`--labels=${text}`])).toMatchObject({
			kind: 'usage',
			hint: 'write --labels=KEY=VALUE,KEY2=VALUE2',
		});
	});

	it.each([
		['', {}],
		['a=', { a: '' }],
		['a=b', { a: 'b' }],
		['example.com/a_b=c.d,x=1', { 'example.com/a_b': 'c.d', x: '1' }],
	])('labels are %j', (text, labels) => {
		expect(readRayOptions(['--labels', text], 'client').labels).toEqual(labels);
	});

	it("keeps rayslurm's own labels to itself", () => {
		expect(failure(['--labels=rayslurm/job=7'])).toMatchObject({
			kind: 'usage',
			message: expect.stringContaining('rayslurm/job'),
		});
	});
});

function failure(words: string[], role: 'head' | 'client' = 'head'): unknown {
	try {
		readRayOptions(words, role);
	} catch (error) {
		return error;
	}
	return undefined;
}
