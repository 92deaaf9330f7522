// What the recorded words of a submission say of one option of sbatch's.
import { readOption } from './option-table.ts';
import { SBATCH_TABLE } from './sbatch-table.ts';

/** All its values, the one that counts last. */
export function recordedValues(options: readonly string[], name: string): readonly string[] {
	const found: string[] = [];
	for (let index = 0; index < options.length; ) {
		const reading = readOption(SBATCH_TABLE, options, index);
		const known = reading !== undefined && 'options' in reading ? reading : undefined;
		for (const option of known?.options ?? []) if (option.name === name) found.push(option.value ?? '');
		index = known?.next ?? index + 1;
	}
	return found;
}
