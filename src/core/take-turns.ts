// Whose turn it is on one machine. In the order of their ids, each job starts that waits for nobody and fits into what is
// not promised yet. The first that does not fit holds back those behind it, so that no large job waits for ever.
import { type Dependency, judge, type Standing } from './dependency.ts';
import { entriesByName } from './entry-names.ts';
import type { EntryState, JobEntry, Turn } from './job-entry.ts';

export interface Machine {
	readonly cpus: number;
	readonly memoryMb: number;
	readonly gpus: number;
}

export interface Turns {
	readonly start: ReadonlyMap<string, Turn>;
	/** Why each of the others still waits. */
	readonly waiting: ReadonlyMap<string, string>;
}

/** Jobs may wait for the start of another, so a look that let one begin is followed by another look. */
export function takeTurns(
	entries: readonly JobEntry[],
	dependencyOf: (id: string) => Dependency | undefined,
	machine: Machine,
	nowSeconds: number,
): Turns {
	const all = new Map<string, Turn>();
	for (let seen = entries; ; seen = seen.map((entry) => begun(entry, all))) {
		const { start, waiting } = look(seen, dependencyOf, machine, nowSeconds);
		if (start.size === 0) return { start: all, waiting };
		for (const [id, turn] of start) all.set(id, turn);
	}
}

function begun(entry: JobEntry, turns: ReadonlyMap<string, Turn>): JobEntry {
	const turn = entry.state.kind === 'pending' ? turns.get(entry.id) : undefined;
	return turn === undefined ? entry : { ...entry, state: { kind: 'starting', ...turn } };
}

function look(
	entries: readonly JobEntry[],
	dependencyOf: (id: string) => Dependency | undefined,
	machine: Machine,
	nowSeconds: number,
): Turns {
	const start = new Map<string, Turn>();
	const waiting = new Map<string, string>();
	const active = entries.filter(({ state }) => isActive(state));
	let cpus = machine.cpus - sum(active, ({ facts }) => facts.cpus);
	let memoryMb = machine.memoryMb - sum(active, ({ facts }) => facts.memoryMb);
	const taken = new Set(active.flatMap(({ state }) => ('gpus' in state ? state.gpus : [])));
	const running = new Map<string, number>();
	for (const { facts } of active) count(running, facts.array?.job);
	const standingOf = standings(entries, nowSeconds);
	let heldBack = false;
	for (const { id, state, facts } of entries.toSorted((a, b) => Number(a.id) - Number(b.id))) {
		if (state.kind !== 'pending') continue;
		const dependency = facts.hasDependency ? dependencyOf(id) : undefined;
		const verdict = dependency === undefined ? 'met' : judge(dependency, standingOf);
		const gpus = Array.from({ length: machine.gpus }, (_, gpu) => gpu).filter((gpu) => !taken.has(gpu));
		const fits = facts.cpus <= cpus && facts.memoryMb <= memoryMb && facts.gpus <= gpus.length;
		const { array } = facts;
		if (verdict !== 'met') waiting.set(id, verdict === 'never' ? 'DependencyNeverSatisfied' : 'Dependency');
		else if (array?.atOnce !== undefined && (running.get(array.job) ?? 0) >= array.atOnce)
			waiting.set(id, 'JobArrayTaskLimit');
		else if (heldBack) waiting.set(id, 'Priority');
		else if (!fits) {
			waiting.set(id, 'Resources');
			heldBack = true;
		} else {
			const given = gpus.slice(0, facts.gpus);
			const ends = facts.limitSeconds === undefined ? 0 : nowSeconds + facts.limitSeconds;
			start.set(id, { started: nowSeconds, ends, gpus: given });
			cpus -= facts.cpus;
			memoryMb -= facts.memoryMb;
			for (const gpu of given) taken.add(gpu);
			count(running, array?.job);
		}
	}
	return { start, waiting };
}

export function isActive(state: EntryState): state is Extract<EntryState, Turn> {
	return state.kind === 'starting' || state.kind === 'running' || state.kind === 'ending';
}

/** What a job is to those that wait for it. An array's own id stands for all its tasks. */
function standings(entries: readonly JobEntry[], nowSeconds: number): (job: string) => Standing {
	const byName = entriesByName(entries);
	return (job) => {
		const states = (byName.get(job) ?? []).map(({ state }) => state);
		if (states.some(({ kind }) => kind === 'pending')) return { kind: 'waiting' };
		const begun = states.filter(isActive).map(({ started }) => nowSeconds - started);
		if (begun.length > 0) return { kind: 'begun', secondsAgo: Math.min(...begun) };
		const over = states.filter((state) => state.kind === 'ended');
		if (over.length === 0) return { kind: 'over', well: undefined };
		return { kind: 'over', well: over.every(({ how }) => how === 'COMPLETED') };
	};
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
	return items.reduce((total, item) => total + of(item), 0);
}

function count(counts: Map<string, number>, name: string | undefined): void {
	if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
}
