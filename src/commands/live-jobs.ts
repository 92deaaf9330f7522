// Heads and clients that may still live, and on demand the newest heads that do not, for completion: from my register and the
// output folder at hand, by their files. No scheduler is asked, and of many only the newest are looked at.
import { existsSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import type { Candidate } from '../core/candidate.ts';
import { parseClientRecord } from '../core/client-record.ts';
import { type Client, clientsIn, inOrder } from '../core/clients.ts';
import { type ClientEvent, type HeadEvent, parseEvents } from '../core/events.ts';
import { parseHeadRecord } from '../core/head-record.ts';
import { type HeadLayout, type Layout, layoutOf } from '../core/layout.ts';
import { clientWord, headWord } from '../core/live-heads.ts';
import type { QuickLook } from '../core/quick-look.ts';
import { variablesOf } from '../core/settings.ts';
import { isJobId } from '../core/target.ts';
import { arrayOf, nameOf } from '../core/task-names.ts';
import type { JobId } from '../core/world.ts';
import { clientsOf, headNames } from './head-folders.ts';
import { homeOf, nearestProject } from './project.ts';
import type { Shell } from './shell.ts';

const MOST_HEADS = 40;
const MOST_CLIENTS = 30;
const MOST_ENDED = 5;

interface PlacedHead {
	readonly job: JobId;
	readonly name: string | undefined;
	readonly layout: Layout;
}

/** word: undefined where it has ended. */
interface ReadHead extends PlacedHead {
	readonly word: string | undefined;
}

export interface Wanted {
	readonly clients: boolean;
	/** The newest of the heads that have ended, behind all else. */
	readonly ended: boolean;
}

/** Heads first, the newest first; then clients, the names of clusters, and `latest`. */
export function liveJobs(shell: Shell, look: QuickLook, wanted: Wanted): readonly Candidate[] {
	const all = newestHeads(shell, look).flatMap((head) => readHead(look, head) ?? []);
	const heads = all.filter(({ word }) => word !== undefined);
	const ended = wanted.ended ? all.filter(({ word }) => word === undefined).slice(0, MOST_ENDED) : [];
	const names = new Map(heads.flatMap(({ name, job }) => (name === undefined ? [] : [[name, job] as const])).reverse());
	const latest = heads[0];
	return [
		...heads.map(headCandidate),
		...(wanted.clients ? liveClients(look, heads) : []),
		...[...names].reverse().map(([name, job]) => ({ word: name, about: `the cluster of head ${job}` })),
		...(latest === undefined ? [] : [{ word: 'latest', about: `head ${latest.job}` }]),
		...ended.map(headCandidate),
	];
}

function headCandidate({ job, name, word = 'ended' }: ReadHead): Candidate {
	return { word: job, about: `head${name === undefined ? '' : ` of ${name}`}, ${word}` };
}

/** As far as their records are there; those that have ended, too. */
export function newestHeads(shell: Shell, look: QuickLook): readonly PlacedHead[] {
	const places = new Map<JobId, { layout: Layout; name: string | undefined }>();
	const here = layoutOf(outputDirAtHand(shell));
	for (const job of headNames(here)) if (isJobId(job)) places.set(job, { layout: here, name: undefined });
	for (const { job, name, outputDir } of look.heads()) places.set(job, { layout: layoutOf(outputDir), name });
	const newest = [...places].toSorted(([a], [b]) => Number(b) - Number(a)).slice(0, MOST_HEADS);
	return newest.map(([job, place]) => ({ job, ...place }));
}

function readHead(look: QuickLook, { job, layout, name: named }: PlacedHead): ReadHead | undefined {
	const head = layout.head(job);
	const events = parseEvents<HeadEvent>(look.readState(head.events) ?? '');
	const record =
		events.length === 0 || named === undefined ? parseHeadRecord(look.readState(head.record) ?? '') : undefined;
	if (events.length === 0 && record === undefined) return undefined; // Its folder is gone, or is not mine.
	const word = headWord(
		{
			events,
			infoIsThere: existsSync(layout.info(job)),
			submittedMs: record === undefined ? undefined : Date.parse(record.submitted),
		},
		look.nowMs,
	);
	return { job, name: named ?? record?.name, word, layout };
}

interface LiveClient {
	readonly client: Client;
	readonly word: string;
	readonly headJob: JobId;
	readonly script: string | undefined;
}

/** Of an array, its own id and the tasks that have begun. */
function liveClients(look: QuickLook, heads: readonly PlacedHead[]): readonly Candidate[] {
	const all = heads.flatMap(({ job, layout }) => {
		const head = layout.head(job);
		return clientsOf(head).map((client) => ({ client, head, headJob: job }));
	});
	const newest = all.toSorted((a, b) => Number(b.client) - Number(a.client)).slice(0, MOST_CLIENTS);
	const read = heads.flatMap(({ job, layout }) => {
		const theirs = newest.filter(({ headJob }) => headJob === job).map(({ client }) => client);
		return readClients(look, job, layout.head(job), theirs);
	});
	const candidates = new Map<string, Candidate>();
	for (const { client, word, headJob, script = 'worker' } of read.toSorted((a, b) => inOrder(b.client, a.client))) {
		const array = arrayOf(client.task);
		const about = `${script} with head ${headJob}`;
		if (array !== undefined) candidates.set(array, { word: array, about: `array of ${about}` });
		if (isJobId(client.job)) candidates.set(nameOf(client), { word: nameOf(client), about: `${about}, ${word}` });
	}
	return [...candidates.values()];
}

/** Those that may live. */
function readClients(look: QuickLook, headJob: JobId, head: HeadLayout, jobs: readonly JobId[]): readonly LiveClient[] {
	const recordOf = (job: JobId) => parseClientRecord(look.readState(head.clientRecord(job)) ?? '');
	const clients = clientsIn(
		jobs.map((job) => ({
			...{ job, record: recordOf(job) },
			events: parseEvents<ClientEvent>(look.readState(head.clientEvents(job)) ?? ''),
		})),
	);
	return clients.flatMap((client) => {
		const array = arrayOf(client.task);
		const { script, submitted } = client.record ?? (array === undefined ? undefined : recordOf(array)) ?? {};
		const submittedMs = submitted === undefined ? undefined : Date.parse(submitted);
		const word = client.takenOut ? undefined : clientWord(client.events, submittedMs, look.nowMs);
		return word === undefined ? [] : [{ client, word, headJob, script }];
	});
}

/** As commands find it, without files of settings and the site's programs: what those add, my register knows. */
function outputDirAtHand(shell: Shell): string {
	const said = (name: 'output-dir' | 'workspace') =>
		variablesOf(name)
			.map((variable) => shell.environment[variable])
			.find((value) => value !== undefined && value !== '');
	const output = said('output-dir');
	if (output !== undefined) return isAbsolute(output) ? output : resolve(shell.cwd, output);
	const workspace = said('workspace') ?? nearestProject(shell.cwd, homeOf(shell)) ?? '';
	return join(resolve(shell.cwd, workspace), 'outputs');
}
