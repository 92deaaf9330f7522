// Ejected templates, from the copy to what a job script is made from.
import { spawnSync } from 'node:child_process';
import {
	chmodSync,
	chownSync,
	existsSync,
	lstatSync,
	readdirSync,
	readFileSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { templateFor } from '../../src/commands/own-templates.ts';
import { command as eject } from '../../src/commands/template-eject.ts';
import { command as list } from '../../src/commands/template-list.ts';
import { command as show } from '../../src/commands/template-show.ts';
import { TEMPLATES } from '../../src/commands/templates.ts';
import { find, folder, home, place, put, said, top, useFreshFolder } from './shell-in-folder.ts';
import { typed } from './typed.ts';

useFreshFolder();
beforeAll(() => void vi.stubGlobal('RAYSLURM_VERSION', '1.2.3'));

const mine = () => join(place, 'templates/head.sbatch');
const run = (command: typeof eject, ...words: string[]) =>
	typed(command, words, { cwd: place, environment: { HOME: home } });
const change = (from: string | RegExp, to: string) =>
	writeFileSync(mine(), readFileSync(mine(), 'utf8').replace(from, to));

async function templateOf(flags = {}) {
	const { shell, project } = await find({ flags });
	return templateFor(shell, project, 'head');
}
/** One that is not my own: as root any, else one that I am in besides. */
const groupOfOthers = () =>
	process.getuid?.() === 0 ? 65534 : (process.getgroups?.().find((gid) => gid !== process.getgid?.()) ?? 0);
const listed = async (...words: string[]) => JSON.parse((await run(list, '--json', ...words)).out).templates[0];

describe('eject', () => {
	it('writes a copy that says what it is a copy of, and is then in force', async () => {
		expect(await templateOf()).toBe(TEMPLATES.head);
		expect(await run(eject, 'head')).toEqual({
			code: 0,
			out: 'templates/head.sbatch\n',
			err: 'rayslurm head submit in this project will use it: change it, then look with --dry-run\n',
		});
		expect(await listed()).toMatchObject({ state: 'same', file: mine(), ejectedFrom: '1.2.3', faults: [] });
		change('# A persistent', '# My own. A persistent');
		expect(await templateOf()).toBe(readFileSync(mine(), 'utf8'));
		expect(said).toEqual(['Note: the script is made from templates/head.sbatch\n']);
		expect(await listed()).toMatchObject({ state: 'changed' });
		expect((await run(show, 'head')).out).toBe(readFileSync(mine(), 'utf8'));
		expect((await run(show, 'head', '--shipped')).out).toBe(TEMPLATES.head);
		const diff = (await run(show, 'head', '--diff')).out.split('\n').filter((line) => /^[-+]/.test(line));
		expect(diff).toEqual([
			expect.stringMatching(/^-# A persistent/),
			expect.stringMatching(/^\+# My own. A persistent/),
		]);
		const facts = async (...words: string[]) => JSON.parse((await run(show, 'head', '--json', ...words)).out);
		const file = { schemaVersion: 1, name: 'head', file: mine() };
		expect(await facts()).toEqual({ ...file, text: readFileSync(mine(), 'utf8') });
		expect((await facts('--diff')).diff).toEqual(expect.arrayContaining(diff));
		expect(await facts('--shipped')).toEqual({ ...file, file: null, text: TEMPLATES.head });
	});

	it('is refused where there is one already, unless it is forced', async () => {
		await run(eject, 'head');
		change('# A persistent', '# My own');
		await expect(run(eject, 'head')).rejects.toMatchObject({
			kind: 'usage',
			message: `It is there already: ${mine()}`,
		});
		expect((await run(eject, 'head', '--force', '--json')).out).toBe(
			`${JSON.stringify({ schemaVersion: 1, name: 'head', file: mine() })}\n`,
		);
		expect(await listed()).toMatchObject({ state: 'same' });
	});

	it('writes nothing in a dry run', async () => {
		const { out, err } = await run(eject, 'client', '--dry-run', '--whole');
		expect(err).toBe('Would write templates/client.sbatch\n');
		expect(out).toMatch(
			/^#!\/bin\/bash\n# A copy of rayslurm's template client, from version 1\.2\.3, fingerprint \w{12}\.\n/,
		);
		expect(out).not.toContain('#@include');
		expect(existsSync(join(place, 'templates'))).toBe(false);
	});

	it('writes elsewhere where it is told to', async () => {
		expect((await run(eject, 'head', '../x.sbatch')).err).toMatch(
			/^It is used where it is named head\.sbatch and --template-dir/,
		);
		expect((await run(eject, 'head', '--template-dir', '~/t')).out).toBe(`${home}/t/head.sbatch\n`);
		expect(await listed()).toMatchObject({ state: 'shipped', file: null });
		expect(await listed('--template-dir', '~/t')).toMatchObject({ state: 'same', file: `${home}/t/head.sbatch` });
		expect(await templateOf({ 'template-dir': '~/t' })).toContain("A copy of rayslurm's template head");
	});

	it('with its parts in place is the same, and bash and shellcheck accept both', async () => {
		await run(eject, 'head');
		await run(eject, 'head', '../whole.sbatch', '--whole');
		const both = [mine(), join(place, '../whole.sbatch')];
		for (const path of both) expect(spawnSync('bash', ['-n', path]).status).toBe(0);
		const checked = spawnSync('shellcheck', both, { encoding: 'utf8' });
		if (checked.error === undefined) expect(checked.stdout).toBe('');
		await run(eject, 'head', '--whole', '--force');
		expect(await listed()).toMatchObject({ state: 'same' });
		expect((await run(show, 'head', '--diff')).err).toContain('No line differs');
	});
});

describe('a copy in force', () => {
	it('that the shipped one has outgrown is used, and said so', async () => {
		await run(eject, 'head');
		change(/from version \S+ fingerprint \w+/, 'from version 0.9.0, fingerprint 0123456789ab');
		await templateOf();
		expect(said).toEqual([
			"Note: the script is made from templates/head.sbatch; rayslurm's own has changed since version 0.9.0: rayslurm template show head --diff\n",
		]);
		expect(await listed()).toMatchObject({ state: 'outdated', ejectedFrom: '0.9.0' });
		expect((await run(list)).out).toContain('older than the shipped one: see rayslurm template show head --diff');
	});

	it('that lacks a hole, or has one too many, is refused with its name', async () => {
		await run(eject, 'head');
		change('@@SUPERVISOR_OPTIONS@@', '');
		await expect(templateOf()).rejects.toMatchObject({
			kind: 'usage',
			message: `${mine()}: the hole @@SUPERVISOR_OPTIONS@@ is missing`,
			hint: expect.stringMatching(
				/^in the shipped template it is in line \d+: NODE_OPTIONS=.*; compare with: rayslurm template show head --diff$/,
			),
		});
		await run(eject, 'head', '--force');
		change('# A persistent', '#SBATCH --qos=@@QOS@@\n# A persistent');
		await expect(templateOf()).rejects.toMatchObject({
			message: `${mine()}:15: nothing fills the hole @@QOS@@`,
		});
		expect(await listed()).toMatchObject({ state: 'faulty', faults: [{ line: 15 }] });
		expect((await run(list)).out).toContain('faulty: templates/head.sbatch:15: nothing fills');
	});

	it.each([
		['a folder that everybody can write to', 'templates', 0o777, /in a folder that others can write to/],
		["a folder that a group's members can write to", 'templates', 0o2775, /in a folder that others can write to/],
		['a project of a group', '.', 0o2775, /in a folder that others can write to/],
		['a file that a group can write to', 'templates/head.sbatch', 0o664, /yours, but others can write to it/],
	])('is not taken from %s', async (_, name, mode, why) => {
		await run(eject, 'head');
		const path = join(place, name);
		chownSync(path, process.getuid?.() ?? 0, groupOfOthers());
		chmodSync(path, mode);
		expect(await templateOf()).toBe(TEMPLATES.head);
		expect(said.at(-1)).toMatch(why);
		expect(said.at(-1)).toMatch(/: it is not used\n$/);
		chmodSync(path, mode & ~0o022);
		expect(await templateOf()).toContain('A copy');
	});

	it.skipIf(process.getuid?.() !== 0)("is not taken where it is somebody else's", async () => {
		await run(eject, 'head');
		chownSync(mine(), 65534, 65534);
		expect(await templateOf()).toBe(TEMPLATES.head);
		expect(said.at(-1)).toBe(`Note: ${mine()} is somebody else's: it is not used\n`);
		chmodSync(join(place, 'templates'), 0o777);
		await templateOf();
		expect(said.at(-1)).toBe(
			`Note: ${mine()} is somebody else's, in a folder that everybody can write to: it is not used\n`,
		);
	});

	it('is not what merely has its name', async () => {
		put('home/project/deep/templates/head.sbatch', '#!/bin/bash\necho mine\n');
		expect(await templateOf()).toBe(TEMPLATES.head);
		expect(said).toEqual([
			"Note: templates/head.sbatch is not used: it does not say that it is a copy of rayslurm's template\n",
		]);
		// Unless the folder was named.
		await expect(templateOf({ 'template-dir': 'templates' })).rejects.toMatchObject({ kind: 'usage' });
		await expect(templateOf({ 'template-dir': 'nowhere' })).rejects.toMatchObject({
			kind: 'failed',
			message: `--template-dir: not there: ${place}/nowhere`,
		});
		folder('home/project/deep/empty');
		expect(await templateOf({ 'template-dir': 'empty' })).toBe(TEMPLATES.head);
	});

	it('can be read by colleagues', async () => {
		await run(eject, 'head');
		expect(statSync(mine()).mode & 0o044).toBe(0o044 & ~process.umask());
		expect(top).not.toBe('');
	});
});

it.each([
	[[], 'Which template?', 'there is head, client'],
	[['haed'], "No such template: 'haed'", 'did you mean head?'],
])('%j is refused', async (words, message, hint) => {
	for (const command of [show, eject])
		await expect(run(command, ...words)).rejects.toMatchObject({ kind: 'usage', message, hint });
});

it('eject --force puts a file in the place of a link, and leaves what that leads to', async () => {
	const dear = put('dear', 'dear');
	folder('home/project/deep/templates');
	symlinkSync(dear, mine());
	await run(eject, 'head', '--force');
	expect([readFileSync(dear, 'utf8'), lstatSync(mine()).isFile()]).toEqual(['dear', true]);
	expect(await listed()).toMatchObject({ state: 'same' });
	const other = folder('home/project/deep/templates/other.sbatch');
	await expect(run(eject, 'head', other, '--force')).rejects.toThrow('Cannot write');
	expect(readdirSync(join(place, 'templates')).sort()).toEqual(['head.sbatch', 'other.sbatch']);
});
