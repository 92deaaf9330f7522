import { describe, expect, it } from 'vitest';
import { TEMPLATE_PARTS, TEMPLATES } from '../../src/commands/templates.ts';
import { layoutOf } from '../../src/core/layout.ts';
import type { FrozenNode } from '../../src/core/node-words.ts';
import { readOwnership } from '../../src/core/sbatch-options.ts';
import { Trouble } from '../../src/core/trouble.ts';
import type { KnownState, PartitionLimits, Submission, World } from '../../src/core/world.ts';
import { type ClientRequest, prepareClient, submitClient } from '../../src/flows/connect-client.ts';
import { type HeadRequest, prepareHead, submitHead } from '../../src/flows/submit-head.ts';
import { fittedRequest, refuseWordsEarly } from '../../src/flows/submit-job.ts';
import { strawWorld } from './straw-world.ts';

const layout = layoutOf('/o');
const node: FrozenNode = {
	portOffset: undefined,
	objectStoreBytes: 1e9,
	interface: undefined,
	insecureNoAuth: false,
	debug: false,
};
const common = {
	layout,
	sbatch: [],
	rayWords: [],
	node,
	environment: { kind: 'path' as const, words: [] },
	parts: TEMPLATE_PARTS,
};
const headRequest = {
	...common,
	template: TEMPLATES.head,
	clusterName: undefined,
	idleWindow: '02:30-09:00',
	idleAfterMs: 600_000,
	graceMs: 400_000,
	onEnd: 'cancel',
	renew: undefined,
	dashboardHost: '127.0.0.1',
} as HeadRequest;
const clientRequest: ClientRequest = {
	...common,
	template: TEMPLATES.client,
	head: { kind: 'job', job: '7' },
	headIsNew: false,
	script: undefined,
	scriptAsTyped: undefined,
	scriptArguments: [],
	clientSignal: undefined,
	rejoinMs: undefined,
};

/** What Slurm says of the head and of a run that began and did not end. */
function world(states: Record<string, KnownState> = {}) {
	const adopted: string[] = [];
	const straw = strawWorld({
		scheduler: {
			name: 'straw',
			submit: async () => '7',
			states: async (jobs: readonly string[]) => new Map(jobs.map((job) => [job, states[job]])),
			limits: async () => undefined,
			submitCommand: () => [],
		},
		self: ['node', 'x'],
		sparingSelf: ['node', 'x'],
		randomHex: () => 'aa',
		readInfo: async () => ({ kind: 'missing' }),
		runs: {
			open: async () => Object.keys(states),
			adopt: async (_: unknown, jobs: readonly string[]) => adopted.push(...jobs),
		},
		register: { add: async () => {}, heads: async () => [] },
	} as unknown as Partial<World>);
	return { ...straw, adopted };
}

describe('what was submitted', () => {
	it.each(['head', 'client'])('a %s keeps its id when it cannot be recorded', async (role) => {
		const straw = world({ 7: { kind: 'running', nodes: 'n' } });
		const request = role === 'head' ? headRequest : clientRequest;
		const prepared =
			role === 'head' ? await prepareHead(straw.world, headRequest) : await prepareClient(straw.world, clientRequest);
		straw.world.files.write = async (path) => {
			if (path.endsWith('.json')) throw new Error('your disk quota is used up');
		};
		const job =
			'clusterName' in request
				? await submitHead(straw.world, request, prepared, [])
				: await submitClient(straw.world, request, prepared);
		expect(job).toBe('7');
		expect(straw.warnings).toEqual(['submitted as 7, but not recorded: your disk quota is used up']);
	});
});

describe('what is asked of a partition', () => {
	const ALL = ['time=5', 'cpus-per-task=1', 'mem=1G'];
	const SMALL: PartitionLimits = { partition: 'gpu', memoryMb: 1024 };
	const lowered = 'memory lowered from 200G to 1G: partition gpu allows no more';
	const unsaid = (partition: string) =>
		`Slurm did not say what ${partition} allows, so nothing was lowered to fit (--time, -c and --mem say otherwise)`;

	it.each<[string, string[], PartitionLimits | undefined, string | undefined, string[], number]>([
		['is lowered', [], SMALL, '1G', [lowered], 1],
		['is said to be as it was where Slurm is silent', [], undefined, '200G', [unsaid('its partition')], 1],
		['also of one that was named', ['partition=p'], undefined, '200G', [unsaid('partition p')], 1],
		['is nothing where the person has said all', ALL, undefined, undefined, [], 0],
	])('%s', async (_, words, limits, memory, notes, questions) => {
		let asked = 0;
		const { world: straw } = world();
		const answer = async () => {
			asked += 1;
			return limits;
		};
		Object.assign(straw.scheduler, { title: 'Slurm', limits: answer });
		const sbatch = words.map((word) => {
			const [name = '', value = ''] = word.split('=');
			return { name, value, words: [`--${word}`] };
		});
		expect(await fittedRequest(straw, 'head', readOwnership(sbatch, 'head'))).toMatchObject({ memory, notes });
		expect(asked).toBe(questions);
		asked = 0;
		expect((await prepareHead(straw, { ...headRequest, sbatch })).notes).toEqual(notes);
		await prepareClient(straw, { ...clientRequest, sbatch, headIsNew: true });
		expect(asked).toBe(2 * questions);
	});
});

describe('what one machine would refuse', () => {
	const refusing = (asked: string[]) => {
		const straw = world();
		Object.assign(straw.world.scheduler, {
			onThisMachine: true,
			check: async (submission: Submission, coming?: string) => {
				asked.push(`${submission.options.join(' ')}; ${coming}`);
				throw new Trouble('usage', '--nodes=2 cannot be met', { hint: 'leave it out' });
			},
		});
		return straw.world;
	};

	it('is refused before anything is made, in a script as well as in words', async () => {
		const asked: string[] = [];
		const here = refusing(asked);
		await expect(prepareHead(here, { ...headRequest, clusterName: 'x' })).rejects.toThrow('cannot be met');
		const worker = { ...clientRequest, headIsNew: true };
		await expect(prepareClient(here, worker)).rejects.toThrow('cannot be met');
		const typed = [{ name: 'nodes', value: '2', words: ['-N', '2'] }];
		await expect(refuseWordsEarly(here, typed)).rejects.toThrow('cannot be met');
		expect(asked).toEqual(['; undefined', '--dependency=after:7; 7', '-N 2; undefined']);
	});

	it('is asked of nobody else: each question is one to the controller', async () => {
		const asked: string[] = [];
		const there = refusing(asked);
		Object.assign(there.scheduler, { onThisMachine: false });
		await prepareHead(there, headRequest);
		await refuseWordsEarly(there, []);
		expect(asked).toEqual([]);
	});
});

describe('a client', () => {
	it('joins no head that is ending', async () => {
		const straw = world({ 7: { kind: 'ending', nodes: 'n' } });
		await expect(prepareClient(straw.world, clientRequest)).rejects.toMatchObject({ kind: 'head-not-running' });
	});

	it('leaves the row of a run that is ending to its own supervisor', async () => {
		const straw = world({
			7: { kind: 'running', nodes: 'n' },
			8: { kind: 'ending', nodes: 'n' },
			9: { kind: 'ended', how: 'FAILED' },
		});
		await prepareClient(straw.world, clientRequest);
		expect(straw.adopted).toEqual(['9']);
	});
});
