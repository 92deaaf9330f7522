// A lock that works across hosts and over NFS: a symbolic link whose target is the holder's description. symlink(2) makes
// name and content in one exclusive step, so there is no instant at which a lock exists and does not say whose it is.
// It is taken from another only when that holder is known to be gone.
import { randomBytes } from 'node:crypto';
import { readlink, symlink, unlink } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { type Holder, parseHolder, presence, renderHolder } from '../core/holder.ts';
import { startTimeOf, thisProcessTable } from './processes.ts';

export interface LockWish {
	/** The job this process belongs to; empty on a login node. */
	readonly job: string;
	readonly waitMs: number;
	/** Asked once for each holder on another host: is it known to be gone? */
	readonly isGone?: ((holder: Holder) => boolean | Promise<boolean>) | undefined;
}

export type Locked<Value> =
	| { readonly held: true; readonly value: Value }
	/** The wait was over; the holder, where the lock says who. */
	| { readonly held: false; readonly holder: Holder | undefined };

export async function withLock<Value>(
	path: string,
	wish: LockWish,
	action: () => Promise<Value>,
): Promise<Locked<Value>> {
	const { pid } = process;
	const who = { job: wish.job, ...thisProcessTable(), pid, startTime: startTimeOf(pid) ?? '' };
	const me: Holder = { ...who, nonce: randomBytes(8).toString('hex') };
	const deadline = performance.now() + wish.waitMs;
	const asked = new Map<string, boolean>();
	let pauseMs = 2;
	while (!(await take(path, me))) {
		const holder = await holderOf(path);
		if (holder !== undefined && (await isGone(holder, me, wish, asked)) && (await removeOf(path, holder, wish)))
			continue;
		if (performance.now() >= deadline) return { held: false, holder };
		await delay(pauseMs * (0.5 + Math.random()));
		pauseMs = Math.min(pauseMs * 1.5, 100);
	}
	try {
		return { held: true, value: await action() };
	} finally {
		if ((await holderOf(path))?.nonce === me.nonce) await unlink(path).catch(() => {});
	}
}

async function take(path: string, me: Holder): Promise<boolean> {
	try {
		await symlink(renderHolder(me), path);
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
		// Over NFS a repeated request can be told "exists" about the link it made itself.
		return (await holderOf(path))?.nonce === me.nonce;
	}
}

async function holderOf(path: string): Promise<Holder | undefined> {
	try {
		return parseHolder(await readlink(path));
	} catch {
		return undefined; // Just released, or not a lock of ours: then it is never taken away.
	}
}

async function isGone(holder: Holder, me: Holder, wish: LockWish, asked: Map<string, boolean>): Promise<boolean> {
	const here = presence(holder, me, startTimeOf);
	if (here !== 'unknown') return here === 'gone';
	const known = asked.get(holder.nonce) ?? (await wish.isGone?.(holder)) ?? false;
	asked.set(holder.nonce, known);
	return known;
}

/**
 * Takes away the lock of a holder that is gone, and nobody else's: who does it must itself hold a lock named after that
 * holding, and looks again under it. So the slower of two that saw the same dead holder finds somebody else's lock, and
 * leaves it alone. A remover that died is removed in the same way.
 */
async function removeOf(path: string, holder: Holder, wish: LockWish): Promise<boolean> {
	if (path.length - path.lastIndexOf('/') > 150) return false; // Removers of removers of removers …
	const removal = await withLock(`${path}-${holder.nonce}`, { ...wish, waitMs: 0 }, async () => {
		if ((await holderOf(path))?.nonce === holder.nonce) await unlink(path);
	});
	return removal.held;
}
