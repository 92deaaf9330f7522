// How files and folders are opened: in the background, so that signals and keys are heard whatever a file server does, a few
// dozen at a time. Who answers one question and ends, and has nobody to hear, takes what is at hand at once: where opening takes
// long after all, many ways at a time are better again.
import { constants, open, openSync, readdir, readdirSync } from 'node:fs';

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
const FLAGS = O_RDONLY | O_NOFOLLOW | O_NONBLOCK;
/** Ten times what a local disk takes, and less than a file server does. */
const AT_HAND_SECONDS = 0.000_3;
/** A process is kept waiting by others too. */
const MOST_SLOW = 3;
/** Of a process's descriptors, which may be a thousand. */
const MOST_OPENING = 64;

let slow = MOST_SLOW;
let opening = 0;
const waiting: (() => void)[] = [];

export function openAtOnce(): void {
	slow = 0;
}

/** undefined: that would take a while. */
export function openedAtOnce(path: string): number | undefined {
	return slow < MOST_SLOW ? timed(() => openSync(path, FLAGS)) : undefined;
}

export async function openForReading(path: string): Promise<number> {
	if (opening >= MOST_OPENING) await new Promise<void>((resolve) => waiting.push(resolve));
	opening += 1;
	try {
		return await new Promise((resolve, reject) => {
			open(path, FLAGS, (error, file) => (error ? reject(error) : resolve(file)));
		});
	} finally {
		opening -= 1;
		waiting.shift()?.();
	}
}

/** Of a folder that is not there, none. */
export async function namesIn(folder: string): Promise<readonly string[]> {
	try {
		if (slow < MOST_SLOW) return timed(() => readdirSync(folder));
		return await new Promise((resolve, reject) => {
			readdir(folder, (error, names) => (error ? reject(error) : resolve(names)));
		});
	} catch {
		return [];
	}
}

function timed<Value>(action: () => Value): Value {
	const began = process.uptime();
	try {
		return action();
	} finally {
		if (process.uptime() - began > AT_HAND_SECONDS) slow += 1;
	}
}
