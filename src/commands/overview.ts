// What rayslurm prints of all its commands: the menu, grouped by what a person wants, and what a mistyped name may have meant.
import { likelyCommands } from '../core/did-you-mean.ts';
import { Trouble } from '../core/trouble.ts';
import { GROUPS, MENU, type MenuEntry } from './index.ts';

const visible = () => MENU.filter((entry) => !entry.hidden);

const FIRST_STEPS = [
	'  rayslurm head submit --wait                      a head, followed until clients can join',
	'  rayslurm connect 12345 --time=20 hello.py        a script on it',
];

/** `beginning`: of the names that are wanted, such as `head `. */
export function overview(beginning = ''): string {
	const wanted = visible().filter(({ name }) => name.startsWith(beginning));
	const groups = GROUPS.flatMap(([title, all]) => {
		const entries = title === undefined ? [] : all.filter(({ name }) => name.startsWith(beginning));
		return entries.length === 0 ? [] : [[title, entries] as const];
	});
	const width = Math.max(...wanted.map(({ name }) => name.length)) + 2;
	const line = ({ name, about }: MenuEntry) => `  ${name.padEnd(width)}${about}`;
	return [
		'rayslurm: Ray clusters on Slurm, or on one machine',
		'',
		'Usage: rayslurm COMMAND [OPTIONS]',
		...groups.flatMap(([title, entries]) => ['', `${title}:`, ...entries.map(line)]),
		'',
		...(beginning === '' ? FIRST_STEPS : []),
		'  rayslurm help COMMAND                            options and examples',
		'',
	].join('\n');
}

/** The overview of a group of commands, where that was asked for; else it throws. */
export function overviewFor(words: readonly string[]): string {
	const [first = '', second] = words;
	const names = visible().map(({ name }) => name);
	const isGroup = names.some((name) => name.startsWith(`${first} `));
	if (isGroup && (second === undefined || second === '--help' || second === '-h')) return overview(`${first} `);
	if (first.startsWith('-')) {
		throw new Trouble('usage', `No such option: ${first}`, {
			hint: 'options stand behind the command: rayslurm COMMAND --help; rayslurm --help lists the commands',
		});
	}
	const likely = likelyCommands(words, names);
	throw new Trouble('usage', `No such command: ${isGroup ? `${first} ${second}` : first}`, {
		hint:
			likely.length === 0
				? 'rayslurm --help lists them'
				: `did you mean: ${likely.map((name) => `rayslurm ${name}`).join(', or ')}`,
	});
}
