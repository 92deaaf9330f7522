// TARGET: how a person names a cluster: a head's job id, a cluster's name, `latest`, or IP:PORT. Where JOB may be a client, it
// may be a task of an array of clients as well: 123_4.
import { Trouble } from './trouble.ts';

export type Target =
	| { kind: 'job'; job: string }
	| { kind: 'task'; array: string; index: number }
	| { kind: 'latest' }
	| { kind: 'name'; name: string }
	| { kind: 'address'; address: string };

const CLUSTER_NAME = /^[A-Za-z][A-Za-z0-9._-]{0,63}$/;

export function isJobId(word: string): boolean {
	return /^[1-9]\d{0,9}$/.test(word);
}

export function parseTarget(word: string): Target {
	if (isJobId(word)) return { kind: 'job', job: word };
	const task = parseTask(word);
	if (task !== undefined) return { kind: 'task', ...task };
	if (word === 'latest') return { kind: 'latest' };
	const address = parseAddress(word);
	if (address !== undefined) return { kind: 'address', address };
	if (CLUSTER_NAME.test(word)) return { kind: 'name', name: word };
	throw new Trouble('usage', `Not a cluster: ${JSON.stringify(word)}`, {
		hint: "name it by its head's job id, its --name, latest, or IP:PORT",
	});
}

export function parseTask(word: string): { readonly array: string; readonly index: number } | undefined {
	const [, array, index] = /^([1-9]\d{0,9})_(0|[1-9]\d{0,6})$/.exec(word) ?? [];
	return array === undefined ? undefined : { array, index: Number(index) };
}

/** A cluster's name ends up in job names and folder names, so it is plain. */
export function checkClusterName(name: string): string {
	if (CLUSTER_NAME.test(name) && name !== 'latest') return name;
	throw new Trouble('usage', `--name: ${JSON.stringify(name)} is not a cluster's name`, {
		hint: 'letters first, then letters, digits, . _ -; at most 64; not "latest"',
	});
}

function parseAddress(word: string): string | undefined {
	const [, host, port] =
		/^(\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-fA-F:.]+\]|[A-Za-z0-9][A-Za-z0-9.-]*):(\d{1,5})$/.exec(word) ?? [];
	if (host === undefined || port === undefined) return undefined;
	const number = Number(port);
	if (number < 1 || number > 65_535) {
		throw new Trouble('usage', `Not a port: ${port} in ${word}`, { hint: 'ports go from 1 to 65535' });
	}
	// Of nothing but digits and dots: an address or a slip, never a host's name.
	const parts = /^[\d.]+$/.test(host) ? host.split('.') : undefined;
	if (parts && (parts.length !== 4 || parts.some((part) => part === '' || Number(part) > 255))) {
		throw new Trouble('usage', `Not an address: ${host} in ${word}`, { hint: 'write it as in 10.0.0.1:6379' });
	}
	return `${host}:${number}`;
}
