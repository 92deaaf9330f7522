// What an entry says to who asks, with a look at its keeper: nobody else would tell that one was killed.
import type { JobEntry } from '../../../core/job-entry.ts';
import { type WhyWaits, whyWaitsIn } from '../../../core/why-waits.ts';
import type { KnownState } from '../../../core/world.ts';
import { thisMachine } from './machine.ts';
import { keeperWatch, thisTable } from './table.ts';

const IN_WORDS: Readonly<Record<string, string>> = {
	NODE_FAIL: 'NODE_FAIL: its keeper was killed',
	REBOOT: 'NODE_FAIL: the machine was started anew',
};

/** Of this table. Entries whose keeper is dead are put to `dead`: they are to be buried. */
export async function stateReader(
	table: ReadonlyMap<string, JobEntry>,
): Promise<(entry: JobEntry, dead: JobEntry[]) => KnownState> {
	const whyOf = await waitsIn([...table.values()]);
	const presenceOf = keeperWatch();
	const { bootId, host: nodes } = thisTable();
	const now = Date.now() / 1000;
	return (entry, dead) => {
		const { state, facts } = entry;
		if (state.kind === 'ended') {
			const { how, code } = state;
			return { kind: 'ended', how: IN_WORDS[how] ?? how, ...(code === undefined ? {} : { exitCode: code }) };
		}
		const presence = presenceOf(facts.keeper);
		if (presence === 'unknown') return { kind: 'unknown', why: 'it runs in another container of this machine' };
		if (presence === 'gone') {
			dead.push(entry);
			if (facts.keeper.bootId !== bootId) return { kind: 'ended', how: IN_WORDS['REBOOT'] ?? '' };
			return { kind: 'ending', nodes };
		}
		if (state.kind === 'pending') return { kind: 'pending', reason: state.reason, ...whyOf(entry) };
		if (state.kind === 'ending') return { kind: 'ending', nodes };
		if (state.ends === 0) return { kind: 'running', nodes };
		const secondsLeft = Math.max(0, Math.round(state.ends - now));
		return { kind: 'running', nodes, ends: localTime(state.ends), secondsLeft };
	};
}

async function waitsIn(entries: readonly JobEntry[]): Promise<(entry: JobEntry) => WhyWaits | undefined> {
	if (!entries.some(({ state }) => state.kind === 'pending' && state.reason === 'Resources')) return () => undefined;
	return whyWaitsIn(entries, await thisMachine());
}

/** As squeue writes it. */
function localTime(seconds: number): string {
	const minutesBehind = new Date(seconds * 1000).getTimezoneOffset();
	return new Date((seconds - minutesBehind * 60) * 1000).toISOString().slice(0, 19);
}
