// Inside a client's job: where is the head? Its info file is awaited, then the head itself is asked, before Ray is started
// here, because Ray tries a closed port for a quarter of an hour.
import type { HeadInfo } from '../core/connection.ts';
import type { Layout } from '../core/layout.ts';
import { Trouble } from '../core/trouble.ts';
import type { JobId, Scheduler, World } from '../core/world.ts';
import type { Cluster } from './join-cluster.ts';
import { throwIfToldToEnd } from './order.ts';

export type HeadName =
	| { readonly kind: 'job'; readonly job: JobId }
	| { readonly kind: 'address'; readonly address: string; readonly tokenPath: string | undefined };

export interface FoundHead extends Cluster {
	readonly info: HeadInfo | undefined;
}

/** Clients of a cluster named by its address are kept below that address. */
export function headFolderName(head: HeadName): string {
	return head.kind === 'job' ? head.job : head.address.replace(/[^A-Za-z0-9.-]/g, '_');
}

/** As people name it, as far as its folder's name still says that: a job id, or IP:PORT. */
export function headOfFolder(name: string): string {
	return name.replace(/_(?=\d+$)/, ':');
}

const FILE_LIMIT_MS = 120_000;
const LOOK_EVERY_MS = 500;
const ASK_EVERY_MS = 30_000;
const ANSWER_LIMIT_MS = 30_000;

/** named: what the info file says, as soon as it was read, whether anybody answers there or not. */
export async function findHead(
	world: World,
	layout: Layout,
	name: HeadName,
	named: (info: HeadInfo) => void = () => {},
): Promise<FoundHead> {
	if (name.kind === 'address') return answering(world, name.address, name.tokenPath, undefined);
	const info = await awaitInfo(world, layout, name.job);
	named(info);
	return answering(world, info.rayAddress, info.authTokenPath, info);
}

async function awaitInfo(world: World, layout: Layout, headJob: JobId): Promise<HeadInfo> {
	const began = world.clock.monotonicMs();
	const path = layout.info(headJob);
	let askedAt: number | undefined;
	for (;;) {
		const reading = await world.readInfo(path, headJob);
		if (reading.kind === 'read') return reading.info;
		if (reading.kind === 'refused') throw new Trouble('info-file-invalid', reading.message, { hint: reading.hint });
		const now = world.clock.monotonicMs();
		if (askedAt === undefined || now - askedAt >= ASK_EVERY_MS) {
			if (askedAt === undefined) world.log.say(`Waiting for ${path}`);
			askedAt = now;
			await throwIfEnded(world, headJob);
		}
		if (now - began > FILE_LIMIT_MS) throw infoMissing(path, headJob, world.scheduler);
		// Listing the folder makes a shared file system look again instead of answering from its cache.
		await world.files.list(layout.outputDir);
		throwIfToldToEnd(world, 'waiting for the head');
		await world.ear.wait(LOOK_EVERY_MS);
	}
}

function infoMissing(path: string, headJob: JobId, scheduler: Scheduler): Trouble {
	return new Trouble('info-file-missing', `Connection file not found: ${path}`, {
		hint: `the head may still be starting: look with ${scheduler.lookHint(headJob)} and at its log, then try again`,
	});
}

export function headNotRunning(headJob: JobId, successor: JobId = headJob): Trouble {
	return new Trouble('head-not-running', `Ray head node job ${headJob} is not running`, {
		hint:
			successor === headJob
				? 'start a head with: rayslurm head submit --wait'
				: `head ${successor} was submitted to follow it: rayslurm connect ${successor}`,
	});
}

/** Some compute nodes have no squeue: then only the file and the head itself can tell. */
async function throwIfEnded(world: World, headJob: JobId): Promise<void> {
	const states = await world.scheduler.states([headJob]).catch(() => undefined);
	const state = states?.get(headJob);
	if (state?.kind === 'ending' || state?.kind === 'ended' || state?.kind === 'gone') throw headNotRunning(headJob);
}

async function answering(
	world: World,
	address: string,
	tokenPath: string | undefined,
	info: HeadInfo | undefined,
): Promise<FoundHead> {
	const store = await world.ray.controlStore(address, tokenPath);
	const began = world.clock.monotonicMs();
	let asked = false;
	for (;;) {
		const answer = await store.identity(2_000);
		if (answer.kind === 'answered') return { address, tokenPath, store, info };
		if (answer.kind === 'refused') {
			throw new Trouble('cannot-connect', 'Failed to connect to Ray cluster', {
				hint: `the cluster at ${address} did not accept the token: ${answer.message}${tokenPath === undefined ? '; give one with --token-file' : ''}`,
			});
		}
		if (info && !asked) {
			asked = true;
			await throwIfEnded(world, info.slurmJobId);
		}
		if (world.clock.monotonicMs() - began > ANSWER_LIMIT_MS) {
			const why = answer.kind === 'silent' ? answer.why : answer.message;
			throw new Trouble('cannot-connect', 'Failed to connect to Ray cluster', {
				hint: `nothing answers at ${address} (${why}): is the head alive, and does a firewall stand between the nodes?`,
			});
		}
		throwIfToldToEnd(world, 'waiting for the head');
		await world.ear.wait(LOOK_EVERY_MS);
	}
}
