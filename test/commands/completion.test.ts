// The script for bash, in a bash: what rayslurm answers is offered as it is, and none of it is run.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command } from '../../src/commands/completion.ts';
import { typed } from './typed.ts';

let cwd: string;
beforeAll(() => {
	cwd = mkdtempSync(join(tmpdir(), 'completion-'));
});
afterAll(() => rmSync(cwd, { recursive: true }));

const scriptFor = async (shell: string) => (await typed(command, [shell], { cwd })).out;

/** `before`: what makes rayslurm known to this bash. */
async function offered(before: string) {
	const lines = [
		before,
		await scriptFor('bash'),
		'compopt() { printf "[%s]" "$*"; }',
		"COMP_WORDBREAKS='=:' COMP_POINT=12 COMP_LINE='rayslurm con' COMP_WORDS=(rayslurm con) COMP_CWORD=1",
		'_rayslurm; printf "<%s>" "${COMPREPLY[@]}"',
	];
	const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', lines.join('\n')], {
		cwd,
		encoding: 'utf8',
		env: { PATH: '/usr/bin:/bin' },
	});
	expect(stderr).toBe('');
	return stdout;
}

describe('the script for bash', () => {
	it('asks rayslurm with the line as it stands', async () => {
		expect(await offered('rayslurm() { printf "%s\\n" "$@"; }')).toBe('<complete><bash><=:><12><rayslurm con>');
	});

	it('runs nothing of the answer, and keeps its blanks and quotes', async () => {
		const answer = `$'\\tfilenames\\n$(touch pwned)\\n\`touch pwned\`\\na  b\\n*\\nit\\'s'`;
		expect(await offered(`rayslurm() { printf '%s\\n' ${answer}; }`)).toBe(
			"[-o filenames]<$(touch pwned)><`touch pwned`><a  b><*><it's>",
		);
		expect(existsSync(join(cwd, 'pwned'))).toBe(false);
	});

	it('offers nothing where rayslurm fails, and says nothing', async () => {
		expect(await offered('rayslurm() { echo oops >&2; return 1; }')).toBe('<>');
	});
});

it.each([
	['bash', "ask=(/usr/bin/node '/opt/it'\\''s/rayslurm.cjs')"],
	['zsh', "ask=(/usr/bin/node '/opt/it'\\''s/rayslurm.cjs')"],
	['fish', "set ask '/usr/bin/node' '/opt/it\\'s/rayslurm.cjs'"],
])('%s asks this very rayslurm where none is in PATH', async (shell, line) => {
	expect(await scriptFor(shell)).toContain(line);
});

it.each([
	[[], 'For which shell?', 'rayslurm completion bash, zsh or fish'],
	[['bsh'], "No such shell: 'bsh'", 'did you mean bash?'],
	[['constructor'], "No such shell: 'constructor'", 'rayslurm completion bash, zsh or fish'],
])('%j is refused', async (words, message, hint) => {
	await expect(typed(command, words, { cwd })).rejects.toMatchObject({ kind: 'usage', message, hint });
});
