// For commands that must clear up whatever ends them: ctrl-C, a closed terminal and a plain kill are heard, once.
import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Signalled {
	/** The exit code that belongs to the signal. */
	readonly signalled: Promise<number>;
	heard(): boolean;
	release(): void;
}

export function untilSignalled(): Signalled {
	let heard = false;
	let hear = (_signal: NodeJS.Signals) => {};
	const signalled = new Promise<number>((resolve) => {
		hear = (signal) => {
			heard = true;
			resolve(128 + constants.signals[signal]);
		};
	});
	for (const signal of SIGNALS) process.on(signal, hear);
	return {
		signalled,
		heard: () => heard,
		release: () => {
			for (const signal of SIGNALS) process.off(signal, hear);
		},
	};
}
