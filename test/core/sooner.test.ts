import { describe, expect, it } from 'vitest';
import { parseRequest, startIn, testOnlyWords, variationsOf, waysInWords } from '../../src/core/sooner.ts';

const ASKED = { partition: 'gpu', minutes: 1440, nodes: 1, cpus: 16, memory: '64G', generic: 'gpu:2' };
const SMALL = { partition: 'main', minutes: 30, nodes: 1, cpus: 2 };

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
			'main|30:00|1|2|4G|N/A|2026-11-21T08:09:00|NO|2|Resources|dws-[01-02]|dws-09|lab|high|fast|big\n',
			{
				...{ ...SMALL, memory: '4G' },
				...{ expectedStart: '2026-11-21T08:09:00', cpusOfNode: 2, reason: 'Resources' },
				bound: [
					...[
						'--exclusive',
						'--nodelist=dws-[01-02]',
						'--exclude=dws-09',
						'--account=lab',
						'--qos=high',
						'--constraint=fast|big',
					],
				],
			},
		],
		['main|30:00|1|2|0|N/A|N/A|OK|0||||(null)|(null)|(null)', { ...SMALL, cpusOfNode: 0 }],
		['main|30:00|8|64|0|N/A|N/A|OK|64|', { ...SMALL, cpus: 64, cpusOfNode: 64 }],
		['main|30:00|9|72|0|N/A|N/A|OK|8|', { ...SMALL, nodes: 9, cpus: 72, cpusOfNode: 8 }],
		[
			'main|30:00|1|2|0|N/A|N/A|USER|0|Priority|||(null)|(null)|(null)',
			{ ...SMALL, cpusOfNode: 0, reason: 'Priority', bound: ['--exclusive=user'] },
		],
		['', undefined],
		['slurm_load_jobs error', undefined],
	])('is read: %j', (row, request) => {
		expect(parseRequest(row)).toEqual(request);
	});

	it.each([
		...['BeginTime', 'Dependency', 'DependencyNeverSatisfied', 'JobHeldUser', 'JobHeldAdmin', 'JobArrayTaskLimit'],
		'job requeued in held state',
	])('that waits for something else than room could ask for nothing: %s', (reason) => {
		expect(parseRequest(`main|30:00|1|2|4G|N/A|N/A|OK|1|${reason}||||normal|(null)`)).toBeUndefined();
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

	const at = (time: string) => `2026-01-01T${time}`;
	const now = new Date(at('08:00:00'));
	const tried = [
		{ words: '-c 4', start: at('13:12:00') },
		{ words: '-p low', start: at('08:09:00') },
		{ words: '-p high', start: at('08:07:30') },
		{ words: '-N 1', start: '2026-01-03T08:00:00' },
		{ words: '-p none', start: undefined },
	];
	it.each([
		['Slurm expects it as soon', [undefined, at('08:09:00')], []],
		['two minutes sooner', [at('15:00:00'), at('08:09:30')], ['Would start at 08:07 with -p high']],
		[
			'the test of it as it is says an earlier time',
			[at('13:13:59'), at('15:00:00')],
			['Would start at 08:07 with -p high', 'Would start at 08:09 with -p low'],
		],
		[
			'nothing is expected of it: what can start at all, with the time where that is near',
			[undefined, undefined],
			[
				'Could start with -p high, by 08:07',
				'Could start with -p low, by 08:09',
				'Could start with -c 4, by 13:12',
				'Could start with -N 1',
			],
		],
	])('is told only what helps, the soonest first: %s', (_, expected, words) => {
		expect(waysInWords(expected, tried, now)).toEqual(words);
	});
});
