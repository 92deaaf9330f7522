// Every help page of the menu, as a person meets it: complete, and each of its examples accepted by the command it shows.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findEntry, MENU } from '../../src/commands/index.ts';
import { overview } from '../../src/commands/overview.ts';
import { readUsage } from '../../src/core/usage.ts';
import { tried, wordsOf } from './tried.ts';
import { typed } from './typed.ts';

const visible = MENU.filter(({ hidden }) => !hidden);

let folder: string;
beforeAll(() => {
	vi.stubGlobal('RAYSLURM_VERSION', '1.2.3');
	folder = mkdtempSync(join(tmpdir(), 'help-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function helpOf(name: string): Promise<string> {
	const { entry } = findEntry(name.split(' ')) ?? {};
	const { command } = (await entry?.load()) ?? {};
	if (command === undefined) throw new Error(`no ${name}`);
	const { out, code } = await typed(command, ['--help'], { cwd: folder });
	expect(code).toBe(0);
	return out;
}

describe.each(visible.map((entry) => [entry.name, entry] as const))('%s --help', (name, entry) => {
	it('says how it is used, what each option means, and shows three examples', async () => {
		const { page } = await entry.load();
		const help = await helpOf(name);
		expect(help).toMatch(new RegExp(`^rayslurm ${name}\\b`));
		expect(page?.usage).toMatch(new RegExp(`^rayslurm ${name}( |$)`));
		for (const line of help.split('\n')) expect(line.length, line).toBeLessThanOrEqual(100);
		expect(page?.about).toMatch(/\w{3}.*\.$/s);
		expect(help).not.toContain('\x1b');
		const flat = help.replaceAll(/\s+/g, ' ');
		for (const { name: option, describe } of page?.options ?? []) {
			expect(flat).toContain(`--${option} `);
			expect(describe).toMatch(/^\S.*[^.]$/);
			expect(flat).toContain(describe.replaceAll(/\s+/g, ' '));
		}
		expect(page?.examples.length).toBeGreaterThanOrEqual(3);
		expect(new Set(page?.examples.map(([command]) => command)).size).toBe(page?.examples.length);
		for (const [command, about] of page?.examples ?? []) {
			// On one line, to be copied.
			const line = help.split('\n').find((each) => each.startsWith(`  ${command.replaceAll('$0', 'rayslurm')}`));
			expect(line, command).toMatch(/^ {2}\S.*?( {2,}\S.*)?$/);
			expect(flat).toContain(about.replaceAll(/\s+/g, ' '));
		}
	});

	it('names in its usage line only words that completion knows', async () => {
		const { page } = await entry.load();
		const known = /^(TARGET|JOB|SETTING|VERSION|NAME|FILE|SCRIPT|SCRIPT\.py|COMMAND|N|[a-z]+)$/;
		for (const { anyOf } of readUsage(page?.usage ?? '', name).words)
			for (const word of anyOf) expect(word).toMatch(known);
	});

	it('shows examples that are accepted as they stand', async () => {
		const { page } = await entry.load();
		for (const [example] of page?.examples ?? [])
			expect(await tried(wordsOf(example), folder), example).toBe('accepted');
	});
});

describe('help', () => {
	it.each([
		['connect', /^rayslurm connect TARGET/],
		['head submit', /^rayslurm head submit \[/],
		['head', /^rayslurm: .*\n(?:.*\n)* {2}head restart/],
		['', /^rayslurm: .*\n(?:.*\n)* {2}status/],
	])('%s', async (words, shown) => {
		const { command } = (await findEntry(['help'])?.entry.load()) ?? {};
		if (command === undefined) throw new Error('no help');
		const said = await typed(command, words.split(' ').filter(Boolean), { cwd: folder });
		expect(said).toEqual({ code: 0, err: '', out: expect.stringMatching(shown) });
		await expect(typed(command, ['conect'], { cwd: folder })).rejects.toMatchObject({
			hint: expect.stringContaining('rayslurm connect'),
		});
	});

	it.each(MENU.filter(({ hidden }) => hidden).map(({ name }) => name))(
		'%s runs nothing that jobs type',
		async (name) => {
			const { page } = (await findEntry(name.split(' '))?.entry.load()) ?? {};
			const said = tried(['help', ...name.split(' ')], folder);
			expect(await said).toMatch(
				page === undefined ? /^.* has no page → rayslurm itself types this command/ : /^accepted$/,
			);
		},
	);
});

describe('what jobs type', () => {
	it.each(['idle-watch', 'run-client', 'run-node', 'doctor-probe', 'session-logs', 'serve-signs'])(
		'%s refuses what it does not know in a sentence',
		async (name) => {
			const { command } = (await findEntry([name])?.entry.load()) ?? {};
			if (command === undefined) throw new Error(`no ${name}`);
			await expect(typed(command, ['--nonsense', '--'], { cwd: folder })).rejects.toMatchObject({
				kind: 'usage',
				message: "Unknown option '--nonsense'",
				hint: expect.stringContaining('rayslurm itself types this command'),
			});
		},
	);
});

describe('an example that is not right', () => {
	it.each([
		['$0 conect 1 x.py', /no such command/],
		['$0 connect 1 --tmie=5 x.py', /unknown option/],
		['$0 head submit --idle-windwo off', /unknown option/],
		['eval "$($0 config nonsense)"; ray status', /no such setting/],
		['$0 template show haed | less', /No such template/],
	])('%s would be seen', async (example, why) => {
		expect(await tried(wordsOf(example), folder)).toMatch(why);
	});
});

describe('the overview', () => {
	it('shows every command once, in a group, on one line of a terminal', () => {
		const lines = overview(undefined).split('\n');
		for (const { name, about } of visible) {
			const shown = lines.filter((line) => line.startsWith(`  ${name} `) && line.endsWith(`  ${about}`));
			expect(shown, name).toHaveLength(1);
		}
		for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
		expect(lines.length).toBeLessThan(60);
	});

	it('fits the terminal that shows it, and loses no word', () => {
		for (const columns of [60, 80]) {
			const shown = overview(columns);
			for (const line of shown.split('\n')) expect(line.length).toBeLessThanOrEqual(Math.max(columns, 79));
			expect(shown.replaceAll(/\s+/g, ' ')).toBe(overview(undefined).replaceAll(/\s+/g, ' '));
		}
	});

	it('leaves out what jobs type, and TAB does too', async () => {
		const { command } = (await findEntry(['complete'])?.entry.load()) ?? {};
		if (command === undefined) throw new Error('no complete');
		const offered = (await typed(command, ['fish', ''], { cwd: folder })).out;
		for (const name of ['idle-watch', 'run-client']) {
			expect(overview(undefined)).not.toContain(name);
			expect(offered).not.toContain(name);
		}
		for (const name of ['help', 'man']) expect(offered).toMatch(new RegExp(`^${name}\t`, 'm'));
		expect(await helpOf('idle-watch')).toMatch(/^rayslurm idle-watch/);
	});

	it('names no command twice', () => {
		expect(new Set(MENU.map(({ name }) => name)).size).toBe(MENU.length);
	});
});
