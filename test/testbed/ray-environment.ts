// A real Ray in a virtual environment that ordinary users can read.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { rayFolder } from './places.ts';

export const RAY_VERSION = '2.60.0';
const RAY = `ray[default]==${RAY_VERSION}`;
const PYTHON = '/usr/bin/python3';

/** The scripts of a virtual environment name its folder, so it cannot be made elsewhere and moved here. Instead the last
 *  thing written is what it holds: without that, or with another Ray or Python, it is made anew. */
export async function makeRayEnvironment(say: (line: string) => void): Promise<void> {
	const stamp = join(rayFolder, 'holds');
	const { stdout: python } = await execa(PYTHON, ['--version']);
	const wanted = `${RAY}, ${python}\n`;
	if ((await readFile(stamp, 'utf8').catch(() => '')) === wanted) return;
	say(`installing ${RAY} into ${rayFolder}: about a minute, this once`);
	await rm(rayFolder, { recursive: true, force: true });
	const options = { stdin: 'ignore', timeout: 600_000 } as const;
	await execa(PYTHON, ['-m', 'venv', rayFolder], options);
	const pip = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check', RAY];
	await execa(join(rayFolder, 'bin/python3'), pip, options);
	await writeFile(stamp, wanted);
}
