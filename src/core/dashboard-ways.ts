// How a person gets to a head's dashboard from where they sit. It listens on its node's loopback unless somebody wished
// otherwise, and a person's browser is hardly ever there: so mostly a tunnel, whose exact line is told.
import { partsOf } from './address.ts';
import { bashWords } from './quote.ts';

export interface DashboardSeat {
	/** Where Ray's dashboard listens, HOST:PORT. */
	readonly dashboard: string;
	readonly headNode: string;
	/** Where the person types. */
	readonly hostName: string;
	/** Heads run on this machine. */
	readonly onThisMachine: boolean;
	/** By settings: how the person's own machine calls the cluster's login node. */
	readonly loginHost: string | undefined;
	/** Where this is a job: the host it was submitted from. */
	readonly submitHost: string | undefined;
	/** Nobody gets through there from outside. */
	readonly onComputeNode: boolean;
	/** Where a tunnel that is opened here ends; the dashboard's own number unless that is taken. */
	readonly localPortHere?: number;
}

export interface DashboardWays {
	/** In a browser, once the tunnel is up (where one is needed). */
	readonly url: string;
	/** The tunnel to type on the person's own machine; undefined where that is here. */
	readonly fromYourMachine: readonly string[] | undefined;
	/** The tunnel to type here, for a browser here; undefined where none is needed. */
	readonly fromHere: readonly string[] | undefined;
	/** In a browser here, once that one is up. */
	readonly urlThrough: string | undefined;
	/** Where a browser here finds it without a tunnel. */
	readonly urlHere: string | undefined;
	/** Nothing here tells by which host one gets to the head's node from outside, if there is one. */
	readonly lacksLogin: boolean;
}

const OR_END = ['-o', 'ExitOnForwardFailure=yes'];

export function dashboardWays(seat: DashboardSeat): DashboardWays {
	const { host, port } = partsOf(seat.dashboard);
	const loopback = isLoopback(host);
	if (seat.onThisMachine) {
		const here = `http://${loopback ? '127.0.0.1' : inUrl(host)}:${port}`;
		return {
			url: here,
			fromYourMachine: undefined,
			fromHere: undefined,
			urlThrough: undefined,
			urlHere: here,
			lacksLogin: false,
		};
	}
	// To itself a node speaks by its loopback, whatever address its programs listen on. A tunnel without its port leads to
	// whoever has that, and the page there asks for a token, too.
	const forwarded = `${loopback ? '127.0.0.1' : inUrl(host)}:${port}`;
	const forward = ['-L', `${port}:${forwarded}`, ...OR_END];
	const portHere = seat.localPortHere ?? port;
	const onHead = isSameHost(seat.hostName, seat.headNode);
	const typedAt = onHead || seat.onComputeNode ? undefined : seat.hostName;
	const login = seat.loginHost ?? seat.submitHost ?? typedAt;
	const overLogin = loopback && login !== undefined && !isSameHost(login, seat.headNode);
	const urlHere = loopback ? (onHead ? `http://127.0.0.1:${port}` : undefined) : `http://${inUrl(host)}:${port}`;
	return {
		url: `http://127.0.0.1:${port}`,
		fromYourMachine: overLogin
			? // Without -4 ssh is content with the port on ::1 alone. The way to both hosts may be IPv6 all the same.
				['ssh', ...forward, '-4', '-J', login, seat.headNode]
			: ['ssh', ...forward, loopback ? seat.headNode : (login ?? seat.headNode)],
		// Others are on this machine: without an address, ssh would be content with the port on ::1 alone.
		fromHere:
			urlHere === undefined ? ['ssh', '-L', `127.0.0.1:${portHere}:${forwarded}`, ...OR_END, seat.headNode] : undefined,
		urlThrough: urlHere === undefined ? `http://127.0.0.1:${portHere}` : undefined,
		urlHere,
		lacksLogin: loopback && login === undefined,
	};
}

/** Every part is checked before: no word begins with a hyphen that is not ours. */
export function sshLine(words: readonly string[]): string {
	return bashWords(words);
}

/** A host's name as ssh takes it, with a user before it where one is needed. */
export function isHostName(word: string): boolean {
	return /^(?:[A-Za-z0-9_][A-Za-z0-9._-]{0,63}@)?[A-Za-z0-9_[][A-Za-z0-9._:\]-]{0,252}$/.test(word);
}

/** Reached from its own machine alone. */
export function isLoopback(host: string): boolean {
	return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

export function isSameHost(one: string, other: string): boolean {
	const short = (name: string) => (/^[\d.]+$/.test(name) ? name : name.split('.', 1)[0]);
	return one === other || short(one) === short(other);
}

export function inUrl(host: string): string {
	return host.includes(':') ? `[${host}]` : host;
}
