// What a pending job could ask for instead, to start sooner: a few variations of its request, and which of them would help.
import { clockMinutes } from './time-words.ts';

/** What a pending job asks for. */
export interface PendingRequest {
	readonly partition: string;
	readonly minutes: number | undefined;
	readonly nodes: number;
	/** Of all nodes together. */
	readonly cpus: number;
	/** As the scheduler writes it: 4G. */
	readonly memory?: string;
	/** GPUs: gpu:2. */
	readonly generic?: string;
}

export interface Sooner {
	/** The options that make the difference. */
	readonly words: string;
	/** When it would start, in local time. */
	readonly start: string;
}

export interface Variation {
	/** As a person would type it. */
	readonly words: string;
	readonly request: PendingRequest;
}

const MOST = 6;
const HOUR = 60;

/** otherPartitions: those that are up, besides its own. */
export function variationsOf(request: PendingRequest, otherPartitions: readonly string[]): readonly Variation[] {
	const { minutes, nodes, cpus, memory } = request;
	const half = Math.floor(cpus / 2);
	const shorter = [Math.floor((minutes ?? 0) / 4), HOUR].filter((each) => each >= 10 && each < (minutes ?? 0));
	return [
		...shorter
			.slice(0, 2)
			.map((each) => ({ words: `--time=${timeWords(each)}`, request: { ...request, minutes: each } })),
		...(nodes > 1
			? [{ words: '-N 1', request: { ...request, nodes: 1, cpus: Math.max(1, Math.floor(cpus / nodes)) } }]
			: []),
		...(nodes === 1 && half >= 1 ? [{ words: `-c ${half}`, request: { ...request, cpus: half } }] : []),
		...(memory === undefined
			? []
			: [{ words: `--mem=${halved(memory)}`, request: { ...request, memory: halved(memory) } }]),
		...otherPartitions.map((partition) => ({ words: `-p ${partition}`, request: { ...request, partition } })),
	].slice(0, MOST);
}

/** Those that begin a minute sooner or more, the soonest first. */
export function helpful(unchanged: string | undefined, tried: readonly Sooner[]): readonly Sooner[] {
	const base = unchanged === undefined ? Number.POSITIVE_INFINITY : Date.parse(unchanged);
	return tried
		.filter(({ start }) => Date.parse(start) <= base - 60_000)
		.toSorted((a, b) => Date.parse(a.start) - Date.parse(b.start));
}

/** For sbatch --test-only, which submits nothing. */
export function testOnlyWords({ partition, minutes, nodes, cpus, memory, generic }: PendingRequest): readonly string[] {
	return [
		'--test-only',
		...(partition === '' ? [] : [`--partition=${partition}`]),
		...(minutes === undefined ? [] : [`--time=${minutes}`]),
		`--nodes=${nodes}`,
		`--cpus-per-task=${Math.max(1, Math.floor(cpus / nodes))}`,
		...(memory === undefined ? [] : [`--mem=${memory}`]),
		...(generic === undefined ? [] : [`--gres=${generic}`]),
	];
}

/** `sbatch: Job 12 to start at 2026-11-21T17:18:18 using 2 processors on nodes dws-01 in partition main`, on stderr. */
export function startIn(stderr: string): string | undefined {
	return /\bto start at (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\b/.exec(stderr)?.[1];
}

/** Of `squeue -o '%P|%l|%D|%C|%m|%b'`. */
export function parseRequest(row: string): PendingRequest | undefined {
	const [partition = '', limit = '', nodes = '', cpus = '', memory = '', generic = ''] = row.trim().split('|');
	if (!/^\d+$/.test(nodes) || !/^\d+$/.test(cpus)) return undefined;
	return {
		// Of several the scheduler may choose.
		partition,
		minutes: clockMinutes(limit),
		nodes: Math.max(1, Number(nodes)),
		cpus: Math.max(1, Number(cpus)),
		...(/^[1-9]\d*(?:\.\d+)?[KMGT]?$/.test(memory) ? { memory: memory.replace(/\.\d+/, '') } : {}),
		...(/^(?:gres[:/])?(gpu[\w:.-]*)$/.test(generic) ? { generic: generic.replace(/^gres[:/]/, '') } : {}),
	};
}

function halved(memory: string): string {
	const [, number = '0', unit = ''] = /^(\d+)([KMGT]?)$/.exec(memory) ?? [];
	const smaller: Record<string, string> = { T: 'G', G: 'M', M: 'K', K: 'K', '': 'K' };
	if (Number(number) >= 2) return `${Math.floor(Number(number) / 2)}${unit}`;
	return `${Number(number) * 512}${smaller[unit] ?? 'M'}`;
}

function timeWords(minutes: number): string {
	return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:00`;
}
