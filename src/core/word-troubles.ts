// What a person is told about a word of the command line that cannot be read, with the word that was probably meant.
import { likelyNames } from './did-you-mean.ts';
import { longName, type OptionTable, shownWord } from './option-table.ts';
import { RAY_TABLE } from './ray-options.ts';
import { SBATCH_TABLE } from './sbatch-table.ts';
import { Trouble } from './trouble.ts';

export function missingTarget(script: string): Trouble {
	return new Trouble('usage', `No cluster is named before ${shownWord(script)}`, {
		hint: "name it first: a head's job id, its --name, latest, or IP:PORT",
	});
}

export function missingScript(): Trouble {
	return new Trouble('usage', '--script names no file', { hint: 'write --script FILE' });
}

/** `before`: the option in front of it, if that may have a value but only with `=`. */
export function unexpectedWord(word: string, takesScript: boolean, before: string | undefined): Trouble {
	const rule = takesScript ? '; a script ends in .py or follows --script' : '';
	const hint =
		before !== undefined
			? `if it is the value of ${before}, write ${before}=${word}`
			: !takesScript && word.endsWith('.py')
				? 'a head runs no script: submit the head, then use rayslurm connect'
				: takesScript
					? `if it is the script: --script ${word}`
					: 'only options are taken here: see --help';
	return new Trouble('usage', `unexpected word ${shownWord(word)}${rule}`, { hint });
}

/** Then it is taken for a mistake, not for an option of a plug-in. */
export function isLikeKnown(name: string, own: OptionTable): boolean {
	const known = [...own.long.keys(), ...SBATCH_TABLE.long.keys(), 'script'];
	return RAY_TABLE.long.has(name) || own.elsewhere?.has(name) || likelyNames(name, known).length > 0;
}

export function unknownOption(word: string, own: OptionTable, takesScript: boolean): Trouble {
	const message = `unknown option ${shownWord(word)}`;
	const typed = longName(word);
	if (!word.startsWith('--')) {
		return new Trouble('usage', message, { hint: "rayslurm's options and sbatch's are known here: see --help" });
	}
	const command = own.elsewhere?.get(typed);
	if (command !== undefined) return new Trouble('usage', message, { hint: `it is an option of rayslurm ${command}` });
	if (RAY_TABLE.long.has(typed)) {
		return new Trouble('usage', message, { hint: `options of ray start stand behind --: -- ${word}` });
	}
	const likely = likelyNames(typed, [
		...own.long.keys(),
		...SBATCH_TABLE.long.keys(),
		...(takesScript ? ['script'] : []),
	]);
	const hint = likely.length > 0 ? `did you mean ${likely.map((name) => `--${name}`).join(' or ')}?` : 'see --help';
	return new Trouble('usage', message, { hint });
}

export function misplacedOption(word: string): Trouble {
	return new Trouble('usage', `${shownWord(word)} is no option of ray start`, { hint: 'put it before --' });
}
