// What a head or a client asks of Slurm where the user says nothing: the contract's defaults, each lowered to what the
// partition allows, and said. A user's own option always wins, and takes our line out of the script.
import { type Ownership, type Role, sbatchTimeSeconds } from './sbatch-options.ts';
import { Trouble } from './trouble.ts';
import type { PartitionLimits } from './world.ts';

export interface JobRequest {
	/** Values of the script's #SBATCH lines; undefined where the user's own option stands instead. */
	readonly time: string | undefined;
	readonly nodes: string | undefined;
	readonly tasksPerNode: string | undefined;
	readonly cpus: string | undefined;
	readonly memory: string | undefined;
	readonly signal: string;
	readonly leadSeconds: number;
	readonly notes: readonly string[];
}

const DEFAULTS = {
	head: { hours: 24, cpus: 8, memoryGb: 200 },
	client: { hours: 24, cpus: 16, memoryGb: 50 },
} as const;
const LONGEST_LEAD_SECONDS = 600;

export function needsLimits(owned: Ownership): boolean {
	return !(owned.has('time') && saysCpus(owned) && saysMemory(owned));
}

export function planJob(role: Role, owned: Ownership, limits: PartitionLimits | undefined): JobRequest {
	const notes: string[] = [];
	const shares: string[] = [];
	const lower = (what: string, wanted: number, allowed: number | undefined, show: (value: number) => string) => {
		if (allowed === undefined || allowed >= wanted) return wanted;
		if (limits?.because === undefined)
			notes.push(
				`${what} lowered from ${show(wanted)} to ${show(allowed)}: partition ${limits?.partition} allows no more`,
			);
		else shares.push(`${what} ${show(allowed)}`);
		return allowed;
	};
	const wanted = DEFAULTS[role];
	const seconds =
		owned.timeLimit === undefined
			? lower('time limit', wanted.hours * 3600, limits?.seconds, timeInWords)
			: sbatchTimeSeconds(owned.timeLimit);
	const unless = (said: boolean, value: () => string) => (said ? undefined : value());
	const leadSeconds = owned.leadSeconds ?? Math.max(1, Math.min(LONGEST_LEAD_SECONDS, Math.floor(seconds / 4)));
	const request = {
		time: unless(owned.has('time'), () => timeInWords(seconds)),
		nodes: unless(owned.has('nodes') || owned.has('nodelist') || owned.has('nodefile'), () => '1'),
		tasksPerNode: unless(saysTasks(owned), () => '1'),
		cpus: unless(saysCpus(owned), () => String(lower('CPUs', wanted.cpus, limits?.cpusPerNode, String))),
		memory: unless(saysMemory(owned), () =>
			megabytesInWords(lower('memory', wanted.memoryGb * 1024, limits?.memoryMb, megabytesInWords)),
		),
		signal: `${owned.overlapsReservation ? 'R' : ''}B:USR1@${leadSeconds}`,
		leadSeconds,
	};
	const share = shares.length === 0 ? [] : [`${shares.join(', ')}: ${limits?.because}`];
	return { ...request, notes: [...notes, ...share] };
}

/** Ours and the user's, all of them to be met. Slurm cannot mix that with alternatives. */
export function mergeDependency(theirs: string | undefined, ours: string | undefined): string | undefined {
	if (theirs === undefined || ours === undefined) return theirs ?? ours;
	if (theirs.includes('?')) {
		throw new Trouble('usage', `--dependency=${theirs} cannot be joined with the wait for the pending head`, {
			hint: 'there is no mix of ? and ,: connect again when the head runs',
		});
	}
	return `${theirs},${ours}`;
}

export function saysTasks(owned: Ownership): boolean {
	return ['ntasks', 'ntasks-per-node', 'ntasks-per-core', 'ntasks-per-socket', 'ntasks-per-gpu'].some((name) =>
		owned.has(name),
	);
}

export function saysCpus(owned: Ownership): boolean {
	return owned.has('cpus-per-task') || owned.has('cpus-per-gpu') || saysTasks(owned);
}

export function saysMemory(owned: Ownership): boolean {
	return owned.has('mem') || owned.has('mem-per-cpu') || owned.has('mem-per-gpu');
}

/** As sbatch reads it: D-HH:MM:SS. */
function timeInWords(seconds: number): string {
	if (seconds === Number.POSITIVE_INFINITY) return 'UNLIMITED';
	const two = (value: number) => String(value).padStart(2, '0');
	const days = Math.floor(seconds / 86_400);
	const clock = `${two(Math.floor(seconds / 3600) % 24)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
	return days > 0 ? `${days}-${clock}` : clock;
}

function megabytesInWords(megabytes: number): string {
	return megabytes % 1024 === 0 ? `${megabytes / 1024}G` : `${megabytes}M`;
}
