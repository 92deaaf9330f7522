// rayslurm complete: what may stand at the cursor. The scripts of rayslurm completion type it at every TAB, so it loads
// little, asks no scheduler, and says nothing when anything is wrong.
import { readdirSync } from 'node:fs';
import { type Candidate, fitting, lineFor } from '../core/candidate.ts';
import { isName } from '../core/kept-environment.ts';
import { RAY_TABLE } from '../core/ray-options.ts';
import { RAY_REFUSALS } from '../core/ray-refusals.ts';
import { isRefused } from '../core/sbatch-options.ts';
import { SBATCH_TABLE } from '../core/sbatch-table.ts';
import { SETTING_NAMES, SETTINGS, type Values } from '../core/settings.ts';
import { readShellLine } from '../core/shell-line.ts';
import { readUsage } from '../core/usage.ts';
import { wordAtCursor } from '../core/word-at-cursor.ts';
import { type FileKind, fileNames } from './file-names.ts';
import { findEntry, MENU, type MenuEntry } from './index.ts';
import { knownPartitions } from './known-partitions.ts';
import { liveJobs, type Wanted } from './live-jobs.ts';
import { type HelpPage, tableOf } from './own-options.ts';
import { homeOf } from './project.ts';
import { pythonFolder } from './python-folder.ts';
import type { Command, Shell } from './shell.ts';

interface Offer {
	readonly candidates: readonly Candidate[];
	readonly files?: FileKind | undefined;
	/** What stays in front of each, such as `--on-end=`. */
	readonly prefix?: string;
}

const NOTHING: Offer = { candidates: [] };

export const command: Command = async (shell) => {
	const [kind = '', ...rest] = shell.words;
	const { words, current, breakAt } = kind === 'bash' ? readBash(rest) : readWords(rest);
	const offer = await offerFor(shell, words, current).catch(() => NOTHING);
	const { prefix = '', files } = offer;
	const typed = current.slice(prefix.length);
	const fit = fitting(offer.candidates, typed);
	if (kind !== 'bash') {
		const lines = fit.map(({ word, about }) => lineFor(kind, { word: `${prefix}${word}`, about }));
		if (files !== undefined) lines.push(`\t${prefix === '' ? '' : '='}${files}s`);
		shell.out(lines.map((line) => `${line}\n`).join(''));
		return 0;
	}
	// readline's word may begin behind the prefix.
	const line = (word: string) => `${`${prefix}${word}`.slice(breakAt)}\n`;
	const names = files === undefined ? [] : fileNames(shell.cwd, homeOf(shell), typed, files);
	if (names.length > 0) shell.out('\tfilenames\n');
	shell.out([...fit.map(({ word }) => line(word)), ...names.map(line)].join(''));
	return 0;
};

