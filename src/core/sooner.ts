// What a pending job could ask for instead, to start sooner: a few variations of its request, and which of them would help.
import { clockMinutes, wallTime } from './time-words.ts';

/** What a pending job asks for. */
export interface PendingRequest {
	readonly partition: string;
	readonly minutes: number | undefined;
	readonly nodes: number;
	/** Of all nodes together. */
	readonly cpus: number;
	/** Of each node, at least. */
	readonly cpusOfNode?: number;
	/** As the scheduler writes it: 4G. */
	readonly memory?: string;
	/** GPUs: gpu:2. */
	readonly generic?: string;
	/** What else binds it, as options of sbatch: nodes, nobody beside it, features, account, quality of service. */
	readonly bound?: readonly string[];
	/** When the scheduler means to start it, in local time. */
	readonly expectedStart?: string;
	/** The scheduler's word for why it waits. */
	readonly reason?: string;
}

export interface Tried {
	/** The options that make the difference. */
	readonly words: string;
	/** When it would start, in local time; undefined: never, or nobody says. */
	readonly start: string | undefined;
}

export interface Variation {
	/** As a person would type it. */
	readonly words: string;
	readonly request: PendingRequest;
}

const MOST = 6;
const HOUR = 60;
const CLEARLY_MS = 120_000;
const DAY_MS = 86_400_000;

export function variationsOf(request: PendingRequest, otherPartitions: readonly string[]): readonly Variation[] {
	return [...lessOf(request), ...elsewhere(request, otherPartitions)].slice(0, MOST);
}

export function elsewhere(request: PendingRequest, partitions: readonly string[]): readonly Variation[] {
	return partitions
		.slice(0, MOST)
		.map((partition) => ({ words: `-p ${partition}`, request: { ...request, partition } }));
}

function lessOf(request: PendingRequest): readonly Variation[] {
	const { minutes, nodes, cpus, memory } = request;
	const half = Math.floor(cpus / 2);
	const shorter = [Math.floor((minutes ?? 0) / 4), HOUR].filter((each) => each >= 10 && each < (minutes ?? 0));
	return [
		...shorter
			.slice(0, 2)
			.map((each) => ({ words: `--time=${timeWords(each)}`, request: { ...request, minutes: each } })),
		...(nodes > 1 && !namesNodes(request)
			? [{ words: '-N 1', request: { ...request, nodes: 1, cpus: Math.max(1, Math.floor(cpus / nodes)) } }]
			: []),
		...(nodes === 1 && half >= 1 ? [{ words: `-c ${half}`, request: { ...request, cpus: half } }] : []),
		...(memory === undefined
			? []
			: [{ words: `--mem=${halved(memory)}`, request: { ...request, memory: halved(memory) } }]),
	];
}

/** What begins clearly sooner than all that is expected of the job as it is, the soonest first; where nothing is expected, what
 *  can begin at all. */
export function waysInWords(expected: readonly (string | undefined)[], tried: readonly Tried[], now: Date): string[] {
	const base = Math.min(...expected.map((each) => (each === undefined ? Number.POSITIVE_INFINITY : Date.parse(each))));
	return tried
		.map(({ words, start = '' }) => ({ words, start, ms: Date.parse(start) }))
		.filter(({ ms }) => ms <= base - CLEARLY_MS)
		.toSorted((a, b) => a.ms - b.ms)
		.map(({ words, start, ms }) => {
			if (base !== Number.POSITIVE_INFINITY) return `Would start at ${wallTime(start, now)} with ${words}`;
			// The test lets all that waits go first, this job too: it is late rather than early.
			return `Could start with ${words}${ms <= now.getTime() + DAY_MS ? `, by ${wallTime(start, now)}` : ''}`;
		});
}

/** For sbatch --test-only, which submits nothing. */
export function testOnlyWords(request: PendingRequest): readonly string[] {
	const { partition, minutes, nodes, cpus, memory, generic, bound = [] } = request;
	return [
		'--test-only',
		...(partition === '' ? [] : [`--partition=${partition}`]),
		...(minutes === undefined ? [] : [`--time=${minutes}`]),
		`--nodes=${nodes}`,
		`--cpus-per-task=${Math.max(1, Math.floor(cpus / nodes))}`,
		...(memory === undefined ? [] : [`--mem=${memory}`]),
		...(generic === undefined ? [] : [`--gres=${generic}`]),
		...bound,
	];
}

