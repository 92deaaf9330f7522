import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDisplaced, parseSqueue, squeueArgs } from '../../src/core/squeue.ts';

// The rows are as squeue 22.05.8 printed them; their dependencies are as its manual says.
const ANSWER = `64_0|764|COMPLETED|dws-02|4:59|2026-11-21T09:32:10|2026-11-21T09:32:11|(null)|None
63|63|FAILED|dws-01|5:00|2026-11-21T09:32:10|2026-11-21T09:32:10|(null)|NonZeroExitCode
64_1|764|PENDING||5:00|N/A|N/A|(null)|JobArrayTaskLimit
65|65|PENDING||UNLIMITED|N/A|N/A|afterok:63(failed)|DependencyNeverSatisfied
67|67|PENDING||UNLIMITED|2026-11-21T10:32:09|NONE|(null)|BeginTime
62|62|RUNNING|dws-[01-02]|1-02:04:58|2026-11-21T09:32:10|2026-11-21T09:37:10|(null)|None
`;
const one = (row: string, stderr = '') => parseSqueue({ stdout: row, stderr, code: 0 }, ['62']).get('62');
const row = (state: string, left = '5:00') => one(`62|62|${state}|cn1|${left}|N/A|N/A|(null)|None\n`);

describe('squeueArgs', () => {
	it('asks once for many, for an array in the place of its tasks, never for a name', () => {
		expect(squeueArgs(['1', '123_4', '5+1', '123', '123_5'])).toEqual([
			...['--local', '-h', '-r', '-t', 'all', '-o', '%i|%A|%T|%N|%L|%S|%e|%E|%r', '-j', '1,123,5+1'],
		]);
	});

	it.each([[[]], [['']], [['-1']], [['0']], [['1;rm']], [['1,2']], [['1\n2']], [['1_']], [['latest']]])(
		'refuses %j',
		(ids) => {
			expect(() => squeueArgs(ids)).toThrow(expect.objectContaining({ kind: 'usage' }));
		},
	);
});

