// Names of output files: Slurm's %j %x %N %A %a and the rest. A backslash anywhere switches all expansion off.

export interface PatternWords {
	readonly job: string;
	readonly name: string;
	readonly host: string;
	readonly user: string;
	/** Of an array: its own id and this task's index. */
	readonly array: { readonly job: string; readonly index: number } | undefined;
}

export function expandPattern(pattern: string, words: PatternWords): string {
	if (pattern.includes('\\')) return pattern.replaceAll('\\', '');
	return pattern.replace(/%(?:%|(\d{0,2})([AajJNnstux]))/g, (whole, width: string | undefined, letter: string) => {
		if (letter === undefined) return '%';
		const word = wordFor(letter, words);
		// A width is for numbers only.
		return word === undefined ? whole : /^\d+$/.test(word) ? word.padStart(Math.min(Number(width), 10), '0') : word;
	});
}

function wordFor(letter: string, { job, name, host, user, array }: PatternWords): string | undefined {
	switch (letter) {
		case 'A':
			return array?.job ?? job;
		case 'a':
			// What Slurm writes where there is no array.
			return array === undefined ? '4294967294' : String(array.index);
		case 'j':
		case 'J':
			return job;
		case 'N':
			return host.split('.')[0] ?? host;
		case 'n':
		case 't':
			return '0';
		case 's':
			return 'batch';
		case 'u':
			return user;
		case 'x':
			return name;
		default:
			return undefined;
	}
}
