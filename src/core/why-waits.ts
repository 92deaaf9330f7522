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

/** undefined: its reason says enough, or it has room by now. */
export function whyWaits(job: JobEntry, entries: readonly JobEntry[], machine: Machine): WhyWaits | undefined {
	const reason = job.state.kind === 'pending' ? job.state.reason : '';
	if (reason === 'Resources') return lackOf(job, entries, machine);
	if (reason !== 'Priority') return undefined;
	const [first] = entries
		.filter(({ state }) => state.kind === 'pending' && state.reason === 'Resources')
		.toSorted((a, b) => Number(a.id) - Number(b.id));
	const lack = first && lackOf(first, entries, machine);
	if (first === undefined || lack === undefined) return undefined;
	const words = `behind ${nameOf(first)}, which ${lack.words}`;
	return { words, todo: `${endOf(first)} takes that one out of the line` };
}

function lackOf({ facts }: JobEntry, entries: readonly JobEntry[], machine: Machine): WhyWaits | undefined {
	const active = entries.filter(({ state }) => isActive(state));
	for (const { amount, short, of, option, otherwise } of RESOURCES) {
		const holders = active
			.filter((each) => of(each.facts) > 0)
			.toSorted((a, b) => of(b.facts) - of(a.facts) || Number(a.id) - Number(b.id));
		const free = holders.reduce((left, each) => left - of(each.facts), of(machine));
		if (of(facts) <= free) continue;
		const held = holders.slice(0, MOST_NAMED).map((each) => `${nameOf(each)} holds ${short(of(each.facts))}`);
		const more = holders.length - held.length;
		const has = free > 0 ? `${short(free)} of ${short(of(machine))} ${free === 1 ? 'is' : 'are'} free` : 'none is free';
		// A client that waits for its own head has nothing of that one's end.
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