/** `sbatch: Job 12 to start at 2026-11-21T17:18:18 using 2 processors on nodes dws-01 in partition main`, on stderr. */
export function startIn(stderr: string): string | undefined {
	return /\bto start at (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\b/.exec(stderr)?.[1];
}

/** Features come last: they may hold the bar that parts the fields. */
export const REQUEST_FIELDS = '%P|%l|%D|%C|%m|%b|%S|%h|%c|%r|%n|%x|%a|%q|%f';

/** No request for less makes these come sooner: a time, another job, somebody's word, its own array. */
const WAITS_FOR_ELSE = /^(?:BeginTime|Dependency|JobHeld|JobArrayTaskLimit)|\bheld\b/;

/** Of `squeue -o` with those fields; undefined too where it waits for something else than room. */
export function parseRequest(row: string): PendingRequest | undefined {
	const fields = row.trim().split('|');
	const [partition = '', limit = '', nodes = '', cpus = '', memory = '', generic = '', ...others] = fields;
	const [start = '', shared = '', cpusOfNode = '', reason = '', ...more] = others;
	if (!/^\d+$/.test(nodes) || !/^\d+$/.test(cpus) || WAITS_FOR_ELSE.test(reason)) return undefined;
	// squeue may guess more nodes than there can be with so many CPUs on each.
	const mostNodes = Number(cpusOfNode) > 0 ? Math.floor(Number(cpus) / Number(cpusOfNode)) : Number(nodes);
	const bound = [...(SHARED_WITH.get(shared) ?? []), ...boundBy(more)];
	return {
		// Of several the scheduler may choose.
		partition,
		minutes: clockMinutes(limit),
		nodes: Math.max(1, Math.min(Number(nodes), mostNodes)),
		cpus: Math.max(1, Number(cpus)),
		...(/^\d+$/.test(cpusOfNode) ? { cpusOfNode: Number(cpusOfNode) } : {}),
		...(/^[1-9]\d*(?:\.\d+)?[KMGT]?$/.test(memory) ? { memory: memory.replace(/\.\d+/, '') } : {}),
		...(/^(?:gres[:/])?(gpu[\w:.-]*)$/.test(generic) ? { generic: generic.replace(/^gres[:/]/, '') } : {}),
		...(bound.length === 0 ? {} : { bound }),
		...(Number.isNaN(Date.parse(start)) ? {} : { expectedStart: start }),
		...(reason === '' ? {} : { reason }),
	};
}

/** squeue's word for who else may be on its nodes. NO: also where the partition says so. */
const SHARED_WITH: ReadonlyMap<string, readonly string[]> = new Map([
	['NO', ['--exclusive']],
	['USER', ['--exclusive=user']],
	['MCS', ['--exclusive=mcs']],
]);

function boundBy([nodes, without, account, qos, ...features]: readonly string[]): readonly string[] {
	const words = { nodelist: nodes, exclude: without, account, qos, constraint: features.join('|') };
	return Object.entries(words)
		.filter(([, value]) => value !== undefined && !['', '(null)', 'N/A'].includes(value))
		.map(([name, value]) => `--${name}=${value}`);
}

function namesNodes({ bound = [] }: PendingRequest): boolean {
	return bound.some((word) => word.startsWith('--nodelist='));
}

function halved(memory: string): string {
	const [, number = '0', unit = ''] = /^(\d+)([KMGT]?)$/.exec(memory) ?? [];
	const smaller: Record<string, string> = { T: 'G', G: 'M', M: 'K', K: 'K', '': 'K' };
	if (Number(number) >= 2) return `${Math.floor(Number(number) / 2)}${unit}`;
	return `${Number(number) * 512}${smaller[unit] ?? 'M'}`;
}

export function timeWords(minutes: number): string {
	return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:00`;
}
