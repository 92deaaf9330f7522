// rayslurm config: every setting in force, its value, and where it came from. Told even where a file is faulty.
import {
	type ConfigRow,
	configRows,
	type UnknownSetting,
	unknownSettings,
	withoutUnknown,
} from '../core/config-table.ts';
import { shownWord } from '../core/option-table.ts';
import { hasOdd } from '../core/plain-text.ts';
import { faultsIn } from '../core/setting-readers.ts';
import { noSuchSetting, resolveSettings, SETTING_NAMES, type SettingName, type Settings } from '../core/settings.ts';
import { Trouble } from '../core/trouble.ts';
import { inWrappedColumns } from '../core/wrapped-columns.ts';
import { type HelpPage, settingOptions } from './own-options.ts';
import { readTyped } from './own-words.ts';
import { say, shown } from './progress.ts';
import { findSources, pathOf, projectOf, schedulerOf } from './project.ts';
import { pythonFolder } from './python-folder.ts';
import { lineOf } from './settings-files.ts';
import type { Command, Shell } from './shell.ts';

export const page: HelpPage = {
	usage: 'rayslurm config [SETTING] [OPTIONS]',
	about:
		'Shows every setting, its value here and now, and where that came from; with SETTING, that value alone. A setting is an option (--idle-after 30m), a variable (RAYSLURM_IDLE_AFTER=30m) in the environment or in .env, or a line (idle-after: 30m) in rayslurm.yaml of the project, in ~/.config/rayslurm/rayslurm.yaml, or in /etc/rayslurm.yaml. The first of these that says something wins.',
	options: [{ name: 'json', kind: 'switch', describe: 'print facts as JSON' }, ...settingOptions()],
	examples: [
		['$0 config', 'all of them'],
		['$0 config output-dir', 'one value, for scripts'],
		['$0 config --json', 'all of them for programs'],
	],
	footer: 'Options of the command line are shown as they would count: rayslurm config --idle-after 30m',
};

/** fault: why no command would take it. */
type Row = ConfigRow & { readonly line: number | undefined; readonly fault: Trouble | undefined };

export const command: Command = async (shell) => {
	const typed = await readTyped(shell, shell.words, page, 1);
	if (typed === undefined) return 0;
	const {
		own,
		plain: [wanted],
	} = typed;
	if (wanted !== undefined && !(SETTING_NAMES as readonly string[]).includes(wanted)) throw noSuchSetting(wanted);
	const { root, sources } = await findSources(shell, own);
	const settings = resolveSettings(withoutUnknown(sources));
	const faults = faultsIn(settings);
	const sound = new Map([...settings].filter(([name]) => !faults.has(name)));
	const found = await foundHere(shell, root, sound);
	const rows: readonly Row[] = configRows(settings, found, sources.dotenvFolder).map((row) => ({
		...row,
		line: row.file === undefined || row.said === undefined ? undefined : lineOf(row.file, row.said),
		fault: faults.get(row.name),
	}));
	const unknown = unknownSettings(sources);
	for (const each of unknown) say(shell, `WARNING: ${unknownInWords(shell, each)}`);
	const row = rows.find(({ name }) => name === wanted);
	for (const { fault } of row === undefined ? rows : [row])
		if (fault !== undefined) say(shell, `WARNING: ${fault.message}: ${fault.hint}`);
	if (own['json']) {
		const facts = row === undefined ? { settings: rows.map(factsOf), unknown } : factsOf(row);
		shell.out(`${JSON.stringify({ schemaVersion: 1, ...facts })}\n`);
		return row !== undefined && row.value === undefined ? 1 : 0;
	}
	if (row === undefined) {
		shell.out(tableIn(shell, rows));
		return 0;
	}
	if (row.value !== undefined) {
		shell.out(`${row.value}\n`);
		return 0;
	}
	say(shell, `${row.name} is not set: ${row.otherwise}`);
	return 1;
};

const PATHS = ['template-dir', 'setup', 'venv'] as const;

/** What nobody has said is found out as every command does, and what paths lead to from here. */
async function foundHere(
	shell: Shell,
	root: string | undefined,
	settings: Settings,
): Promise<Partial<Record<SettingName, string>>> {
	try {
		const { workspace, layout } = await projectOf(shell, root, settings);
		const paths = PATHS.flatMap((name) => {
			const path = pathOf(settings, name, shell);
			return path === undefined ? [] : [[name, path] as const];
		});
		return {
			...Object.fromEntries(paths),
			workspace,
			'output-dir': layout.outputDir,
			scheduler: schedulerOf(shell, settings),
			'python-dir': pythonFolder(shell, settings),
		};
	} catch (error) {
		if (!(error instanceof Trouble)) throw error;
		say(shell, `WARNING: ${error.message}`);
		return {};
	}
}

function factsOf({ name, value, layer, said, file, line, otherwise, fault }: Row) {
	return {
		name,
		value: value ?? null,
		layer,
		source: said ?? null,
		file: file ?? null,
		line: line ?? null,
		default: otherwise,
		fault: fault?.message ?? null,
	};
}

function tableIn(shell: Shell, rows: readonly Row[]): string {
	const cells = [['SETTING', 'VALUE', 'FROM'], ...rows.map((row) => [row.name, valueIn(row), fromIn(shell, row)])];
	return `${inWrappedColumns(cells, shell.columns('stdout')).join('\n')}\n`;
}

function valueIn({ value }: Row): string {
	if (value === undefined) return '-';
	return hasOdd(value) ? shownWord(value) : value;
}

function fromIn(shell: Shell, { layer, said, file, line, otherwise }: Row): string {
	if (layer === 'default') return `default: ${otherwise}`;
	if (file === undefined) return said ?? '';
	const place = `${shown(shell, file)}${line === undefined ? '' : `:${line}`}`;
	return layer === '.env' ? `${place} (${said})` : place;
}

function unknownInWords(shell: Shell, { name, file, meant }: UnknownSetting): string {
	const where = file === undefined ? 'the environment' : shown(shell, file);
	const line = file === undefined ? undefined : lineOf(file, name.replace(/[^\w-]/g, '.'));
	const place = line === undefined ? where : `${where}:${line}`;
	const hint = meant.length === 0 ? 'rayslurm config lists all settings' : `did you mean ${meant.join(' or ')}?`;
	return `${place}: no such setting: ${shownWord(name)}: ${hint}`;
}
