import { describe, expect, it } from 'vitest';
import { helpful, parseRequest, startIn, testOnlyWords, variationsOf } from '../../src/core/sooner.ts';

const ASKED = { partition: 'gpu', minutes: 1440, nodes: 1, cpus: 16, memory: '64G', generic: 'gpu:2' };

describe('a pending job', () => {
	it.each([
		['gpu|1-00:00:00|1|16|64G|gres/gpu:2\n', ASKED],
		['main|UNLIMITED|2|8|0|N/A', { partition: 'main', minutes: undefined, nodes: 2, cpus: 8 }],
		[
			'main|30:00|1|1|4000M|gres:gpu:1',
			{ partition: 'main', minutes: 30, nodes: 1, cpus: 1, memory: '4000M', generic: 'gpu:1' },
		],
		['main|1:30:00|1|1|4G|(null)', { partition: 'main', minutes: 90, nodes: 1, cpus: 1, memory: '4G' }],
		[
			'main|30:00|1|2|4G|N/A|Resources|dws-[01-02]|dws-09|lab|high|fast|big\n',
			{
				...{ partition: 'main', minutes: 30, nodes: 1, cpus: 2, memory: '4G' },
				bound: [
					...['--nodelist=dws-[01-02]', '--exclude=dws-09', '--account=lab', '--qos=high', '--constraint=fast|big'],
				],
			},
		],
		['main|30:00|1|2|0|N/A|Priority|||(null)|(null)|(null)', { partition: 'main', minutes: 30, nodes: 1, cpus: 2 }],
		['', undefined],
		['slurm_load_jobs error', undefined],
	])('is read: %j', (row, request) => {
		expect(parseRequest(row)).toEqual(request);
	});

	it.each([
		...['BeginTime', 'Dependency', 'DependencyNeverSatisfied', 'JobHeldUser', 'JobHeldAdmin', 'JobArrayTaskLimit'],
		'job requeued in held state',
	])('that waits for something else than room could ask for nothing: %s', (reason) => {
		expect(parseRequest(`main|30:00|1|2|4G|N/A|${reason}||||normal|(null)`)).toBeUndefined();
	});

	it('could ask for less, or elsewhere; a handful of ways', () => {
		expect(variationsOf(ASKED, ['short', 'long', 'other']).map(({ words }) => words)).toEqual([
			'--time=6:00:00',
			'--time=1:00:00',
			'-c 8',
			'--mem=32G',
			'-p short',
			'-p long',
		]);
		expect(variationsOf({ partition: 'a', minutes: 5, nodes: 2, cpus: 2 }, []).map(({ words }) => words)).toEqual([
			'-N 1',
		]);
		expect(variationsOf({ partition: 'a', minutes: undefined, nodes: 1, cpus: 1 }, [])).toEqual([]);
	});

	it('stays bound by its nodes, features, account and quality of service whatever else is tried', () => {
		const bound = ['--nodelist=a-[1-2]', '--account=lab'];
		const tried = variationsOf({ ...ASKED, nodes: 2, bound }, ['short']);
		expect(tried.map(({ words }) => words)).not.toContain('-N 1');
		for (const { request } of tried) expect(testOnlyWords(request).slice(-2)).toEqual(bound);
	});

	it('is asked about in words that submit nothing', () => {
		expect(testOnlyWords({ ...ASKED, nodes: 2 })).toEqual([
			...[
				'--test-only',
				'--partition=gpu',
				'--time=1440',
				'--nodes=2',
				'--cpus-per-task=8',
				'--mem=64G',
				'--gres=gpu:2',
			],
		]);
		expect(
			startIn('sbatch: Job 12 to start at 2026-11-21T17:18:18 using 2 processors on nodes a in partition b\n'),
		).toBe('2026-11-21T17:18:18');
		expect(startIn('allocation failure: Requested node configuration is not available')).toBeUndefined();
	});

	it('is told only what helps, the soonest first', () => {
		const at = (time: string) => `2026-01-01T${time}`;
		const tried = [
			{ words: 'a', start: at('12:00:00') },
			{ words: 'b', start: at('10:00:00') },
			{ words: 'c', start: at('09:00:00') },
		];
		expect(helpful(at('12:00:30'), tried).map(({ words }) => words)).toEqual(['c', 'b']);
		expect(helpful(undefined, tried)).toHaveLength(3);
	});
});
