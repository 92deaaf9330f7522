// What goes into a pipe is text, whatever the command.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MENU } from '../../src/commands/index.ts';
import { bundleInto } from '../bundle.ts';

let folder: string;
let program: string;
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'pipe-'));
	program = join(folder, 'cli.cjs');
	bundleInto(program);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function printed(words: readonly string[], env: Record<string, string>): Promise<{ code: number; text: string }> {
	const child = spawn(process.execPath, [program, ...words], {
		stdio: ['ignore', 'pipe', 'pipe'],
		cwd: folder,
		env: { PATH: folder, HOME: folder, TERM: 'xterm-256color', ...env },
	});
	let text = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.on('data', (chunk) => {
			text += chunk;
		});
	}
	const [code] = await once(child, 'close');
	return { code, text };
}

describe('in a pipe no command prints escape codes', () => {
	const names = MENU.filter(({ hidden }) => !hidden).map(({ name }) => name);
	it.each(names)('%s', { concurrent: true }, async (name) => {
		// A mistake that the command itself refuses, in colours if there were any.
		const { text } = await printed([...name.split(' '), '--no-such-option'], {});
		expect(text).not.toBe('');
		expect(text).not.toContain('\x1b');
	});

	it.each([
		[{}, false],
		[{ FORCE_COLOR: '1' }, true],
		[{ FORCE_COLOR: '1', NO_COLOR: '1' }, false],
	])('an error with %j: %s', async (env, coloured) => {
		const { text } = await printed(['no-such-command'], env);
		expect(text.includes('\x1b[31mERROR:')).toBe(coloured);
		expect(text).toContain('No such command');
	});

	it.each([
		[{}, false],
		[{ FORCE_COLOR: '1' }, true],
		[{ FORCE_COLOR: '1', NO_COLOR: '1' }, false],
	])('facts with %j: %s', async (env, coloured) => {
		const { text } = await printed(['status', '--scheduler=local'], env);
		expect(text.includes('\x1b[2mAs of ')).toBe(coloured);
	});
});

it('a terminal that is closed under a picture ends it as it ends any program', async () => {
	const closes = `
import os, pty, subprocess, sys
master, terminal = pty.openpty()
child = subprocess.Popen(sys.argv[1:], stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True,
	preexec_fn=lambda: __import__("fcntl").ioctl(0, __import__("termios").TIOCSCTTY, 0))
os.close(terminal)
while b"As of" not in os.read(master, 10_000): pass
os.close(master)
print(child.wait(10))
`;
	const words = [process.execPath, program, 'status', '--watch=1', '--scheduler=local'];
	const child = spawn('python3', ['-c', closes, ...words], {
		stdio: ['ignore', 'pipe', 'inherit'],
		cwd: folder,
		env: { PATH: process.env['PATH'], HOME: folder, TERM: 'xterm' },
	});
	let text = '';
	child.stdout.on('data', (chunk) => {
		text += chunk;
	});
	await once(child, 'close');
	expect(text).toBe('-1\n');
});
