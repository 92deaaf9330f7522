// Why a job of this machine still waits, in words: what it lacks, who holds that, and what to type. Slurm's word for it is
// too short where all other jobs are one's own.
import { counted } from './counted.ts';
import type { EntryFacts, JobEntry } from './job-entry.ts';
import { isActive, type Machine } from './take-turns.ts';

export interface WhyWaits {
	readonly words: string;
	/** Absent where there is only to wait. */
	readonly todo?: string;
}

interface Resource {
	/** So much of it. */
	readonly amount: (number: number) => string;
	readonly short: (number: number) => string;
	readonly of: (facts: Pick<EntryFacts, keyof Machine>) => number;
	/** What asks for less of it. */
	readonly option: string;
	/** Where all of it is taken. */
	readonly otherwise?: string;
}

const gigabytes = (megabytes: number) => `${(megabytes / 1024).toFixed(1)} GB`;

const RESOURCES: readonly Resource[] = [
	{
		amount: (number) => counted(number, 'CPU'),
		short: String,
		of: ({ cpus }) => cpus,
		option: '-c',
		otherwise: 'let jobs share CPUs with --local-cpus',
	},
	{
		amount: (number) => `${gigabytes(number)} of memory`,
		short: gigabytes,
		of: ({ memoryMb }) => memoryMb,
		option: '--mem',
	},
	{ amount: (number) => counted(number, 'GPU'), short: String, of: ({ gpus }) => gpus, option: '--gpus' },
];

const MOST_NAMED = 3;

/** Of each job of a table. undefined: its reason says enough, or it has room by now. */
export function whyWaitsIn(entries: readonly JobEntry[], machine: Machine): (job: JobEntry) => WhyWaits | undefined {
	const active = entries.filter(({ state }) => isActive(state));
	const [first] = entries.filter((each) => reasonOf(each) === 'Resources').toSorted(byId);
	const lack = first && lackOf(first, active, machine);
	const behind = lack && {
		words: `behind ${nameOf(first)}, which ${lack.words}`,
		todo: `${endOf(first)} takes that one out of the line`,
	};
	return (job) => {
		const reason = reasonOf(job);
		return reason === 'Resources' ? lackOf(job, active, machine) : reason === 'Priority' ? behind : undefined;
	};
}

function reasonOf({ state }: JobEntry): string | undefined {
	return state.kind === 'pending' ? state.reason : undefined;
}

function byId(a: JobEntry, b: JobEntry): number {
	return Number(a.id) - Number(b.id);
}

/** `active`: the jobs that have been promised something. */
function lackOf({ facts }: JobEntry, active: readonly JobEntry[], machine: Machine): WhyWaits | undefined {
	for (const { amount, short, of, option, otherwise } of RESOURCES) {
		const holders = active
			.filter((each) => of(each.facts) > 0)
			.toSorted((a, b) => of(b.facts) - of(a.facts) || byId(a, b));
		const free = holders.reduce((left, each) => left - of(each.facts), of(machine));
		if (of(facts) <= free) continue;
		const held = holders.slice(0, MOST_NAMED).map((each) => `${nameOf(each)} holds ${short(of(each.facts))}`);
		const more = holders.length - held.length;
		const has = free > 0 ? `${short(free)} of ${short(of(machine))} ${free === 1 ? 'is' : 'are'} free` : 'none is free';
		// A client has nothing of the end of a head that may be its own.
		const ends = holders.find(
			(each) => each.state.kind !== 'ending' && (facts.role !== 'client' || each.facts.role !== 'head'),
		);
		const less = free > 0 ? `ask for less with ${option}` : undefined;
		const todo = [ends && endOf(ends), less, ends && less ? undefined : otherwise].filter((each) => each !== undefined);
		return {
			words: `waits for ${amount(of(facts))}: ${[has, ...held].join('; ')}${more > 0 ? `, and ${more} more` : ''}`,
			...(todo.length === 0 ? {} : { todo: todo.join(', or ') }),
		};
	}
	return undefined;
}

function nameOf({ id, facts: { role, name } }: JobEntry): string {
	return `${role ?? 'job'} ${id}${name === '' ? '' : ` (${name})`}`;
}

/** Heads and clients are ended in order; nobody knows how to do that with other scripts. */
function endOf({ id, facts }: JobEntry): string {
	return facts.role === undefined ? `rayslurm local cancel ${id}` : `rayslurm stop ${id}`;
}
