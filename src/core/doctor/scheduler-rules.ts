// Does the scheduler answer, and what does the partition allow that jobs would go to?
import { counted } from '../counted.ts';
import type { PartitionLimits } from '../world.ts';
import type { SiteEvidence } from './evidence.ts';
import { type Finding, findingsOf } from './finding.ts';
import { ofLook } from './look.ts';
import type { Partition } from './site-config.ts';

/** What heads ask where nothing is said. */
const HEAD_WISHES = '24 h, 8 CPUs and 200 GB';
const SLOW_MS = 2_000;
const say = findingsOf('Scheduler');

export function schedulerFindings(site: SiteEvidence, wished: string | undefined): readonly Finding[] {
	const answers = ofLook(
		say,
		{ what: 'Slurm', fix: 'try again in a minute; is it the controller? scontrol ping' },
		site.config,
		(config, ms) => [answer(`Slurm ${config.get('SLURM_VERSION') ?? ''}`.trim(), ms)],
	);
	// It has been said that Slurm does not answer.
	if (site.config.kind !== 'seen') return answers;
	return [
		...answers,
		...ofLook(say, { what: 'The list of partitions', fix: 'scontrol show partition' }, site.partitions, (partitions) =>
			ofLook(say, { what: 'What a partition allows', fix: 'sinfo' }, site.limits, (limits) =>
				partitionFindings(partitions, limits, wished, config(site)),
			),
		),
	];
}

function config({ config: look }: SiteEvidence) {
	return look.kind === 'seen' ? look.value : new Map<string, string>();
}

function answer(who: string, ms: number): Finding {
	const seconds = (ms / 1000).toFixed(ms < 1000 ? 2 : 1);
	if (ms < SLOW_MS) return say.ok(`${who} answered in ${seconds} s`);
	return say.warning(
		`${who} took ${seconds} s to answer: the controller is busy`,
		'wait with rayslurm head submit --wait, which reads files: loops of squeue make it slower',
	);
}

function partitionFindings(
	partitions: readonly Partition[],
	limits: PartitionLimits | undefined,
	wished: string | undefined,
	config: ReadonlyMap<string, string>,
): readonly Finding[] {
	const names = partitions.map(({ name }) => name);
	if (wished === undefined && !partitions.some(({ isDefault }) => isDefault)) {
		return [
			say.warning(`There is no default partition; there are ${names.join(', ')}`, `add -p ${names[0] ?? 'NAME'}`),
		];
	}
	const chosen = partitions.filter(({ name, isDefault }) =>
		wished === undefined ? isDefault : wished.split(',').includes(name),
	);
	if (chosen.length === 0) {
		return [say.problem(`There is no partition ${wished}; there are ${names.join(', ')}`, `-p ${names[0] ?? 'NAME'}`)];
	}
	return [...chosen.flatMap((partition) => stateOf(partition, config)), ...allowed(chosen, limits)];
}

function stateOf({ name, state, nodes, graceSeconds, preemptMode }: Partition, config: ReadonlyMap<string, string>) {
	const found: Finding[] = [];
	if (state !== 'UP')
		found.push(say.problem(`Partition ${name} is ${state}: jobs wait in it`, 'choose another: -p NAME'));
	if (nodes === 0) found.push(say.problem(`Partition ${name} has no nodes`, 'choose another: -p NAME'));
	const preempts = !/^(OFF|DISABLED|)$/i.test(preemptMode) && !/^(OFF|)$/i.test(config.get('PreemptMode') ?? '');
	if (!preempts) return found;
	const told = /\bpreempt_send_user_signal\b/.test(config.get('SlurmctldParameters') ?? '');
	if (told && graceSeconds > 0) {
		found.push(say.ok(`Jobs in ${name} can be preempted (${preemptMode}) and are told ${graceSeconds} s before`));
	} else {
		const late =
			graceSeconds > 0 ? `Slurm tells batch jobs nothing of its GraceTime of ${graceSeconds} s` : 'no GraceTime';
		found.push(
			say.warning(
				`Jobs in ${name} can be preempted (${preemptMode}) without warning: ${late}`,
				'put heads into a partition that is not preempted: -p NAME; sites can set SlurmctldParameters=preempt_send_user_signal',
			),
		);
	}
	return found;
}

function allowed(chosen: readonly Partition[], limits: PartitionLimits | undefined): readonly Finding[] {
	const name = limits?.partition ?? chosen[0]?.name ?? '';
	if (limits === undefined) return [say.warning(`sinfo shows no limits of ${name}`, `sinfo -p ${name}`)];
	const { seconds, cpusPerNode, memoryMb } = limits;
	const parts = [
		seconds === undefined ? 'no time limit' : `${hours(seconds)} at most`,
		...(cpusPerNode === undefined ? [] : [`${counted(cpusPerNode, 'CPU')} a node`]),
		...(memoryMb === undefined ? [] : [`${Math.floor(memoryMb / 1024)} GB a node`]),
	];
	const found = [say.ok(`Partition ${name}: ${parts.join(', ')}; heads ask for ${HEAD_WISHES}, or what it allows`)];
	if (seconds !== undefined && seconds < 3600) {
		found.push(
			say.warning(
				`Partition ${name} ends jobs after ${hours(seconds)}: heads are short-lived there`,
				'rayslurm head submit --renew goes on with the next head; or choose another partition: -p NAME',
			),
		);
	}
	return found;
}

function hours(seconds: number): string {
	return seconds < 3600 ? `${Math.round(seconds / 60)} min` : `${Math.round((seconds / 3600) * 10) / 10} h`;
}

/** One machine: what it gives to jobs. */
export function localFindings(
	title: string,
	hostName: string,
	look: SiteEvidence['limits'],
	machine: { readonly cpus: number; readonly totalBytes: number },
): readonly Finding[] {
	const fix = 'look at the space and the permissions of ~/.local/state, or name another folder with XDG_STATE_HOME';
	return ofLook(say, { what: title, fix }, look, (limits, ms) => [
		answer(title, ms),
		say.ok(
			`${hostName} has ${counted(machine.cpus, 'CPU')} and ${Math.floor(machine.totalBytes / 2 ** 30)} GB; a head or client gets ${counted(limits?.cpusPerNode ?? 1, 'CPU')} and ${Math.floor((limits?.memoryMb ?? 0) / 1024)} GB unless you say otherwise`,
		),
	]);
}
