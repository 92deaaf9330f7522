// Gives their turns to jobs that wait. Whoever changed something calls it: who submits, and the keeper of a job that has
// ended. All of it happens under the lock.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Dependency, readDependency } from '../../../core/dependency.ts';
import type { JobEntry } from '../../../core/job-entry.ts';
import { turnVariables } from '../../../core/job-variables.ts';
import { bashWord } from '../../../core/quote.ts';
import { takeTurns } from '../../../core/take-turns.ts';
import { Trouble } from '../../../core/trouble.ts';
import { withLock } from '../../lock.ts';
import { bury } from './bury.ts';
import { thisMachine } from './machine.ts';
import type { Place } from './place.ts';
import { changeEntry, keeperWatch, readWholeTable, tellKeeper } from './table.ts';

const LOCK_WAIT_MS = 20_000;

export async function locked<T>(place: Place, action: () => Promise<T>): Promise<T> {
	const outcome = await withLock(place.lock, { job: '', waitMs: LOCK_WAIT_MS }, action);
	if (outcome.held) return outcome.value;
	const { holder } = outcome;
	const who = holder === undefined ? '' : `, by process ${holder.pid} on ${holder.host}`;
	throw new Trouble('scheduler-silent', `The local scheduler is held${who}: ${place.lock}`, {
		hint: 'try again; if that process is gone for good, remove the lock',
	});
}

export async function giveTurns(place: Place): Promise<void> {
	const table = readWholeTable(place);
	const presenceOf = keeperWatch();
	const entries: JobEntry[] = [];
	for (const entry of table.values()) {
		const dead = entry.state.kind !== 'ended' && presenceOf(entry.facts.keeper) === 'gone';
		const now = dead ? await bury(place, entry) : entry;
		// What a dead keeper's job has left still takes room until it is ended; waiting, it has left nothing.
		if (!dead || now.state.kind !== 'pending') entries.push(now);
	}
	const pending = entries.filter(({ state }) => state.kind === 'pending');
	const dependencies = new Map<string, Dependency>();
	for (const { id, facts } of pending) {
		if (facts.hasDependency) dependencies.set(id, await dependencyOf(place, id));
	}
	const machine = await thisMachine();
	const { start, waiting } = takeTurns(entries, (id) => dependencies.get(id), machine, Math.floor(Date.now() / 1000));
	for (const entry of pending) await tellTurn(place, entry, start.get(entry.id), waiting.get(entry.id));
}

async function tellTurn(
	place: Place,
	entry: JobEntry,
	turn: Parameters<typeof turnVariables>[0] | undefined,
	reason: string | undefined,
): Promise<void> {
	if (turn === undefined) {
		const said = entry.state.kind === 'pending' ? entry.state.reason : undefined;
		if (reason !== undefined && reason !== said) await changeEntry(place, entry, { kind: 'pending', reason });
		return;
	}
	await writeFile(join(place.folderOf(entry.id), 'turn'), exportsOf(turnVariables(turn)), { mode: 0o600 });
	await changeEntry(place, entry, { kind: 'starting', ...turn });
	tellKeeper(place, entry.id, 'turn');
}

export function exportsOf(variables: Readonly<Record<string, string>>): string {
	return Object.entries(variables)
		.map(([name, value]) => `export ${name}=${bashWord(value)}\n`)
		.join('');
}

/** It was read before it was written there. */
async function dependencyOf(place: Place, id: string): Promise<Dependency> {
	return readDependency(await readFile(join(place.folderOf(id), 'dependency'), 'utf8'));
}
