// Ray's session logs: where a job's are, which of them are kept when it ends badly, and how much of each.
import { shownWord } from './option-table.ts';
import { Trouble } from './trouble.ts';
import type { JobId } from './world.ts';

export interface RayLogs {
	/** The session's log folder of my job on this machine; undefined where there is none that is mine. */
	ofJob(job: JobId): Promise<string | undefined>;
	/** My own regular files there, by their path from there: no links, no sockets. */
	list(folder: string): Promise<readonly LogFile[]>;
	/** Copies the logs of the Ray in this folder to a fresh folder below `to`; undefined where there is nothing to copy. */
	keep(rayFolder: string, to: string, node: string): Promise<KeptLogs | undefined>;
}

export interface LogFile {
	readonly name: string;
	readonly bytes: number;
	readonly changed: Date;
}

export interface KeptLogs {
	readonly folder: string;
	readonly files: number;
	readonly bytes: number;
	/** Not all of it: the ends of large files, or what there was time for. */
	readonly cut: boolean;
}

export const KEEPINGS = ['always', 'bad', 'never'] as const;
/** When a job's Ray logs are kept: at every end, at a bad one, at none. */
export type KeepRayLogs = (typeof KEEPINGS)[number];

/** `--keep-ray-logs` alone says always. */
export function readKeeping(text: string, source: string): KeepRayLogs {
	if (text === '' || /^(1|true|yes|on)$/i.test(text)) return 'always';
	if (/^(0|false|no|off)$/i.test(text)) return 'never';
	const keeping = KEEPINGS.find((each) => each === text);
	if (keeping !== undefined) return keeping;
	throw new Trouble('usage', `${source}: not always, bad or never: ${shownWord(text)}`, {
		hint: 'write --keep-ray-logs=always, =bad (the default: when a job ends badly) or =never',
	});
}

export function isKept(keeping: KeepRayLogs | undefined, endedBadly: boolean): boolean {
	return keeping === 'always' || (endedBadly && keeping !== 'never');
}

/** Not when it was told to end, by whomever: nothing is wrong with its Ray then. */
export function headEndedBadly({ reason, code }: { readonly reason: string; readonly code: number }): boolean {
	return code !== 0 && reason !== 'stopped';
}

/** 128 + HUP, INT, USR1, USR2, TERM: the ways a job is told to end. A script that crashed has another. */
const TOLD = new Set([129, 130, 138, 140, 143]);

export interface ClientEnding {
	readonly code: number;
	/** It left because its head did … */
	readonly headEnds: boolean;
	/** … which had said so. */
	readonly headSaidSo: boolean;
}

export function clientEndedBadly({ code, headEnds, headSaidSo }: ClientEnding): boolean {
	return headEnds ? !headSaidSo : code !== 0 && !TOLD.has(code);
}

export interface KeptPart {
	readonly name: string;
	readonly from: number;
	readonly bytes: number;
}

/** All of what is small, the newest part of what is large, so that the whole is at most `most` bytes. */
export function partsToKeep(files: readonly LogFile[], most: number): readonly KeptPart[] {
	const parts: KeptPart[] = [];
	let room = most;
	for (const [index, { name, bytes }] of files.toSorted((a, b) => a.bytes - b.bytes).entries()) {
		const share = Math.min(bytes, Math.floor(room / (files.length - index)));
		parts.push({ name, from: bytes - share, bytes: share });
		room -= share;
	}
	return parts;
}
