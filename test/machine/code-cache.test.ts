// The start of the bundle, over two parts that say which of them V8 has compiled: code is known by its length alone, so a program
// that was changed without a word shows whether the kept code of the first one is used.
import { execFileSync } from 'node:child_process';
import {
	chmodSync,
	chownSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	symlinkSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const START = readFileSync(resolve(import.meta.dirname, '../../src/bundle/start.cjs'), 'utf8');

const BUILDS = { one: '1'.repeat(16), two: '2'.repeat(16), three: '3'.repeat(16) };

let home: string;
const state = () => join(home, '.local/state/rayslurm');
const folder = () => join(state(), 'code', `${BUILDS.one}-${process.version}-${process.arch}`);
const kept = () => join(folder(), 'status');

function program(answer: number, build: keyof typeof BUILDS = 'one', from = './answer.js'): string {
	const chunks = {
		'./cli.js': `console.log(require('${from}').answer()); if (process.argv[3] === 'fail') process.exitCode = 1;`,
		[from]: `exports.answer = /* a comment in a comment *\x7f/ () => ${answer};`,
	};
	const lengths = Object.entries(chunks).map(([name, text]) => `${name}:${text.length}`);
	const before = `'use strict';\nconst BUILD = '${BUILDS[build]}';\nconst LENGTHS = '${lengths.join(' ')}';\n`;
	const file = join(home, `program-${build}-${answer}.cjs`);
	writeFileSync(file, `${before}${START}function parts(){/*${Object.values(chunks).join('')}*/}`);
	return file;
}

function says(file: string, env: Record<string, string> = {}, words = ['status'], node: string[] = []): string {
	return execFileSync(process.execPath, [...node, file, ...words], { encoding: 'utf8', env: { HOME: home, ...env } });
}

function linkInstead(path: string): void {
	renameSync(path, join(home, 'elsewhere'));
	symlinkSync(join(home, 'elsewhere'), path);
}

beforeEach(() => {
	home = mkdtempSync(join(tmpdir(), 'code-cache-'));
	mkdirSync(state(), { recursive: true, mode: 0o700 });
});
afterEach(() => rmSync(home, { recursive: true }));

describe('what V8 made of a command', () => {
	it('is kept for this user alone, and used the next time', () => {
		expect(says(program(41))).toBe('41\n');
		expect(readdirSync(folder())).toEqual(['status']);
		expect([statSync(folder()).mode & 0o777, statSync(kept()).mode & 0o777]).toEqual([0o700, 0o600]);
		const { ino } = statSync(kept());
		expect(says(program(42))).toBe('41\n');
		expect(statSync(kept()).ino).toBe(ino);
	});

	it.each<[string, () => void]>([
		['is cut short', () => writeFileSync(kept(), readFileSync(kept()).subarray(0, -8))],
		['is nothing', () => writeFileSync(kept(), '')],
		['is no code', () => writeFileSync(kept(), 'x'.repeat(5_000))],
		['has lost its end', () => writeFileSync(kept(), readFileSync(kept()).fill(0, 200))],
		['has lost a block', () => writeFileSync(kept(), readFileSync(kept()).fill(0, 512, 1_024))],
		...(process.geteuid?.() === 0
			? [['is of somebody else', () => chownSync(kept(), 12_345, 12_345)] satisfies [string, () => void]]
			: []),
		['can be written by others', () => chmodSync(kept(), 0o660)],
		['is a link', () => linkInstead(kept())],
	])('is made anew where it %s', (_, spoil) => {
		says(program(41));
		spoil();
		expect(says(program(42))).toBe('42\n');
		expect(says(program(43))).toBe('42\n');
		expect(statSync(kept()).mode & 0o777).toBe(0o600);
	});

	it.each<[string, Record<string, string>, string[], string[]]>([
		['in a job', { SLURM_JOB_ID: '1' }, ['status'], []],
		['where that is not wanted', { NODE_DISABLE_COMPILE_CACHE: '1' }, ['status'], []],
		['with other options of node', {}, ['status'], ['--no-opt']],
		['with other options of node by environment', { NODE_OPTIONS: '--no-warnings' }, ['status'], []],
		['for what is no command', {}, ['../../status'], []],
		['for a user who has no head yet', { HOME: '/nonexistent' }, ['status'], []],
		['for somebody without a home', { HOME: '' }, ['status'], []],
	])('is neither kept nor used %s', (_, env, words, node) => {
		expect(says(program(41), env, words, node)).toBe('41\n');
		expect(existsSync(join(state(), 'code'))).toBe(false);
		says(program(41));
		expect(says(program(42), env, words, node)).toBe('42\n');
	});

	it('is not kept where others could put theirs, nor of a command that fails', () => {
		expect(() => says(program(41), {}, ['status', 'fail'])).toThrow();
		expect(existsSync(join(state(), 'code'))).toBe(false);
		chmodSync(state(), 0o777);
		says(program(41));
		expect(existsSync(join(state(), 'code'))).toBe(false);
	});

	it.each<[string, () => void]>([
		['the folder of the state is a link', () => linkInstead(state())],
		['the folder of all code is a link', () => linkInstead(join(state(), 'code'))],
		['its own folder is a link', () => linkInstead(folder())],
		['others may write to its folder', () => chmodSync(folder(), 0o770)],
		['others may put a folder of theirs above it', () => chmodSync(join(home, '.local'), 0o777)],
		...(process.geteuid?.() === 0
			? [
					['a folder above it is of somebody else', () => chownSync(home, 12_345, 12_345)] satisfies [
						string,
						() => void,
					],
				]
			: []),
	])('is neither used nor made anew where %s', (_, spoil) => {
		says(program(41));
		const { ino } = statSync(kept());
		spoil();
		expect(says(program(42))).toBe('42\n');
		expect(statSync(kept()).ino).toBe(ino);
		expect(says(program(43))).toBe('43\n');
	});

	it('is not waited for where something else stands in its place', () => {
		says(program(41));
		rmSync(kept());
		execFileSync('mkfifo', [kept()]);
		expect(says(program(42))).toBe('42\n');
		expect(statSync(kept()).isFile()).toBe(true);
	});

	it('of other parts of the command is kept, too', () => {
		says(program(41));
		expect(says(program(42, 'one', './else.js'))).toBe('42\n');
		expect(says(program(43))).toBe('41\n');
	});

	it('of another build is left alone, and removed after a month', () => {
		says(program(41));
		expect(says(program(42, 'two'))).toBe('42\n');
		expect(readdirSync(join(state(), 'code'))).toHaveLength(2);
		const long = new Date(Date.now() - 31 * 24 * 3_600_000);
		utimesSync(folder(), long, long);
		mkdirSync(join(state(), 'code/mine'));
		utimesSync(join(state(), 'code/mine'), long, long);
		says(program(43, 'three'));
		expect(existsSync(join(state(), 'code/mine'))).toBe(true);
		rmSync(join(state(), 'code/mine'), { recursive: true });
		expect(readdirSync(join(state(), 'code')).map((name) => name.split('-')[0])).toEqual([BUILDS.two, BUILDS.three]);
	});

	it('is looked for where the state of users is', () => {
		const states = join(home, 'states');
		mkdirSync(join(states, 'rayslurm'), { recursive: true });
		says(program(41), { XDG_STATE_HOME: states });
		expect(readdirSync(join(states, 'rayslurm'))).toEqual(['code']);
	});
});
