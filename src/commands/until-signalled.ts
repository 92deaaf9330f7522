// For commands that must clear up whatever ends them: the first ctrl-C, plain kill or closed terminal counts.
import type { Shell } from './shell.ts';

export interface Signalled {
	/** The exit code that belongs to the signal. */
	readonly signalled: Promise<number>;
	heard(): boolean;
}

export function untilSignalled(shell: Shell): Signalled {
	let code: number | undefined;
	const signalled = new Promise<number>((resolve) => {
		shell.onStop((heard) => {
			code = heard;
			resolve(heard);
		});
	});
	return { signalled, heard: () => code !== undefined };
}
