// One machine as a scheduler, for who has no Slurm: each job has a keeper of its own (local/keep-job.sh), and what is known
// of all jobs is a folder of empty files whose names say it. There is no daemon, and no question waits for anybody.
import { hostname } from 'node:os';
import { entriesByName, taskName } from '../../core/entry-names.ts';
import type { JobEntry } from '../../core/job-entry.ts';
import { liveliest } from '../../core/job-state.ts';
import type { LocalScheduler, NamedJob } from '../../core/scheduler-words.ts';
import type { JobId, KnownState } from '../../core/world.ts';
import { bury } from './local/bury.ts';
import { KILL_WAIT_MS, thisMachine } from './local/machine.ts';
import { type Place, thePlace } from './local/place.ts';
import { stateReader } from './local/state-reader.ts';
import { changeEntry, keeperWatch, readTable, tellKeeper } from './local/table.ts';
import { giveTurns, locked } from './local/turns.ts';

/** A head and two clients find room beside each other where nobody says what they need. */
const SHARES = 3;

export function local(self: readonly string[]): LocalScheduler {
	return {
		name: 'local',
		title: 'The local scheduler',
		onThisMachine: true,
		lookHint: (job) => `rayslurm local jobs ${job}`,
		cancelHint: (job) => `rayslurm local cancel ${job}`,
		submitCommand: ({ options, scriptPath, words = [] }) => [
			...['rayslurm', 'local', 'submit'],
			...options,
			scriptPath,
			...words,
		],
		check: async (submission, coming) => (await import('./local/submit.ts')).checkHere(thePlace(), submission, coming),
		submit: async (submission) => (await import('./local/submit.ts')).submitHere(thePlace(), self, submission),
		states: (jobs) => states(thePlace(), jobs),
		async signal(jobs, signal) {
			const place = thePlace();
			for (const { id, state } of tasksNamed(place, jobs)) {
				if (state.kind !== 'pending' && state.kind !== 'ended') tellKeeper(place, id, `signal ${signal}`);
			}
		},
		cancel: (jobs, which) => cancel(thePlace(), jobs, which),
		async limits() {
			const { cpus, memoryMb } = await thisMachine();
			return {
				partition: 'local',
				cpusPerNode: Math.max(1, Math.floor(cpus / SHARES)),
				memoryMb: Math.max(1, Math.floor(memoryMb / SHARES)),
				because: `a third of what ${hostname()} gives to jobs, so that clients fit beside their head (-c and --mem say otherwise)`,
			};
		},
		killWaitMs: async () => KILL_WAIT_MS,
		displaced: async () => false,
		mine: (asked) => mine(thePlace(), asked),
		turn: async () => {
			const place = thePlace();
			if (readTable(place).size > 0) await locked(place, () => giveTurns(place));
		},
	};
}

async function states(place: Place, jobs: readonly JobId[]): Promise<ReadonlyMap<JobId, KnownState>> {
	let entries = readTable(place);
	let table = entriesByName(entries.values());
	// A rename in the midst of a look may hide a job: it is gone when two looks do not see it.
	if (jobs.some((job) => !table.has(job))) {
		entries = new Map([...entries, ...readTable(place)]);
		table = entriesByName(entries.values());
	}
	const known = new Map<JobId, KnownState>();
	const stateOf = await stateReader(entries);
	const dead: JobEntry[] = [];
	for (const job of jobs) {
		const found = (table.get(job) ?? []).map((entry) => stateOf(entry, dead));
		known.set(job, liveliest(found) ?? { kind: 'gone' });
	}
	for (const entry of new Set(dead)) await bury(place, entry);
	return known;
}

async function mine(place: Place, asked: readonly JobId[] | undefined): Promise<readonly NamedJob[]> {
	const table = readTable(place);
	const stateOf = await stateReader(table);
	const dead: JobEntry[] = [];
	const named = (entry: JobEntry) => ({
		job: entry.id,
		...(entry.facts.array && { task: taskName(entry.facts.array) }),
		name: entry.facts.name,
		state: stateOf(entry, dead),
	});
	const living = () => [...table.values()].filter(({ state }) => state.kind !== 'ended').map(named);
	const byName = entriesByName(table.values());
	const jobs: NamedJob[] =
		asked?.flatMap((job) => byName.get(job)?.map(named) ?? [{ job, name: '', state: { kind: 'gone' } }]) ?? living();
	for (const entry of new Set(dead)) await bury(place, entry);
	return jobs.toSorted((a, b) => Number.parseInt(a.job, 10) - Number.parseInt(b.job, 10));
}

/** Waiting jobs are taken out of the line; to the others' keepers it is said. */
async function cancel(place: Place, jobs: readonly JobId[], which?: 'pending'): Promise<void> {
	const isPending = ({ state }: JobEntry) => state.kind === 'pending';
	if (tasksNamed(place, jobs).some(isPending)) {
		await locked(place, async () => {
			for (const entry of tasksNamed(place, jobs).filter(isPending)) {
				const at = Math.floor(Date.now() / 1000);
				await changeEntry(place, entry, { kind: 'ended', how: 'CANCELLED', code: undefined, at });
				tellKeeper(place, entry.id, 'look');
			}
			await giveTurns(place);
		});
	}
	if (which === 'pending') return;
	const presenceOf = keeperWatch();
	for (const entry of tasksNamed(place, jobs)) {
		if (entry.state.kind === 'ended' || tellKeeper(place, entry.id, 'cancel')) continue;
		if (presenceOf(entry.facts.keeper) === 'gone') await bury(place, entry);
	}
}

function tasksNamed(place: Place, jobs: readonly JobId[]): readonly JobEntry[] {
	const table = entriesByName(readTable(place).values());
	return jobs.flatMap((job) => table.get(job) ?? []);
}
