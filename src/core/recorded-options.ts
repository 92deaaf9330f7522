// The recorded words of a submission, read again as options of sbatch's.
import { type ReadOption, readOption } from './option-table.ts';
import { SBATCH_TABLE } from './sbatch-table.ts';

interface Recorded {
	readonly words: readonly string[];
	/** None of a word that nobody knows. */
	readonly options: readonly ReadOption[];
}

export function readRecorded(options: readonly string[]): readonly Recorded[] {
	const found: Recorded[] = [];
	for (let index = 0; index < options.length; ) {
		const reading = readOption(SBATCH_TABLE, options, index);
		const known = reading !== undefined && 'options' in reading ? reading : undefined;
		const next = known?.next ?? index + 1;
		found.push({ words: options.slice(index, next), options: known?.options ?? [] });
		index = next;
	}
	return found;
}

/** All values of one option, the one that counts last. */
export function recordedValues(options: readonly string[], wanted: string): readonly string[] {
	const all = readRecorded(options).flatMap((each) => each.options);
	return all.filter(({ name }) => name === wanted).map(({ value }) => value ?? '');
}