describe('parseSqueue', () => {
	it('reads every state of an answer', () => {
		const states = parseSqueue({ stdout: ANSWER, stderr: '', code: 0 }, ['62', '63', '64_0', '64_1', '65', '67', '99']);
		expect(Object.fromEntries(states)).toEqual({
			62: { kind: 'running', nodes: 'dws-[01-02]', ends: '2026-11-21T09:37:10', secondsLeft: 93_898 },
			63: { kind: 'ended', how: 'FAILED' },
			'64_0': { kind: 'ended', how: 'COMPLETED', exitCode: 0 },
			'64_1': { kind: 'pending', reason: 'JobArrayTaskLimit' },
			65: {
				...{ kind: 'pending', reason: 'DependencyNeverSatisfied' },
				words:
					'waits for afterok:63, which cannot come true any more, so it will never start (DependencyNeverSatisfied)',
			},
			67: { kind: 'pending', reason: 'BeginTime', expectedStart: '2026-11-21T10:32:09' },
			99: { kind: 'missing' },
		});
	});

	it('says what lets go a job that its owner holds', () => {
		expect(one('62|62|PENDING||5:00|N/A|N/A|(null)|JobHeldUser\n')).toEqual({
			...{ kind: 'pending', reason: 'JobHeldUser' },
			todo: 'scontrol release 62',
		});
		expect(one('62|62|PENDING||5:00|N/A|N/A|(null)|JobHeldAdmin\n')).not.toHaveProperty('todo');
	});

	it.each([
		['CONFIGURING', { kind: 'pending', reason: 'Configuring' }],
		['REQUEUED', { kind: 'pending', reason: 'None' }],
		['REQUEUE_HOLD', { kind: 'pending' }],
		['SPECIAL_EXIT', { kind: 'pending' }],
		['SUSPENDED', { kind: 'running', secondsLeft: 300 }],
		['RESIZING', { kind: 'running' }],
		['COMPLETING', { kind: 'ending', nodes: 'cn1' }],
		['TIMEOUT', { kind: 'ended', how: 'TIMEOUT' }],
		['NODE_FAIL', { kind: 'ended', how: 'NODE_FAIL' }],
		['OUT_OF_MEMORY', { kind: 'ended' }],
		['REVOKED', { kind: 'unknown' }],
		['GONE FISHING', { kind: 'unknown', why: 'squeue knows a state "GONE FISHING"' }],
		['', { kind: 'unknown' }],
	])('takes %s for what it is', (state, expected) => {
		expect(row(state)).toMatchObject(expected);
	});

	it.each([
		['59', undefined],
		['0:00', 0],
		['1:02', 62],
		['1:02:03', 3_723],
		['2-00:00:01', 172_801],
		['UNLIMITED', undefined],
		['INVALID', undefined],
		['-1:00', undefined],
	])('reads a time left of %s', (left, secondsLeft) => {
		expect((row('RUNNING', left) as { secondsLeft?: number }).secondsLeft).toBe(secondsLeft);
	});

	it('keeps a reason that has our separator in it', () => {
		expect(one('62|62|PENDING||1:00|N/A|N/A|(null)|(ReqNodeNotAvail, a|b)\n')).toEqual({
			kind: 'pending',
			reason: '(ReqNodeNotAvail, a|b)',
		});
	});

	it("knows a running task of an array by the job's own id", () => {
		const stdout = '62_1|64|RUNNING|cn1|1:00|N/A|N/A|(null)|None\n62_2|62|PENDING||1:00|N/A|N/A|(null)|Resources\n';
		const states = parseSqueue({ stdout, stderr: '', code: 0 }, ['64', '62']);
		expect(states.get('64')).toMatchObject({ kind: 'running' });
		expect(states.get('62')).toMatchObject({ kind: 'running' });
	});

	it('tells an array and each of its tasks apart, also those that nobody asked for', () => {
		const stdout = '62_1|63|FAILED|cn1|1:00|N/A|N/A|(null)|None\n62_2|62|PENDING||1:00|N/A|N/A|(null)|Resources\n';
		const states = parseSqueue({ stdout, stderr: '', code: 0 }, ['62', '62_1', '62_3']);
		expect(['62', '62_1', '62_3'].map((id) => states.get(id)?.kind)).toEqual(['pending', 'ended', 'missing']);
	});

	it('gives an array the state of its liveliest task', () => {
		const task = (id: string, state: string) => `${id}|7${id.replace('_', '')}|${state}|cn1|1:00|N/A|N/A|(null)|None\n`;
		const whole = (...states: string[]) => {
			const stdout = states.map((state, index) => task(`62_${index}`, state)).join('');
			return parseSqueue({ stdout, stderr: '', code: 0 }, ['62']).get('62');
		};
		expect(whole('COMPLETED', 'PENDING', 'RUNNING')).toMatchObject({ kind: 'running' });
		expect(whole('COMPLETED', 'PENDING')).toMatchObject({ kind: 'pending' });
		expect(whole('COMPLETED', 'COMPLETING')).toMatchObject({ kind: 'ending' });
		expect(whole('COMPLETING', 'PENDING')).toMatchObject({ kind: 'pending' });
		expect(whole('COMPLETED', 'FAILED', 'COMPLETED')).toMatchObject({ kind: 'ended', how: 'FAILED' });
		expect(whole('COMPLETED', 'COMPLETED')).toMatchObject({ kind: 'ended', how: 'COMPLETED' });
	});

	it('of an array whose pending tasks were taken out together, knows that of each, and that others run on', () => {
		const stdout = '62|62|CANCELLED||0:00|N/A|N/A|(null)|Priority\n62_1|63|RUNNING|cn1|1:00|N/A|N/A|(null)|None\n';
		const states = parseSqueue({ stdout, stderr: '', code: 0 }, ['62', '62_1', '62_2', '63']);
		expect(['62', '62_1', '62_2', '63'].map((id) => states.get(id)?.kind)).toEqual([
			...['running', 'running', 'ended', 'running'],
		]);
		expect(states.get('62_2')).toMatchObject({ how: 'CANCELLED' });
	});
});

