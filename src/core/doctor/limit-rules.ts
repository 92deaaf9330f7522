// ulimits and memory. Ray opens many files, and its threads count as processes: a hundred where it is idle, thousands where
// many workers run.
import type { LimitEvidence, MachineEvidence } from './evidence.ts';
import { type Finding, findingsOf } from './finding.ts';
import { type Look, ofLook } from './look.ts';

/** Ray warns below 8192; a head with clients needs some for each of them. */
const FEW_FILES = 8_192;
const TOO_FEW_FILES = 1_024;
const FEW_PROCESSES = 4_096;
const TOO_FEW_PROCESSES = 512;

export interface LimitPlace {
	readonly node: string | undefined;
	/** Heads run here; else only what jobs inherit matters. */
	readonly runsRay: boolean;
	/** Soft limits of this shell reach its jobs. */
	readonly inherited: boolean;
}

export function limitFindings(look: Look<LimitEvidence>, place: LimitPlace): readonly Finding[] {
	const say = findingsOf('Limits', place.node);
	return ofLook(say, { what: 'The limits of processes', fix: 'ulimit -a' }, look, (evidence) =>
		place.runsRay
			? [...files(evidence, place), ...processes(evidence, place), ...addressSpace(evidence, place)]
			: place.inherited
				? [...inherited(evidence, place), ...addressSpace(evidence, place)]
				: addressSpace(evidence, place),
	);
}

function files({ limits: { openFilesHard: most } }: LimitEvidence, { node }: LimitPlace): readonly Finding[] {
	const say = findingsOf('Limits', node);
	const fix =
		'ulimit -Hn says it; administrators raise it in /etc/security/limits.conf (nofile), or LimitNOFILE of slurmd';
	if (most === undefined || most >= FEW_FILES) return [say.ok(`Open files: ${most ?? 'unlimited'}`)];
	if (most >= TOO_FEW_FILES) return [say.warning(`Only ${most} open files (ulimit -n): large clusters need more`, fix)];
	return [say.problem(`Only ${most} open files (ulimit -n): Ray fails under load`, fix)];
}

function processes({ limits, threads, mostPids }: LimitEvidence, { node }: LimitPlace): readonly Finding[] {
	const say = findingsOf('Limits', node);
	const most = Math.min(limits.processesSoft ?? Number.POSITIVE_INFINITY, mostPids ?? Number.POSITIVE_INFINITY);
	if (most === Number.POSITIVE_INFINITY) return [say.ok('Processes: unlimited')];
	const which = most === mostPids ? 'pids.max of the control group' : 'ulimit -u';
	const left = most - threads;
	const fix =
		most === mostPids
			? 'cat /sys/fs/cgroup/user.slice/user-$UID.slice/pids.max; administrators raise TasksMax'
			: limits.processesHard === undefined || limits.processesHard > most
				? 'ulimit -u $(ulimit -Hu), then submit again; or --propagate=NONE'
				: 'ulimit -Hu says it; administrators raise it in /etc/security/limits.conf (nproc)';
	const counts = `${threads} of ${most} processes and threads are in use (${which})`;
	if (left < TOO_FEW_PROCESSES) return [say.problem(`${counts}: Ray cannot start its own`, fix)];
	if (left < FEW_PROCESSES) return [say.warning(`${counts}: many workers need more`, fix)];
	return [say.ok(`Processes: ${counts}`)];
}

function inherited({ limits: { processesSoft: most } }: LimitEvidence, { node }: LimitPlace): readonly Finding[] {
	const say = findingsOf('Limits', node);
	if (most === undefined || most >= FEW_PROCESSES)
		return [say.ok(`Processes that jobs inherit: ${most ?? 'unlimited'}`)];
	return [
		say.warning(
			`ulimit -u is ${most} here, and jobs inherit it: Ray's threads count`,
			'rayslurm head submit --propagate=NONE, or first: ulimit -u $(ulimit -Hu)',
		),
	];
}

function addressSpace(
	{ limits: { addressSpaceSoft: bytes } }: LimitEvidence,
	{ node }: LimitPlace,
): readonly Finding[] {
	if (bytes === undefined) return [];
	return [
		findingsOf('Limits', node).problem(
			`ulimit -v is ${Math.floor(bytes / 2 ** 20)} MB: Ray maps more memory than it uses and fails`,
			'ulimit -v unlimited, before you submit; or --propagate=NONE',
		),
	];
}

export function memoryFindings(
	memory: MachineEvidence['memory'],
	node: string,
	jobBytes: number | undefined,
): readonly Finding[] {
	if (memory === undefined || jobBytes === undefined) return [];
	const say = findingsOf('Limits', node);
	const held = memory.limitBytes !== undefined && memory.limitBytes < memory.totalBytes;
	return [
		say.ok(
			`Memory: ${gigabytes(jobBytes)} for this job of the node's ${gigabytes(memory.totalBytes)}, ${held ? 'and a control group holds it to that' : 'and nothing holds it to that'}`,
		),
	];
}

function gigabytes(bytes: number): string {
	return `${(bytes / 2 ** 30).toFixed(bytes < 10 * 2 ** 30 ? 1 : 0)} GB`;
}
