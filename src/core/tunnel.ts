// A tunnel to a head's dashboard that is kept up: the words for ssh, and what to do each time it has ended.

export interface TunnelEnds {
	/** On this machine's loopback. */
	readonly localPort: number;
	readonly remoteHost: string;
	readonly remotePort: number;
	/** Where ssh goes. */
	readonly node: string;
	/** By which other host, where the node is not reached from here. */
	readonly over?: string | undefined;
}

/** A connection that is lost is noticed after three of these. */
const ALIVE_SECONDS = 5;

/** Nobody can be asked for a password here, and a tunnel without its port is none. */
export function tunnelWords({ localPort, remoteHost, remotePort, node, over }: TunnelEnds): readonly string[] {
	return [
		'ssh',
		'-N',
		'-T',
		...['-o', 'BatchMode=yes'],
		...['-o', 'ExitOnForwardFailure=yes'],
		...['-o', `ServerAliveInterval=${ALIVE_SECONDS}`, '-o', 'ServerAliveCountMax=3'],
		...['-o', 'ConnectTimeout=10'],
		// One that is shared would go on without us, or refuse the port.
		...['-o', 'ControlMaster=no', '-o', 'ControlPath=none'],
		...['-L', `127.0.0.1:${localPort}:${remoteHost}:${remotePort}`],
		...(over === undefined ? [] : ['-J', over]),
		'--',
		node,
	];
}

export interface TunnelPast {
	readonly everUp: boolean;
	/** Ends without having been up, one after the other. */
	readonly failures: number;
}

export type TunnelStep = { readonly do: 'again'; readonly afterMs: number } | { readonly do: 'give-up' };

const LONGEST_WAIT_MS = 15_000;

/** One that never came up will not by itself; one that was up is tried for as long as its head lives. */
export function afterTunnelEnd({ everUp, failures }: TunnelPast): TunnelStep {
	if (!everUp) return { do: 'give-up' };
	return { do: 'again', afterMs: Math.min(500 * 2 ** failures, LONGEST_WAIT_MS) };
}

/** The one line of what ssh said that tells why. */
export function whyTunnelEnded(said: string, code: number): string {
	const lines = said
		.split('\n')
		.map((line) => line.trim())
		.filter((line) => line !== '' && !/^(?:debug\d|Warning: Permanently added|Killed by signal)/.test(line));
	return lines.at(-1) ?? `ssh ended with code ${code}`;
}

/** Programs that are kept running beside a command, and end with it. */
export interface Tunnels {
	/** This port of loopback if it is free, else another that is. */
	freePort(wished: number): Promise<number>;
	start(argv: readonly string[]): Tunnel;
}

export interface Tunnel {
	/** With what it said last. Never rejects. */
	readonly ended: Promise<{ readonly code: number; readonly said: string }>;
	/** Returns when it is gone. */
	end(): Promise<void>;
}
