// Memory as sbatch writes it: 4096, 4G, 1.5T; MiB where no unit is given. 0 is all there is.
import { shownWord } from './option-table.ts';
import { Trouble } from './trouble.ts';

const UNITS: Readonly<Record<string, number>> = { K: 1 / 1024, M: 1, '': 1, G: 1024, T: 1024 * 1024 };

export function sbatchMegabytes(text: string, option: string): number {
	const [, digits, unit = ''] = /^(\d{1,12}(?:\.\d+)?)([KMGT]?)B?$/i.exec(text) ?? [];
	const megabytes = Math.ceil(Number(digits) * (UNITS[unit.toUpperCase()] ?? Number.NaN));
	if (Number.isFinite(megabytes)) return megabytes;
	throw new Trouble('usage', `${option}: not an amount of memory: ${shownWord(text)}`, {
		hint: 'write 4096 (MB), 4G or 1T',
	});
}
