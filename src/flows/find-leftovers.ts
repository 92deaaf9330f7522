// Gathers what ended heads may have left in an output folder: by the layout's own names alone, never through a link, and only
// what is mine.
import { type ClientEvent, type HeadEvent, parseEvents } from '../core/events.ts';
import type { Weight } from '../core/files.ts';
import { clientJobs, type Layout, NAMES } from '../core/layout.ts';
import type { Corner, Found, JobTrace, Thing } from '../core/leftovers.ts';
import { mayComeBack } from '../core/order-to-end.ts';
import { isJobId } from '../core/target.ts';
import type { JobId, World } from '../core/world.ts';
import { isBare } from './head-traces.ts';
import { readClientRecord, readHeadRecord } from './records.ts';
import { saidScheduler } from './scheduler-of-head.ts';

export async function findLeftovers(world: World, layout: Layout, wish: { readonly logs: boolean }): Promise<Found> {
	// Behind a folder that is mine alone nobody else has put anything.
	const isPrivate = (await world.files.weigh(layout.state, 'itself'))?.isPrivate === true;
	const inState = isPrivate && (await isFolder(world, layout.heads));
	const names = inState ? (await world.files.list(layout.heads)).filter((name) => NAMES.head.test(name)) : [];
	const corners = await Promise.all(names.map((name) => cornerOf(world, layout, name)));
	const isOurs = await Promise.all(
		names.map(async (name, index) => {
			const said = await saidScheduler(world, layout, name);
			return said === undefined ? isAnybodys(corners[index]) : said === world.scheduler.name;
		}),
	);
	// Of jobs that another scheduler has, this one knows nothing, or something else.
	const others = new Set(names.flatMap((name, index) => (isOurs[index] ? [] : [name, ...jobsIn(corners[index])])));
	const ours = ({ job }: { readonly job: JobId }) => !others.has(job);
	const registered = (await world.register.heads()).filter(
		({ scheduler, outputDir }) => scheduler === world.scheduler.name && outputDir === layout.outputDir,
	);
	return {
		corners: corners.filter((_, index) => isOurs[index]).filter((corner) => corner !== undefined),
		infos: (await infosOf(world, layout)).filter(ours),
		requests: !isPrivate ? [] : (await filesIn(world, layout.stops, NAMES.stopRequest)).filter(ours),
		logs: wish.logs ? (await logsOf(world, layout)).filter(ours) : [],
		registered: registered.filter(ours).map((head) => {
			const corner = layout.head(head.job).folder;
			return { ...head, corner: names.includes(head.job) ? corner : undefined };
		}),
	};
}

/** Entries of my register that lead nowhere. */
export async function findLostEntries(world: World): Promise<Found> {
	const heads = (await world.register.heads()).filter(({ scheduler }) => scheduler === world.scheduler.name);
	const lost = await Promise.all(
		heads.map(async (head) => ((await world.files.exists(head.outputDir)) ? [] : [{ ...head, corner: undefined }])),
	);
	return { corners: [], infos: [], requests: [], logs: [], registered: lost.flat() };
}

/** Of a head that may live with a scheduler nobody names, this one's word says nothing. */
function isAnybodys(corner: Corner | undefined): boolean {
	return corner?.head === undefined || corner.head.saidEnd;
}

function jobsIn(corner: Corner | undefined): readonly JobId[] {
	return corner === undefined ? [] : [...(corner.head ? [corner.head] : []), ...corner.clients].map(({ job }) => job);
}

/** The jobs' own, and Ray's that were kept of jobs that ended badly: a folder for each. */
async function logsOf(world: World, { slurmLogs }: Layout): Promise<Found['logs']> {
	const rayLogs = await filesIn(world, slurmLogs, NAMES.rayLogs, { kind: 'folder' });
	return [...(await filesIn(world, slurmLogs, NAMES.log)), ...rayLogs];
}

