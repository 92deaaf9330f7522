// How files and folders are opened. A supervisor hears signals whatever a file server does, so it always waits in the background.
// Who only answers one question has nobody to hear: it takes at once what is at hand, and goes many ways at a time where
// each takes long.
import { constants, open, openSync, readdir, readdirSync } from 'node:fs';

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
const FLAGS = O_RDONLY | O_NOFOLLOW | O_NONBLOCK;
/** Ten times what a local disk takes, and less than a file server does. */
const AT_HAND_SECONDS = 0.000_3;
/** A process is kept waiting by others too. */
const MOST_SLOW = 3;

let slow = MOST_SLOW;

export function openAtOnce(): void {
	slow = 0;
}

export function openForReading(path: string): Promise<number> {
	if (slow < MOST_SLOW) return timed(() => openSync(path, FLAGS));
	return new Promise((resolve, reject) => {
		open(path, FLAGS, (error, file) => (error ? reject(error) : resolve(file)));
	});
}

/** Of a folder that is not there, none. */
export function namesIn(folder: string): Promise<readonly string[]> {
	if (slow < MOST_SLOW) return timed(() => readdirSync(folder)).catch(() => []);
	return new Promise((resolve) => readdir(folder, (error, names) => resolve(error ? [] : names)));
}

async function timed<Value>(action: () => Value): Promise<Value> {
	const began = process.uptime();
	try {
		return action();
	} finally {
		if (process.uptime() - began > AT_HAND_SECONDS) slow += 1;
	}
}