describe('an id without a row', () => {
	const PURGED = 'slurm_load_jobs error: Invalid job id specified\n';
	it.each([
		['is missing when a lone purged id is refused', { stdout: '', stderr: PURGED, code: 1 }, ['62'], 'missing'],
		[
			'is missing when its array was purged',
			{ stdout: '', stderr: PURGED, code: 1 },
			['62_1', '62', '62_3'],
			'missing',
		],
		[
			'is missing when no job can have it',
			{ stdout: '', stderr: 'squeue: error: Invalid job id: 62\n', code: 1 },
			['62'],
			'missing',
		],
		['is missing when nobody else had one either', { stdout: '', stderr: '', code: 0 }, ['62', '63'], 'missing'],
		[
			'is missing beside a harmless warning',
			{ stdout: '', stderr: 'squeue: warning: old option\n', code: 0 },
			['62'],
			'missing',
		],
		[
			'is unknown when the controller is down',
			{ stdout: '', stderr: 'slurm_load_jobs error: Unable to contact slurm controller (connect failure)\n', code: 1 },
			['62'],
			'unknown',
		],
		['is unknown when squeue was stopped', { stdout: '', stderr: '', code: null }, ['62'], 'unknown'],
		['is unknown when squeue was killed', { stdout: '', stderr: '', code: 137 }, ['62'], 'unknown'],
		['is unknown when several were refused', { stdout: '', stderr: PURGED, code: 1 }, ['62', '63'], 'unknown'],
		[
			'is unknown beside an error',
			{ stdout: '', stderr: 'squeue: error: Unable to contact cluster b\n', code: 0 },
			['62'],
			'unknown',
		],
		[
			'is unknown when the answer was cut',
			{ stdout: '63|63|RUNNING|cn1', stderr: '', code: 0 },
			['62', '63'],
			'unknown',
		],
		['is unknown beside a row of nobody', { stdout: 'slurmctld says hello\n', stderr: '', code: 0 }, ['62'], 'unknown'],
	])('%s', (_, answer, ids, kind) => {
		expect(parseSqueue(answer, ids).get('62')).toMatchObject({ kind });
	});

	it.each([
		['has too few fields', '62|62|RUNNING|cn1\n'],
		['comes twice', '62|62|RUNNING|cn1|1:00|N/A|N/A|(null)|None\n62|COMPLETED|cn1|1:00|N/A|N/A|(null)|None\n'],
	])('is unknown, too, when its row %s', (_, stdout) => {
		expect(one(stdout)).toMatchObject({ kind: 'unknown' });
	});

	it('is never taken for ended or gone because of noise', () => {
		const noise = fc.array(fc.constantFrom('62', '|', '\n', 'RUNNING', 'COMPLETED', '1:00', 'N/A', 'x', '_1', ' '), {
			maxLength: 30,
		});
		fc.assert(
			fc.property(noise, (parts) => {
				const text = parts.join('');
				const state = parseSqueue({ stdout: text, stderr: '', code: 0 }, ['62']).get('62');
				const whole = /(^|\n)62(_1)*\|[^|\n]*\|(RUNNING|COMPLETED)(\|[^|]*){5}\|[^\n]*\n/.test(text);
				if (state?.kind === 'missing') expect(text).toBe('');
				else if (state?.kind !== 'unknown') expect(whole).toBe(true);
			}),
			{ numRuns: 500 },
		);
	});
});

it.each([
	['preempted, and cancelled', '2026-11-21T16:57:27             0           \n', 0, true],
	['preempted a second time, and cancelled', '2026-11-21T16:57:27             1           \n', 1, true],
	['preempted, and put back into the queue', '2026-11-21T16:58:13             1           \n', 0, false],
	['cancelled by hand', 'N/A                             0           \n', 0, false],
	['put back by hand', 'N/A                             1           \n', 0, false],
	['unknown', '', 0, false],
])('a job that was %s', (_, stdout, restarts, expected) => {
	expect(parseDisplaced(stdout, restarts)).toBe(expected);
});
