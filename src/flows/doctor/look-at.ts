// One look with a bound: a file server, a directory service or a controller that hangs must not hang doctor.
import type { Look } from '../../core/doctor/look.ts';
import { Trouble } from '../../core/trouble.ts';
import type { Clock } from '../../core/world.ts';

export const LOOK_LIMIT_MS = 10_000;
/** Python on a slow file system; a person waits for it at every start of a head as well. */
export const RAY_LIMIT_MS = 30_000;

export async function lookAt<T>(clock: Clock, look: () => Promise<T>, limitMs = LOOK_LIMIT_MS): Promise<Look<T>> {
	const began = clock.monotonicMs();
	const seen = (async (): Promise<Look<T>> => {
		try {
			const value = await look();
			return { kind: 'seen', value, ms: Math.round(clock.monotonicMs() - began) };
		} catch (error) {
			const hint = error instanceof Trouble ? error.hint : undefined;
			return { kind: 'failed', message: (error as Error).message, hint };
		}
	})();
	return Promise.race([seen, clock.sleep(limitMs).then((): Look<T> => ({ kind: 'silent', afterMs: limitMs }))]);
}