async function infosOf(world: World, layout: Layout): Promise<Found['infos']> {
	// The output folder itself may be a link: people put it where there is room.
	const infos = await filesIn(world, layout.outputDir, NAMES.info, { mayBeLink: true });
	const latest = await world.readInfo(layout.latestInfo, undefined);
	const weight = latest.kind === 'read' ? await world.files.weigh(layout.latestInfo, 'itself') : undefined;
	if (latest.kind !== 'read' || !isMine(weight, 'file')) return infos;
	return [
		...infos,
		{ path: layout.latestInfo, bytes: weight.bytes, identity: weight.identity, job: latest.info.slurmJobId },
	];
}

async function cornerOf(world: World, layout: Layout, name: string): Promise<Corner | undefined> {
	const head = layout.head(name);
	const weight = await world.files.weigh(head.folder, 'all below');
	if (!isMine(weight, 'folder')) return undefined;
	const record = await readHeadRecord(world, head);
	const isHead = isJobId(name) && !(await isBare(world, layout, name));
	const trace: JobTrace | undefined = isHead
		? {
				...(await traceOf(world, name, head.events, weight.modifiedMs)),
				script: await scriptOf(world, layout, record?.script),
			}
		: undefined;
	const clients = clientJobs(await world.files.list(head.clients));
	return {
		path: head.folder,
		bytes: weight.bytes,
		identity: weight.identity,
		modifiedMs: weight.modifiedMs,
		head: trace,
		clients: await Promise.all(clients.map((job) => clientOf(world, layout, name, job, weight.modifiedMs))),
		tokens: await filesIn(world, head.folder, NAMES.token),
	};
}

async function clientOf(world: World, layout: Layout, head: string, job: JobId, modifiedMs: number): Promise<JobTrace> {
	const corner = layout.head(head);
	const trace = await traceOf(world, job, corner.clientEvents(job), modifiedMs);
	const record = await readClientRecord(world, corner, job);
	return { ...trace, script: await scriptOf(world, layout, record?.rendered) };
}

async function traceOf(world: World, job: JobId, events: string, modifiedMs: number): Promise<JobTrace> {
	const last = parseEvents<HeadEvent | ClientEvent>((await world.files.readState(events)) ?? '').at(-1);
	const atMs = Date.parse(last?.at ?? '');
	return {
		job,
		saidEnd: last?.step === 'ended' && !mayComeBack(last),
		endedAtMs: Number.isNaN(atMs) ? modifiedMs : atMs,
	};
}

async function scriptOf(world: World, layout: Layout, path: string | undefined): Promise<Thing | undefined> {
	const name = path?.slice(layout.scripts.length + 1) ?? '';
	if (path !== `${layout.scripts}/${name}` || !NAMES.script.test(name)) return undefined;
	const weight = await world.files.weigh(path, 'itself');
	return isMine(weight, 'file') ? { path, bytes: weight.bytes, identity: weight.identity } : undefined;
}

/** What is mine, by the layout's names; the first group of a name is a job's id. */
async function filesIn(
	world: World,
	folder: string,
	names: RegExp,
	{ kind = 'file', mayBeLink = false }: { readonly kind?: Weight['kind']; readonly mayBeLink?: boolean } = {},
) {
	const found = mayBeLink || (await isFolder(world, folder)) ? await world.files.list(folder) : [];
	const things = await Promise.all(
		found.map(async (name) => {
			const match = names.exec(name);
			const path = `${folder}/${name}`;
			const weight = match === null ? undefined : await world.files.weigh(path, 'all below');
			if (match === null || !isMine(weight, kind)) return [];
			const { bytes, modifiedMs, identity } = weight;
			return [{ path, bytes, modifiedMs, identity, job: match[1] ?? '' }];
		}),
	);
	return things.flat();
}

async function isFolder(world: World, path: string): Promise<boolean> {
	return (await world.files.weigh(path, 'itself'))?.kind === 'folder';
}

function isMine(weight: Weight | undefined, kind: Weight['kind']): weight is Weight {
	return weight?.kind === kind && weight.mine;
}
