// Work that must clear up when it is interrupted: ctrl-C, a closed terminal and a plain kill stop it in order.
import { constants } from 'node:os';
import { Trouble } from '../core/trouble.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The action is told, and awaited until it has cleared up; more signals than one change nothing. */
export async function interruptible<Value>(action: (stop: AbortSignal) => Promise<Value>): Promise<Value> {
	const controller = new AbortController();
	let heard: (typeof SIGNALS)[number] | undefined;
	const hear = (signal: NodeJS.Signals) => {
		heard ??= SIGNALS.find((each) => each === signal);
		controller.abort();
	};
	for (const signal of SIGNALS) process.on(signal, hear);
	const interrupted = () =>
		heard === undefined
			? undefined
			: new Trouble('interrupted', 'Interrupted', { exitCode: 128 + constants.signals[heard] });
	try {
		const value = await action(controller.signal);
		const trouble = interrupted();
		if (trouble) throw trouble;
		return value;
	} catch (error) {
		// Whatever went wrong then, went wrong because of it.
		throw interrupted() ?? error;
	} finally {
		for (const signal of SIGNALS) process.off(signal, hear);
	}
}
