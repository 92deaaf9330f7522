// A command typed in a folder, without a process: what it prints, and its code. The world is asked for only by who needs it.
import type { Command, Shell } from '../../src/commands/shell.ts';
import type { QuickLook } from '../../src/core/quick-look.ts';
import type { World } from '../../src/core/world.ts';

export interface Said {
	code: number;
	out: string;
	err: string;
}

export interface TypedIn {
	readonly cwd: string;
	readonly environment?: Record<string, string>;
	readonly world?: () => Promise<World>;
	readonly look?: () => Promise<QuickLook>;
}

/** Thrown when a command has read its words and wants to begin. */
export class Reached extends Error {}

export async function typed(command: Command, words: readonly string[], place: TypedIn): Promise<Said> {
	const said: Said = { code: -1, out: '', err: '' };
	const world = place.world ?? (() => Promise.reject(new Reached('the world is asked for')));
	const shell = {
		words,
		cwd: place.cwd,
		environment: { HOME: place.cwd, PATH: '/usr/bin:/bin', ...place.environment },
		out: (text: string) => {
			said.out += text;
		},
		err: (text: string) => {
			said.err += text;
		},
		stderrIsTerminal: false,
		stdoutIsTerminal: false,
		stdoutColours: false,
		stderrColours: false,
		columns: () => undefined,
		hostName: 'here',
		self: ['/usr/bin/node', "/opt/it's/rayslurm.cjs"],
		world,
		look: place.look ?? world,
		local: world,
		senses: world,
		tunnels: world,
		runHere: world,
		parents: () => [],
		onStop: () => ({ signalled: new Promise<number>(() => {}), heard: () => undefined, release: () => {} }),
		hasTerminal: false,
		interrupted: () => new Promise<void>(() => {}),
		traceFromNowOn: () => {},
		openAtOnce: async () => {},
		promiseCpus: () => {},
	} as unknown as Shell;
	said.code = await command(shell);
	return said;
}
