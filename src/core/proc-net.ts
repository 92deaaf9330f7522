// What /proc/net says, read as data: who listens on which TCP port, and which slots are claimed.
// A claim is the name of an abstract unix socket. Anybody can make such a name, newlines and all, so a line counts only
// if every part of it is as we would have written it.
import { planPorts } from './ports.ts';
import type { Claim, Listener } from './slots.ts';

const LISTEN = '0A';

/** For /proc/net/tcp and /proc/net/tcp6 alike. */
export function parseListeners(text: string): Listener[] {
	return text.split('\n').flatMap((line) => {
		const [, local, , state, , , , uid] = line.trim().split(/\s+/);
		const port = Number.parseInt(/^[0-9A-F]{8,32}:([0-9A-F]{4})$/.exec(local ?? '')?.[1] ?? '', 16);
		if (state !== LISTEN || !(port > 0)) return [];
		return [/^\d{1,10}$/.test(uid ?? '') ? { port, uid: Number(uid) } : { port }];
	});
}

/** Of a port that two users listen on, each on an address of its own, it is the other's listener that counts. */
export function portsByOwner(listeners: readonly Listener[], uid: number | undefined) {
	const others = new Set(listeners.filter((listener) => listener.uid !== uid).map(({ port }) => port));
	return { mine: new Set(listeners.map(({ port }) => port).filter((port) => !others.has(port))), others };
}

export function claimName({ offset, jobId, uid }: Claim): string {
	return `rayslurm-slot/${offset}/${jobId}/${uid}`;
}

/** In /proc/net/unix an abstract name begins with @, and NULs within it (we pad with them) are shown as @ too. */
const CLAIM =
	/^[0-9a-fA-F]+:(?: [0-9a-fA-F]+){4} [0-9a-fA-F]+ +\d+ @rayslurm-slot\/(0|-?[1-9]\d{0,4})\/(\d{1,10})\/(\d{1,10})@*$/;

export function parseClaims(text: string): Claim[] {
	return text.split('\n').flatMap((line) => {
		const [, offset, jobId, uid] = CLAIM.exec(line) ?? [];
		if (offset === undefined || jobId === undefined || uid === undefined) return [];
		return isPlan(Number(offset)) ? [{ offset: Number(offset), jobId, uid: Number(uid) }] : [];
	});
}

function isPlan(offset: number): boolean {
	try {
		planPorts(offset);
		return true;
	} catch {
		return false;
	}
}
