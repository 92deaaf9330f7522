// What the local scheduler knows of a job is the name of an empty file: one look into one folder answers for all jobs, a
// change is one rename, and no reader ever sees half of it.
//	17.running.1761636600-1761640200-0.c2.m2048.g1.p4242.t8712345.b1a2b3c4d.n4026531836.kf00d.jtune
// The id, the kind, its details, then facts that never change: a letter and its value each.
import type { ProcessName } from './holder.ts';
import type { Role } from './ports.ts';
import { isJobId } from './target.ts';

export type EntryState =
	| { readonly kind: 'pending'; readonly reason: string }
	| ({ readonly kind: 'starting' | 'running' | 'ending' } & Turn)
	| { readonly kind: 'ended'; readonly how: string; readonly code: number | undefined; readonly at: number };

/** What a job was given when its turn came. Times are seconds since 1970; no limit: 0. */
export interface Turn {
	readonly started: number;
	readonly ends: number;
	readonly gpus: readonly number[];
}

export interface EntryFacts {
	readonly cpus: number;
	readonly memoryMb: number;
	readonly gpus: number;
	/** undefined: none. */
	readonly limitSeconds: number | undefined;
	readonly hasDependency: boolean;
	readonly array: { readonly job: string; readonly index: number; readonly atOnce: number | undefined } | undefined;
	readonly name: string;
	/** A head or a client of rayslurm; undefined: any script. */
	readonly role?: Role;
	/** What its processes carry in their environment. */
	readonly mark: string;
	readonly keeper: Keeper;
}

/** The process that looks after a job. Boot and process table are shortened: the name of a file has 255 bytes. */
export type Keeper = Omit<ProcessName, 'host'>;

export interface JobEntry {
	readonly id: string;
	readonly state: EntryState;
	readonly facts: EntryFacts;
}

const LONGEST_NAME = 60;
/** In bytes, as file systems have it. */
const LONGEST_ENTRY = 255;

export function renderEntry({ id, state, facts }: JobEntry): string {
	const words = [id, state.kind, detailOf(state), ...factsInWords(facts)].join('.');
	return `${words}.j${nameInWord(facts.name, Math.min(LONGEST_NAME, LONGEST_ENTRY - words.length - 2))}`;
}

function detailOf(state: EntryState): string {
	switch (state.kind) {
		case 'pending':
			return state.reason;
		case 'ended':
			return `${state.how}-${state.code ?? ''}-${state.at}`;
		default:
			return `${state.started}-${state.ends}-${state.gpus.join(',')}`;
	}
}

function factsInWords(facts: EntryFacts): string[] {
	const { array, keeper } = facts;
	return [
		`c${facts.cpus}`,
		`m${facts.memoryMb}`,
		`g${facts.gpus}`,
		...(facts.limitSeconds === undefined ? [] : [`l${facts.limitSeconds}`]),
		...(facts.hasDependency ? ['d'] : []),
		...(array === undefined ? [] : [`a${array.job}_${array.index}`]),
		...(array?.atOnce === undefined ? [] : [`x${array.atOnce}`]),
		...(facts.role === undefined ? [] : [`r${facts.role}`]),
		`p${keeper.pid}`,
		`t${keeper.startTime}`,
		`b${keeper.bootId}`,
		`n${keeper.pidSpace}`,
		`k${facts.mark}`,
	];
}

/** Where a name is long only its beginning is kept: it is for people. */
function nameInWord(name: string, longest: number): string {
	const words = [...name.replace(/\p{Cs}/gu, '\ufffd')].map((character) =>
		encodeURIComponent(character).replaceAll('.', '%2E'),
	);
	let kept = '';
	for (const word of words) {
		if (kept.length + word.length > longest) break;
		kept += word;
	}
	return kept;
}

/** undefined: not the name of an entry. */
export function parseEntry(name: string): JobEntry | undefined {
	const [id = '', kind = '', detail = '', ...words] = name.split('.');
	const state = stateOf(kind, detail);
	if (!isJobId(id) || state === undefined) return undefined;
	const fact = new Map(words.map((word) => [word.charAt(0), word.slice(1)]));
	const [arrayJob, index] = (fact.get('a') ?? '').split('_');
	const limit = fact.get('l');
	const atOnce = fact.get('x');
	return {
		id,
		state,
		facts: {
			cpus: Number(fact.get('c') ?? 0),
			memoryMb: Number(fact.get('m') ?? 0),
			gpus: Number(fact.get('g') ?? 0),
			limitSeconds: limit === undefined ? undefined : Number(limit),
			hasDependency: fact.has('d'),
			array:
				arrayJob === undefined || index === undefined
					? undefined
					: { job: arrayJob, index: Number(index), atOnce: atOnce === undefined ? undefined : Number(atOnce) },
			name: decoded(fact.get('j') ?? ''),
			...roleIn(fact.get('r')),
			mark: fact.get('k') ?? '',
			keeper: {
				pid: Number(fact.get('p') ?? 0),
				startTime: fact.get('t') ?? '',
				bootId: fact.get('b') ?? '',
				pidSpace: fact.get('n') ?? '',
			},
		},
	};
}

/** Of another word it has none. */
export function roleIn(word: string | undefined): { readonly role?: Role } {
	return word === 'head' || word === 'client' ? { role: word } : {};
}

function decoded(word: string): string {
	try {
		return decodeURIComponent(word);
	} catch {
		return word;
	}
}

function stateOf(kind: string, detail: string): EntryState | undefined {
	const [first = '', second = '', third = ''] = detail.split('-');
	switch (kind) {
		case 'pending':
			return { kind, reason: detail };
		case 'starting':
		case 'running':
		case 'ending': {
			const gpus = third === '' ? [] : third.split(',').map(Number);
			return { kind, started: Number(first), ends: Number(second), gpus };
		}
		case 'ended':
			return { kind, how: first, code: second === '' ? undefined : Number(second), at: Number(third) };
		default:
			return undefined;
	}
}