/** COMP_WORDBREAKS, COMP_POINT and COMP_LINE. Assignments may stand before the command's name. */
function readBash([breaks = '', point = '', line = '']: readonly string[]) {
	const typed = [...line].slice(0, Number(point)).join('');
	const read = readShellLine(typed, breaks.replace(/[\s'"]/g, ''));
	const name = read.words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
	// The command's own name is not ours to complete: nothing follows an empty word.
	return { ...read, words: name < 0 ? [''] : read.words.slice(name + 1) };
}

function readWords(words: readonly string[]) {
	return { words: words.slice(0, -1), current: words.at(-1) ?? '', breakAt: 0 };
}

async function offerFor(shell: Shell, words: readonly string[], current: string): Promise<Offer> {
	if (words[0] === 'help') return { candidates: commandWords(words.slice(1), current) };
	const found = findEntry(words);
	if (found === undefined || found.entry.hidden) return { candidates: commandWords(words, current) };
	const { page } = await found.entry.load();
	if (page === undefined) return { candidates: [HELP] };
	return offerOf(shell, found.entry, page, found.rest, current);
}

const HELP: Candidate = { word: '--help', about: 'options and examples' };

/** The next word of the names that begin like this. */
function commandWords(words: readonly string[], current: string): readonly Candidate[] {
	if (words.length === 0 && current.startsWith('-'))
		return [HELP, { word: '--version', about: 'the version of rayslurm' }];
	return MENU.filter(({ hidden }) => !hidden).flatMap(({ name, about }) => {
		const parts = name.split(' ');
		const next = parts[words.length];
		if (next === undefined || words.some((word, at) => parts[at] !== word)) return [];
		const siblings = MENU.filter((entry) => !entry.hidden && entry.name.startsWith(`${next} `));
		const group = siblings.map((entry) => entry.name.slice(next.length + 1)).join(', ');
		return [{ word: next, about: parts.length === words.length + 1 ? about : group }];
	});
}

async function offerOf(
	shell: Shell,
	{ name }: MenuEntry,
	page: HelpPage,
	words: readonly string[],
	current: string,
): Promise<Offer> {
	const usage = readUsage(page.usage, name);
	const at = wordAtCursor({ usage, own: tableOf(page.options) }, words, current);
	switch (at.kind) {
		case 'nothing':
			return NOTHING;
		case 'file':
			return { candidates: [], files: 'file' };
		case 'options':
			return { candidates: at.of === 'ray' ? RAY_OPTIONS() : optionsOf(page, usage.sbatch) };
		case 'value': {
			if (at.option === 'partition') {
				return { candidates: knownPartitions(shell, await shell.look()), prefix: at.prefix };
			}
			const own = page.options.find((option) => option.name === at.option);
			const values = own === undefined ? SBATCH_VALUES[at.option] : own.values;
			return { ...(await valuesOf(shell, values)), prefix: at.prefix };
		}
		case 'word': {
			// Each TARGET is a JOB.
			const kinds = at.anyOf.filter((kind) => kind !== 'TARGET' || !at.anyOf.includes('JOB'));
			const offers = await Promise.all(kinds.map((kind) => wordsOf(shell, kind, ALSO_ENDED.has(name))));
			const candidates = offers.flatMap((offer) => offer.candidates);
			return {
				candidates: name.startsWith('local ') ? candidates.filter(isId) : candidates,
				files: offers.find(({ files }) => files !== undefined)?.files,
			};
		}
	}
}

function optionsOf(page: HelpPage, sbatch: boolean): readonly Candidate[] {
	const own = page.options.map(({ name, describe }) => ({ word: `--${name}`, about: describe }));
	const theirs = [...SBATCH_TABLE.long.keys()].filter((name) => !isRefused(name));
	return [...own, HELP, ...(sbatch ? theirs.map((name) => ({ word: `--${name}`, about: "sbatch's" })) : [])];
}

const RAY_OPTIONS = () =>
	[...RAY_TABLE.long.keys()]
		.filter((name) => !RAY_REFUSALS.has(name))
		.map((name) => ({ word: `--${name}`, about: "ray start's" }));

const SBATCH_VALUES: Readonly<Record<string, Values>> = {
	chdir: 'folder',
	export: ['ALL', 'NONE'],
	'mail-type': ['ALL', 'BEGIN', 'END', 'FAIL', 'NONE', 'REQUEUE', 'TIME_LIMIT', 'TIME_LIMIT_90'],
	'open-mode': ['append', 'truncate'],
};

async function valuesOf(shell: Shell, values: Values | undefined): Promise<Offer> {
	if (values === undefined) return NOTHING;
	if (typeof values !== 'string') return { candidates: values.map((word) => ({ word, about: '' })) };
	if (values === 'kept') return { candidates: [{ word: 'latest', about: 'the newest there is' }, ...keptNames(shell)] };
	if (values === 'cluster') return { candidates: (await jobsOf(shell, NO_MORE)).filter((each) => !isId(each)) };
	return { candidates: [], files: values };
}

/** Commands that are for heads that have ended as well. */
const ALSO_ENDED = new Set(['head restart', 'logs', 'status']);
const NO_MORE: Wanted = { clients: false, ended: false };

/** A kind that the usage line names, or a literal word. */
async function wordsOf(shell: Shell, kind: string, ended: boolean): Promise<Offer> {
	if (kind === 'TARGET' || kind === 'JOB')
		return { candidates: await jobsOf(shell, { clients: kind === 'JOB', ended }) };
	if (kind === 'VERSION') return { candidates: keptNames(shell) };
	if (kind === 'SETTING')
		return { candidates: SETTING_NAMES.map((word) => ({ word, about: SETTINGS[word].describe })) };
	if (kind === 'SCRIPT.py') return { candidates: [], files: 'script' };
	if (kind === 'FILE' || kind === 'SCRIPT') return { candidates: [], files: 'file' };
	return /[a-z]/.test(kind) ? { candidates: [{ word: kind, about: '' }] } : NOTHING;
}

/** This machine's jobs go by nothing else. */
function isId({ word }: Candidate): boolean {
	return /^\d/.test(word);
}

async function jobsOf(shell: Shell, wanted: Wanted): Promise<readonly Candidate[]> {
	return liveJobs(shell, await shell.look(), wanted);
}

function keptNames(shell: Shell): readonly Candidate[] {
	const folder = shell.environment['RAYSLURM_PYTHON_DIR'] || pythonFolder(shell, new Map());
	try {
		return readdirSync(folder)
			.filter((name) => name.startsWith('ray-') && isName(name.slice('ray-'.length)))
			.map((name) => ({ word: name.slice('ray-'.length), about: 'kept' }));
	} catch {
		return [];
	}
}
