// `rayslurm logs JOB --ray [NAME]`: Ray's session logs, from the node that has them while the job runs, and from beside the
// job's own logs once it has ended.
import { format } from 'date-fns/format';
import { inColumns } from '../core/columns.ts';
import { newestLife, parseEvents } from '../core/events.ts';
import { expandHosts } from '../core/host-list.ts';
import { Trouble } from '../core/trouble.ts';
import type { JobId, World } from '../core/world.ts';
import { followJob } from '../flows/follow-job.ts';
import { type QueueListener, queueWords } from '../flows/queue-words.ts';
import { queueNotes, say } from './progress.ts';
import { logsElsewhere, logsHere, logsKept, type RayLogSource } from './ray-log-sources.ts';
import type { NodeLogs } from './session-log.ts';
import type { Shell } from './shell.ts';
import { untilBegun, type WantedLog } from './show-log.ts';

const LOOK_EVERY_MS = 500;
const LATE_WORDS_MS = 10_000;

export interface RayLogWishes {
	/** undefined: list them. */
	readonly name: string | undefined;
	readonly node: string | undefined;
	readonly lines: number | undefined;
	readonly follow: boolean;
	readonly json: boolean;
	readonly stop: AbortSignal;
}

export async function showRayLogs(
	shell: Shell,
	world: World,
	wanted: WantedLog,
	wishes: RayLogWishes,
): Promise<number> {
	if ((wishes.follow || wishes.lines !== undefined) && wishes.name === undefined) {
		const option = wishes.follow ? '-f' : '-n';
		throw new Trouble('usage', `${option} with --ray: of which log?`, {
			hint: `rayslurm logs ${wanted.name} --ray lists their names`,
		});
	}
	const { name } = wanted;
	const job =
		wanted.job ?? (wishes.follow ? await untilBegun(world, wanted, queueNotes(shell, world, 'job')) : undefined);
	if (wishes.follow && job !== undefined)
		await untilRunning(world, { ...wanted, job }, queueNotes(shell, world, 'job'));
	const source = job === undefined ? undefined : await sourceOf(world, { ...wanted, job });
	if (source === undefined || job === undefined) {
		if (wishes.json) shell.out(jsonOf(name, null, []));
		say(shell, `Job ${name} is pending: it has no Ray yet. -f waits for it`);
		return 0;
	}
	const { node } = wishes;
	if (node !== undefined && !source.nodes.includes(node)) {
		throw new Trouble('usage', `--node: no Ray logs of job ${name} are on ${node}`, {
			hint: `there is ${source.nodes.join(', ')}`,
		});
	}
	if (wishes.name === undefined) {
		const lists = await source.list(node === undefined ? source.nodes : [node]);
		shell.out(wishes.json ? jsonOf(name, source.live ? 'session' : 'kept', lists) : tableOf(lists));
		return 0;
	}
	const chosen = node ?? source.nodes[0] ?? '';
	if (node === undefined && source.nodes.length > 1) {
		say(shell, `On ${chosen}; --node names another: ${source.nodes.slice(1).join(', ')}`);
	}
	const part = { name: wishes.name, lines: wishes.lines, over: undefined };
	const out = (bytes: Uint8Array) => shell.outBytes(bytes);
	if (!wishes.follow || !source.live) await source.print(chosen, part, out);
	else await follow(world, { ...wanted, job }, wishes.stop, (over) => source.print(chosen, { ...part, over }, out));
	return 0;
}

/** The log may be quiet: it is the job's end that ends this. */
async function follow(
	world: World,
	begun: Begun,
	stop: AbortSignal,
	print: (over: () => boolean) => Promise<void>,
): Promise<void> {
	let over = false;
	const quiet = { show: async () => false, closed: async () => true, pending: () => {}, silent: () => {} };
	const ending = followJob(world, begun, quiet).then(() => {
		over = true;
	});
	const printing = print(() => over || stop.aborted).catch(async (error: unknown) => {
		// With its job the step that reads there is ended as well, a moment before that is known.
		const late = world.clock.sleep(LATE_WORDS_MS).then(() => false);
		const jobEnded =
			error instanceof Trouble && error.kind === 'failed' && Promise.race([ending.then(() => true), late]);
		if (!(await jobEnded)) throw error;
	});
	await Promise.race([printing, ending.then(() => printing)]);
}

type Begun = WantedLog & { readonly job: JobId };

/** Its supervisor's first word: until then, whatever the queue says of it, there is no Ray. */
async function untilRunning(world: World, begun: Begun, notes: QueueListener): Promise<void> {
	if ((await batchNode(world, begun)) !== undefined) return;
	const { name } = begun;
	const queue = await world.queue([name]);
	const endBySlurm = queueWords(world.clock, notes, world.scheduler.title);
	try {
		while ((await batchNode(world, begun)) === undefined) {
			if (endBySlurm(queue.known().get(name)) !== undefined) return;
			await world.clock.sleep(LOOK_EVERY_MS);
		}
	} finally {
		queue.stop();
	}
}

/** undefined: the job is pending. */
async function sourceOf(world: World, begun: Begun): Promise<RayLogSource | undefined> {
	const { job, name, layout } = begun;
	const kept = await logsKept(world, layout.rayLogs(job));
	const state = (await world.scheduler.states([name])).get(name);
	if (state?.kind === 'pending') return undefined;
	if (state?.kind === 'running') {
		const { runOn } = world.scheduler;
		const nodes = batchNodeFirst(expandHosts(state.nodes), await batchNode(world, begun));
		const here = runOn === undefined || (nodes.length === 1 && nodes[0] === world.node.hostName);
		return here ? logsHere(world, job) : logsElsewhere(world, job, nodes, runOn);
	}
	if (kept !== undefined) return kept;
	if (state === undefined || state.kind === 'unknown') {
		const why = state?.why ?? 'no answer';
		throw new Trouble('scheduler-silent', `${world.scheduler.title} did not say where job ${name} runs: ${why}`, {
			hint: 'try again in a minute',
		});
	}
	throw new Trouble('no-such-job', `Job ${name} has ended, and no Ray logs of it were kept`, {
		hint: "they went with its node's /tmp; head submit and connect keep them at every end with --keep-ray-logs=always",
	});
}

/** Where the supervisor runs, and with it the head's own Ray. */
async function batchNode(world: World, { kind, head, job }: Begun): Promise<string | undefined> {
	await world.files.list(kind === 'head' ? head.folder : head.clients);
	const path = kind === 'head' ? head.events : head.clientEvents(job);
	const first = newestLife(parseEvents((await world.files.readState(path)) ?? ''))[0];
	return first?.step === 'running' ? first.node : undefined;
}

function batchNodeFirst(nodes: readonly string[], first: string | undefined): readonly string[] {
	return nodes.toSorted((a, b) => Number(b === first) - Number(a === first));
}

function jsonOf(job: string, from: 'session' | 'kept' | null, nodes: readonly NodeLogs[]): string {
	return `${JSON.stringify({ schemaVersion: 1, job, from, nodes })}\n`;
}

function tableOf(lists: readonly NodeLogs[]): string {
	const several = lists.length > 1;
	const rows = [
		[...(several ? ['NODE'] : []), 'NAME', 'BYTES', 'CHANGED'],
		...lists.flatMap(({ node, files }) =>
			files.map(({ name, bytes, changed }) => [
				...(several ? [node] : []),
				name,
				String(bytes),
				format(changed, 'yyyy-MM-dd HH:mm:ss'),
			]),
		),
	];
	return `${inColumns(rows, [several ? 2 : 1]).join('\n')}\n`;
}
