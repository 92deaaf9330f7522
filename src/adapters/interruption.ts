// Work that must clear up when it is interrupted: ctrl-C, a closed terminal and a plain kill stop it in order.
import type { Stopping } from '../core/stopping.ts';
import { Trouble } from '../core/trouble.ts';

const STOPS = [
	['SIGINT', 130],
	['SIGTERM', 143],
	['SIGHUP', 129],
] as const;

export function hearStops(): Stopping {
	let first: number | undefined;
	let tell: (code: number) => void;
	const signalled = new Promise<number>((resolve) => {
		tell = resolve;
	});
	const listeners = STOPS.map(([signal, code]) => {
		const hear = () => {
			first ??= code;
			tell(first);
		};
		process.on(signal, hear);
		return () => process.off(signal, hear);
	});
	return {
		signalled,
		heard: () => first,
		release: () => {
			for (const release of listeners) release();
		},
	};
}

/** The action is told, and awaited until it has cleared up; more signals than one change nothing. */
export async function interruptible<Value>(action: (stop: AbortSignal) => Promise<Value>): Promise<Value> {
	const controller = new AbortController();
	const stop = hearStops();
	void stop.signalled.then(() => controller.abort());
	const checkStop = () => {
		const exitCode = stop.heard();
		if (exitCode !== undefined) throw new Trouble('interrupted', 'Interrupted', { exitCode });
	};
	try {
		const value = await action(controller.signal);
		checkStop();
		return value;
	} catch (error) {
		checkStop(); // Whatever went wrong then, went wrong because of it.
		throw error;
	} finally {
		stop.release();
	}
}
