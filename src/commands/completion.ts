// rayslurm completion: prints the script that teaches a shell to complete rayslurm's words.
import { likelyNames } from '../core/did-you-mean.ts';
import { shownWord } from '../core/option-table.ts';
import { bashWords } from '../core/quote.ts';
import { Trouble } from '../core/trouble.ts';
import bash from './completion/rayslurm.bash';
import fish from './completion/rayslurm.fish';
import zsh from './completion/rayslurm.zsh';
import type { HelpPage } from './own-options.ts';
import { readTyped } from './own-words.ts';
import type { Command } from './shell.ts';

export const page: HelpPage = {
	usage: 'rayslurm completion bash|zsh|fish',
	about:
		'Prints a script for your shell. With it, TAB completes commands, options, their values, the ids and names of your heads and clients, and files. It asks rayslurm, and never the scheduler.',
	options: [],
	examples: [
		['eval "$($0 completion bash)"', 'in ~/.bashrc'],
		['eval "$($0 completion zsh)"', 'in ~/.zshrc, below compinit'],
		['$0 completion fish | source', 'in ~/.config/fish/config.fish'],
	],
	footer: 'bash 4 or later, zsh 5, fish 3.',
};

const SCRIPTS: Readonly<Record<string, string>> = { bash, zsh, fish };

export const command: Command = async (shell) => {
	const typed = await readTyped(shell, shell.words, page, 1);
	if (typed === undefined) return 0;
	const [name] = typed.plain;
	const script = name === undefined || !Object.hasOwn(SCRIPTS, name) ? undefined : SCRIPTS[name];
	if (name === undefined || script === undefined) {
		const likely = likelyNames(name ?? '', Object.keys(SCRIPTS))[0];
		throw new Trouble('usage', name === undefined ? 'For which shell?' : `No such shell: ${shownWord(name)}`, {
			hint: likely === undefined ? 'rayslurm completion bash, zsh or fish' : `did you mean ${likely}?`,
		});
	}
	// For whoever has an alias: a program of this name is asked first.
	const self = name === 'fish' ? shell.self.map(fishWord).join(' ') : bashWords(shell.self);
	shell.out(script.replace('@@SELF@@', () => self));
	return 0;
};

function fishWord(word: string): string {
	return `'${word.replace(/['\\]/g, '\\$&')}'`;
}
