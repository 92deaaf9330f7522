// What a scheduler says about a job. `missing`: it answered and did not know the id (asked twice, that is *gone*).
// `unknown`: it did not answer, or not in a way we can read; nobody acts on that. `ending`: nothing new may join it, but its
// own processes may still run (a handler of SIGTERM, last rows and words): who waits for its end waits on.

export type JobState =
	| {
			readonly kind: 'pending';
			readonly reason: string;
			/** The same for people, and what to type, where the scheduler knows more than a word for it. */
			readonly words?: string;
			readonly todo?: string;
			readonly expectedStart?: string;
	  }
	| { readonly kind: 'running'; readonly nodes: string; readonly ends?: string; readonly secondsLeft?: number }
	| { readonly kind: 'ending'; readonly nodes: string }
	| { readonly kind: 'ended'; readonly how: string; readonly exitCode?: number }
	| { readonly kind: 'missing' }
	| { readonly kind: 'unknown'; readonly why: string };

/** Of the tasks of an array: what somebody who waits for all of them would want to know. */
export function liveliest<State extends JobState | { readonly kind: 'gone' }>(
	states: readonly State[],
): State | undefined {
	for (const kind of ['running', 'pending', 'ending', 'unknown'] as const) {
		const state = states.find((each) => each.kind === kind);
		if (state !== undefined) return state;
	}
	return states.find((each) => each.kind === 'ended' && each.how !== 'COMPLETED') ?? states[0];
}
