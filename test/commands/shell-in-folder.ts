// A shell of straw in a fresh folder, with a home of its own: for what depends on where one types.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import { run } from '../../src/adapters/run.ts';
import type { OwnValues } from '../../src/commands/own-options.ts';
import { environmentOf, findProject } from '../../src/commands/project.ts';
import type { Shell } from '../../src/commands/shell.ts';

export let top: string;
export let home: string;
export let place: string;

/** Called by each file that uses the above. */
export function useFreshFolder(): void {
	beforeEach(() => {
		top = realpathSync(mkdtempSync(join(tmpdir(), 'project-')));
		home = folder('home');
		place = folder('home/project/deep');
	});
	afterEach(() => rmSync(top, { recursive: true }));
}

export function folder(name: string): string {
	const path = join(top, name);
	mkdirSync(path, { recursive: true });
	return path;
}

export function put(name: string, text: string, mode = 0o644): string {
	const path = join(top, name);
	mkdirSync(dirname(path), { recursive: true });
	writeFileSync(path, text, { mode });
	return path;
}

export interface Typed {
	readonly cwd?: string;
	readonly environment?: Record<string, string>;
	readonly flags?: OwnValues;
}

export const said: string[] = [];
export const traced = vi.fn();
export const promised = vi.fn();

export async function find({ cwd = place, environment = {}, flags = {} }: Typed = {}) {
	said.length = 0;
	const shell = {
		cwd,
		environment: { HOME: home, PATH: '/usr/bin:/bin', ...environment },
		err: (text: string) => said.push(text),
		traceFromNowOn: traced,
		openAtOnce: async () => {},
		promiseCpus: promised,
		run: (argv: readonly string[], timeoutMs: number) => run(argv, { timeoutMs }),
	} as unknown as Shell;
	const project = await findProject(shell, flags);
	return { ...project, outputDir: project.layout.outputDir, shell, project };
}

export const chosen = async (typed: Typed = {}) => {
	const { shell, project } = await find(typed);
	const { kind, words } = environmentOf(shell, project);
	return [kind, ...words].join(' ').replaceAll(top, '');
};

export const refused = async (typed: Typed, message: RegExp | string) => {
	await expect(find(typed)).rejects.toMatchObject({ kind: 'usage', message: expect.stringMatching(message) });
};
