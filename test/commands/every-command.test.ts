// What all commands have in common, read from what each declares: --scheduler, --json where facts are printed, --dry-run where
// something is changed. A new command has to be put in its place here.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { asksJson } from '../../src/commands/asks-json.ts';
import { MENU } from '../../src/commands/index.ts';
import { tableOf } from '../../src/commands/own-options.ts';
import { failureWords } from '../../src/core/failure-words.ts';
import { tried, wordsOf } from './tried.ts';
import { typed } from './typed.ts';

/** A script for a shell, pages for people. */
const WITHOUT_FACTS = ['completion', 'help', 'man'];
const ONLY_LOOKS = [
	...['status', 'wait', 'logs', 'env', 'config', 'python list', 'local jobs', 'template list', 'template show'],
	...WITHOUT_FACTS,
];
const visible = MENU.filter(({ hidden }) => !hidden);

let folder: string;
beforeAll(() => {
	vi.stubGlobal('RAYSLURM_VERSION', '1.2.3');
	folder = mkdtempSync(join(tmpdir(), 'every-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function without(option: string): Promise<readonly string[]> {
	const pages = await Promise.all(visible.map(async ({ name, load }) => ({ name, page: (await load()).page })));
	return pages.filter(({ page }) => !tableOf(page?.options ?? []).long.has(option)).map(({ name }) => name);
}

it('what prints facts has --json, what changes something --dry-run', async () => {
	expect((await without('json')).toSorted()).toEqual(WITHOUT_FACTS.toSorted());
	expect((await without('dry-run')).toSorted()).toEqual(ONLY_LOOKS.toSorted());
});

describe.each(visible.map((entry) => [entry.name, entry] as const))('%s', (name, { load }) => {
	const begun = name.split(' ');

	it('takes --scheduler, and refuses one that is not there', async () => {
		const { page } = await load();
		const [example = ''] = page?.examples[0] ?? [];
		const rest = wordsOf(example).slice(begun.length);
		expect(await tried([...begun, '--scheduler=local', ...rest], folder)).toBe('accepted');
		expect(await tried([...begun, '--scheduler', 'pbs', ...rest], folder)).toMatch(/^No such scheduler: 'pbs' → /);
	});

	it('tells a mistake as JSON where that is asked for', async () => {
		const { command } = await load();
		const words = ['--json', '--no-such-option'];
		const error: unknown = await typed(command, words, { cwd: folder }).catch((thrown) => thrown);
		const wish = { cwd: folder, json: await asksJson([...begun, ...words]), colours: false, self: '' };
		const { out, code } = failureWords(error, wish);
		expect(code).toBe(2);
		expect(JSON.parse(out)).toMatchObject({ schemaVersion: 1, error: { code: 'usage' } });
	});
});

it.each(['local submit', 'local jobs', 'local cancel', 'demo'])('%s is of this machine alone', async (name) => {
	const words = [...name.split(' '), '--scheduler=slurm', ...(name === 'demo' ? ['--dry-run'] : ['12'])];
	expect(await tried(words, folder)).toMatch(/^--scheduler=slurm: .* this machine.* → /);
});

it('demo --dry-run shows its commands, as JSON too', async () => {
	const { command } = await import('../../src/commands/demo.ts');
	const { out } = await typed(command, ['--dry-run'], { cwd: folder });
	const facts = JSON.parse((await typed(command, ['--dry-run', '--json'], { cwd: folder })).out);
	expect(facts.schemaVersion).toBe(1);
	expect(facts.commands.map((words: readonly string[]) => `${words.join(' ')}\n`).join('')).toBe(out);
	await expect(typed(command, ['--json'], { cwd: folder })).rejects.toMatchObject({ hint: 'add --dry-run' });
});

describe('--json is asked for', () => {
	it.each([
		['status --json', true],
		['status --no-such --json', true],
		['wait 1 --for --json', false],
		['connect 1 --json x.py', true],
		['connect 1 x.py --json', false],
		['connect 1 --script run --json', false],
		['connect 1 --setup x.py --json', true],
		['connect 1 -- --json', false],
		['exec 1 --json -- true', true],
		['exec 1 -- ray status --json', false],
		['local submit --time 5 --json job.sh', true],
		['local submit --time 5 job.sh --json', false],
		['logs --json 1', true],
		['logs 1 --json', true],
		['no-such-command --json', true],
		['run-client --json', false],
	])('%s: %s', async (line, asked) => {
		expect(await asksJson(line.split(' '))).toBe(asked);
	});
});
