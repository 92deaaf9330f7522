// With which options of Node a head's supervisor runs: it sleeps for days beside other people's jobs, so memory counts and
// speed does not. Compiled code, threads and generations of a heap that hardly changes cost a third of its memory. A client's
// asks and answers beside its Ray's start, where the same options cost half a second.

const FLAGS = ['--no-opt', '--no-sparkplug', '--single-threaded-gc', '--max-semi-space-size=1'];

/** Node refuses to start with an option of its engine that it does not know: only where they were tried. */
const TRIED = /^v(?:20|22|24)\./;

export function sparingFlags(nodeVersion: string): readonly string[] {
	return TRIED.test(nodeVersion) ? FLAGS : [];
}
