// What rayslurm prints of all its commands: the menu, grouped by what a person wants, and what a mistyped name may have meant.
import { likelyCommands } from '../core/did-you-mean.ts';
import { Trouble } from '../core/trouble.ts';
import { wrapped } from '../core/wrapped-columns.ts';
import { GROUPS, MENU, type MenuEntry } from './index.ts';

const visible = () => MENU.filter((entry) => !entry.hidden);

/** Of letters beside a name. */
const LEAST = 20;

const FIRST_STEPS = [
	'  rayslurm head submit --wait                start a head, wait for it',
	'  rayslurm connect 12345 --time=20 hello.py  run a script on it',
];

/** `columns`: of the terminal that shows it, if one does. `beginning`: of the names that are wanted, such as `head `. */
export function overview(columns: number | undefined, beginning = ''): string {
	const wanted = visible().filter(({ name }) => name.startsWith(beginning));
	const groups = GROUPS.flatMap(([title, all]) => {
		const entries = title === undefined ? [] : all.filter(({ name }) => name.startsWith(beginning));
		return entries.length === 0 ? [] : [[title, entries] as const];
	});
	const width = Math.max(...wanted.map(({ name }) => name.length)) + 2;
	const room = Math.max(LEAST, (columns ?? Number.POSITIVE_INFINITY) - width - 2);
	const lines = ({ name, about }: MenuEntry) =>
		wrapped(about, room).map((part, at) => `  ${(at === 0 ? name : '').padEnd(width)}${part}`);
	return [
		'rayslurm: Ray clusters on Slurm, or on one machine',
		'',
		'Usage: rayslurm COMMAND [OPTIONS]',
		...groups.flatMap(([title, entries]) => ['', `${title}:`, ...entries.flatMap(lines)]),
		'',
		...(beginning === '' ? FIRST_STEPS : []),
		'  rayslurm help COMMAND                      options and examples',
		'',
	].join('\n');
}

/** The overview of a group of commands, where that was asked for; else it throws. */
export function overviewFor(columns: number | undefined, words: readonly string[]): string {
	const [first = '', second] = words;
	const names = visible().map(({ name }) => name);
	if (/^-{0,2}v(ersion)?$/i.test(first)) {
		throw new Trouble('usage', `No such ${first.startsWith('-') ? 'option' : 'command'}: ${first}`, {
			hint: 'rayslurm --version',
		});
	}
	const isGroup = names.some((name) => name.startsWith(`${first} `));
	if (isGroup && (second === undefined || second === '--help' || second === '-h'))
		return overview(columns, `${first} `);
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
