// What ended heads have left, and which of it may go. Only what belongs to jobs that are known to be over, by the scheduler or
// by their own last word; where the scheduler says that a job lives, or nobody can say, nothing of it is touched.
import type { RegisteredHead } from './register.ts';
import type { JobId, KnownState } from './world.ts';

export interface Thing {
	readonly path: string;
	readonly bytes: number;
	/** Of what was weighed, see core/files.ts. */
	readonly identity: string;
}

export interface JobTrace {
	readonly job: JobId;
	/** It has said its end, and is not put back into the queue after that. */
	readonly saidEnd: boolean;
	readonly endedAtMs: number;
	/** Its rendered script. */
	readonly script?: Thing | undefined;
}

export interface Corner extends Thing {
	/** undefined: of a cluster that was named by its address, or of no head that is known. */
	readonly head: JobTrace | undefined;
	readonly clients: readonly JobTrace[];
	readonly tokens: readonly Thing[];
	readonly modifiedMs: number;
}

/** All that was found in one output folder. */
export interface Found {
	readonly corners: readonly Corner[];
	readonly infos: readonly (Thing & { readonly job: JobId })[];
	readonly requests: readonly (Thing & { readonly job: JobId })[];
	readonly logs: readonly (Thing & { readonly job: JobId; readonly modifiedMs: number })[];
	/** With the corner of each, where it is there. */
	readonly registered: readonly (RegisteredHead & { readonly corner: string | undefined })[];
}

export interface Leftover extends Thing {
	readonly what: 'info file' | 'token' | 'state' | 'script' | 'request' | 'log' | 'register entry';
	readonly job?: JobId | undefined;
	readonly registered?: RegisteredHead;
}

export interface Leftovers {
	readonly things: readonly Leftover[];
	/** Not touched, since nobody can say whether they are over. */
	readonly unknown: readonly JobId[];
}

export function jobsOf({ corners, infos, requests, logs, registered }: Found): readonly JobId[] {
	const traces = corners.flatMap(({ head, clients }) => [...(head ? [head] : []), ...clients]);
	return [...traces, ...infos, ...requests, ...logs, ...registered].map(({ job }) => job);
}

export function leftoversOf(
	found: Found,
	states: ReadonlyMap<JobId, KnownState>,
	now: { readonly nowMs: number; readonly olderThanMs: number },
): Leftovers {
	const unknown = new Set<JobId>();
	const ends = new Map(found.corners.flatMap(({ head }) => (head ? [[head.job, head] as const] : [])));
	const isOver = (job: JobId, saidEnd = ends.get(job)?.saidEnd ?? false): boolean => {
		const kind = states.get(job)?.kind ?? 'unknown';
		if (kind === 'unknown' && !saidEnd) unknown.add(job);
		return kind === 'ended' || kind === 'gone' || (kind === 'unknown' && saidEnd);
	};
	const isOld = (ms: number) => now.nowMs - ms > now.olderThanMs;
	const things: Leftover[] = [];
	for (const thing of found.infos) if (isOver(thing.job)) things.push({ ...thing, what: 'info file' });
	for (const corner of found.corners) things.push(...ofCorner(corner, isOver, isOld));
	for (const thing of found.requests) if (isOver(thing.job)) things.push({ ...thing, what: 'request' });
	for (const { modifiedMs, ...thing } of found.logs)
		if (isOld(modifiedMs) && isOver(thing.job)) things.push({ ...thing, what: 'log' });
	const gone = new Set(things.filter(({ what }) => what === 'state').map(({ path }) => path));
	for (const { corner, ...registered } of found.registered) {
		const { job, outputDir } = registered;
		if ((corner === undefined || gone.has(corner)) && isOver(job))
			things.push({ what: 'register entry', job, path: outputDir, bytes: 0, identity: '', registered });
	}
	return { things, unknown: [...unknown] };
}

/** What would go as well, if age did not count. */
export function youngOf(
	found: Found,
	states: ReadonlyMap<JobId, KnownState>,
	nowMs: number,
	things: readonly Leftover[],
): readonly Leftover[] {
	const going = new Set(things.map(({ path }) => path));
	const all = leftoversOf(found, states, { nowMs, olderThanMs: Number.NEGATIVE_INFINITY }).things;
	return all.filter(({ what, path }) => what !== 'register entry' && !going.has(path));
}

function ofCorner(
	{ head, clients, tokens, path, bytes, identity, modifiedMs }: Corner,
	isOver: (job: JobId, saidEnd?: boolean) => boolean,
	isOld: (ms: number) => boolean,
): readonly Leftover[] {
	const headIsOver = head === undefined || isOver(head.job, head.saidEnd);
	const over = clients.filter(({ job, saidEnd }) => isOver(job, saidEnd));
	const scripts = over
		.filter(({ endedAtMs }) => isOld(endedAtMs))
		.flatMap(({ job, script }): Leftover[] => (script ? [{ ...script, what: 'script', job }] : []));
	if (!headIsOver) return scripts;
	const job = head?.job;
	const newestMs = Math.max(head?.endedAtMs ?? modifiedMs, ...clients.map(({ endedAtMs }) => endedAtMs));
	const all = over.length === clients.length && isOld(newestMs);
	if (!all) return [...scripts, ...tokens.map((token): Leftover => ({ ...token, what: 'token', job }))];
	return [
		...scripts,
		{ path, bytes, identity, what: 'state', job },
		...(head?.script ? [{ ...head.script, what: 'script' as const, job }] : []),
	];
}
