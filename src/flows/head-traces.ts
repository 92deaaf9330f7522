// What a head and its clients have left in the shared folder: records, events, the idle window's last decision, the info file.
import type { ClientEvidence } from '../core/client-view.ts';
import type { HeadEvidence, IdleDecision } from '../core/cluster-view.ts';
import { type HeadEvent, newestLife, parseEvents } from '../core/events.ts';
import { parseHeadRecord } from '../core/head-record.ts';
import { clientJobs, type HeadLayout, type Layout } from '../core/layout.ts';
import type { JobId, World } from '../core/world.ts';
import { readClients } from './read-clients.ts';

export interface HeadPlace {
	readonly job: JobId;
	readonly layout: Layout;
}

/** Of the head's newest life. */
export type HeadTraces = Omit<HeadEvidence, 'state' | 'cluster'> & { readonly layout: Layout };

export async function readTraces(world: World, { job, layout }: HeadPlace): Promise<HeadTraces> {
	const head = layout.head(job);
	const [record, events, decisions, reading, clients] = await Promise.all([
		world.files.readState(head.record),
		world.files.readState(head.events),
		world.files.readState(head.decisions),
		world.readInfo(layout.info(job), job),
		clientEvidence(world, head),
	]);
	const asked = record === undefined ? undefined : parseHeadRecord(record);
	const decision = lastDecision(decisions ?? '');
	const info = reading.kind === 'read' ? reading.info : undefined;
	const all = parseEvents<HeadEvent>(events ?? '');
	return {
		job,
		layout,
		outputDir: layout.outputDir,
		name: asked?.name ?? info?.clusterName,
		submitted: asked?.submitted,
		events: newestLife(all),
		lives: all.filter(({ step }) => step === 'running').length,
		info,
		refused: reading.kind === 'refused' ? reading.message : undefined,
		decision,
		clients,
	};
}

/** A folder with the name of a head's corner, in which no head and no client has ever said a word. */
export async function isBare(world: World, layout: Layout, name: string): Promise<boolean> {
	const { record, events, clients } = layout.head(name);
	for (const path of [record, events]) if ((await world.files.readState(path)) !== undefined) return false;
	return clientJobs(await world.files.list(clients)).length === 0;
}

/** One that a person took out of the queue is over, and nobody need be asked. */
export async function clientEvidence(world: World, head: HeadLayout): Promise<readonly ClientEvidence[]> {
	return (await readClients(world, head)).map(({ job, task, record, events, takenOut }) => ({
		job,
		...(task === undefined ? {} : { task }),
		...(record?.script === undefined ? {} : { script: record.script, arguments: record.arguments }),
		events,
		...(takenOut ? { state: { kind: 'ended', how: 'CANCELLED' } as const } : {}),
	}));
}

function lastDecision(text: string): IdleDecision | undefined {
	const line = text.slice(0, text.lastIndexOf('\n')).split('\n').at(-1) ?? '';
	try {
		const { at, because, endsAt, windowChanges } = JSON.parse(line) as Partial<IdleDecision>;
		return typeof at === 'string' && typeof because === 'string' ? { at, because, endsAt, windowChanges } : undefined;
	} catch {
		return undefined;
	}
}
