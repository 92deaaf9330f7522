// The workers that `head submit --workers N` submits with a head: one array of clients without a script, which starts
// after the head and takes over where and how long it runs.
import { shownWord } from '../core/option-table.ts';
import type { SbatchOption } from '../core/sbatch-options.ts';
import { withVariables } from '../core/sbatch-variables.ts';
import { Trouble } from '../core/trouble.ts';
import type { JobId, World } from '../core/world.ts';
import { type ClientRequest, prepareClient, submitClient } from '../flows/connect-client.ts';
import type { HeadRequest } from '../flows/submit-head.ts';
import { recordWorkers } from '../flows/submit-workers.ts';
import type { OwnValues } from './own-options.ts';
import type { Shell } from './shell.ts';

export interface WorkerWishes {
	readonly count: number;
	readonly cpus: number | undefined;
	readonly gpus: number | undefined;
	readonly objectStoreGb: number;
}

const OBJECT_STORE_GB = 10;
const MOST_WORKERS = 1000;
/** What a worker shares with its head unless it is told otherwise. */
const SHARED = new Set([
	'partition',
	'account',
	'qos',
	'reservation',
	'constraint',
	'time',
	'nice',
	'wckey',
	'exclude',
]);

export function readWorkerWishes(own: OwnValues): WorkerWishes | undefined {
	const count = readCount(own, 'workers', 0, MOST_WORKERS);
	const cpus = readCount(own, 'worker-cpus', 1, 100_000);
	const gpus = readCount(own, 'worker-gpus', 0, 1_000);
	const store = own['worker-object-store'];
	const objectStoreGb = store === undefined ? OBJECT_STORE_GB : Number(store);
	if (!(objectStoreGb >= 0.08 && objectStoreGb < 1e6)) {
		throw new Trouble('usage', `--worker-object-store: not a number of GB: ${shownWord(String(store))}`, {
			hint: 'write --worker-object-store 10',
		});
	}
	if (count !== undefined && count > 0) return { count, cpus, gpus, objectStoreGb };
	if (cpus ?? gpus ?? store)
		throw new Trouble('usage', '--worker-… options go with --workers N', { hint: 'say how many' });
	return undefined;
}

function readCount(own: OwnValues, name: string, least: number, most: number): number | undefined {
	const text = own[name];
	if (text === undefined) return undefined;
	const number = Number(text);
	if (typeof text === 'string' && /^\d+$/.test(text) && number >= least && number <= most) return number;
	throw new Trouble('usage', `--${name}: not a whole number from ${least} to ${most}: ${shownWord(String(text))}`, {
		hint: `write --${name} 4`,
	});
}

export function workersOf(
	head: HeadRequest,
	job: JobId,
	wishes: WorkerWishes & { readonly template: string },
	environment: Shell['environment'],
): ClientRequest {
	const option = (name: string, value: string): SbatchOption => ({ name, value, words: [`--${name}=${value}`] });
	return {
		layout: head.layout,
		head: { kind: 'job', job },
		headIsNew: true,
		sbatch: withVariables(environment, [
			...head.sbatch.filter(({ name }) => SHARED.has(name)),
			...(wishes.count === 1 ? [] : [option('array', `1-${wishes.count}`)]),
			...(wishes.cpus === undefined ? [] : [option('cpus-per-task', String(wishes.cpus))]),
			...(wishes.gpus === undefined || wishes.gpus === 0 ? [] : [option('gres', `gpu:${wishes.gpus}`)]),
		]),
		rayWords: [],
		node: { ...head.node, portOffset: undefined, objectStoreBytes: Math.round(wishes.objectStoreGb * 1e9) },
		script: undefined,
		scriptAsTyped: undefined,
		scriptArguments: [],
		clientSignal: undefined,
		rejoinMs: undefined,
		environment: head.environment,
		template: wishes.template,
		parts: head.parts,
	};
}

/** Prepared before the head is submitted, so that a mistake stops both. The head's id is known only later. */
export const HEAD_TO_COME = '1';

/** The head is submitted by now, so a refusal is told, not thrown: the head's id still reaches the person. */
export async function submitWorkers(
	world: World,
	{ layout }: HeadRequest,
	head: JobId,
	request: ClientRequest,
): Promise<SubmittedWorkers> {
	try {
		const client = await prepareClient(world, request);
		const job = await submitClient(world, request, client);
		const { scriptPath, options } = client.prepared.submission;
		await recordWorkers(world, layout, head, { job, script: scriptPath, options });
		return { job };
	} catch (error) {
		if (!(error instanceof Trouble)) throw error;
		const { kind, message, hint } = error;
		world.log.warn(`the head is submitted, its workers are not: ${message}${hint === undefined ? '' : `; ${hint}`}`);
		return { error: { code: kind, message, hint } };
	}
}

export interface SubmittedWorkers {
	readonly job?: JobId;
	readonly error?: { readonly code: string; readonly message: string; readonly hint: string | undefined };
}
