import { spawn, spawnSync } from 'node:child_process';
import {
	existsSync,
	lstatSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execaSync } from 'execa';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeNest } from '../../src/adapters/nest.ts';
import type { Nest } from '../../src/core/world.ts';
import { bundle } from './child-program.ts';

const JOB = '4711';
let nest: Nest;
let owner: string;
let place: string;

beforeEach(async () => {
	place = mkdtempSync(join(tmpdir(), 'nest-test-'));
	owner = `${JOB}-${Math.random().toString(16).slice(2)}`;
	nest = await makeNest(JOB, owner);
});

afterEach(async () => {
	await nest.close();
	rmSync(place, { recursive: true, force: true });
});

/** Processes whose command line holds this word, the test's own aside. */
function processesWith(word: string): number[] {
	return readdirSync('/proc')
		.filter((entry) => /^\d+$/.test(entry))
		.filter((pid) => {
			try {
				return Number(pid) !== process.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(word);
			} catch {
				return false;
			}
		})
		.map(Number);
}

async function until(check: () => boolean): Promise<void> {
	const deadline = performance.now() + 5_000;
	while (!check()) {
		expect(performance.now()).toBeLessThan(deadline);
		await delay(10);
	}
}

describe('a nest', () => {
	it('is private, short, and gone after its end with all that it kept', async () => {
		const { folder } = nest;
		expect(lstatSync(folder).mode & 0o777).toBe(0o700);
		expect(`${folder}/ray`.length).toBeLessThanOrEqual(38);
		const token = join(place, 'two  spaces', 'token');
		execaSync('mkdir', ['-p', join(place, 'two  spaces')]);
		writeFileSync(token, 'secret');
		nest.keepToken(token);
		const info = join(place, 'info');
		writeFileSync(info, 'A=1\nINCARNATION=0-abc\n');
		nest.keepInfo(info, '0-abc');
		const newer = join(place, 'newer');
		writeFileSync(newer, 'INCARNATION=1-def\n');
		nest.keepInfo(newer, '0-abc');
		const link = join(place, 'link');
		expect(await nest.link(link, `${folder}/ray`)).toBe(true);
		expect(await nest.close()).toBe(true);
		expect([folder, token, info, link].filter((path) => existsSync(path))).toEqual([]);
		expect(() => readlinkSync(link)).toThrow();
		expect(existsSync(newer)).toBe(true);
	});

	it('ends its processes however they hide: detached, in a session of their own, or with another environment', async () => {
		const word = `hidden-${owner}`;
		const hide = `exec -a ${word} sleep 300`;
		await nest.spawn({
			argv: [
				'bash',
				'-c',
				`(${hide}) & setsid bash -c '${hide}' & (env -i bash -c '${hide}' &) ; setsid env -i bash -c '${hide}' & wait`,
			],
			environment: {},
			outputFile: '/dev/null',
		});
		await until(() => processesWith(word).length >= 4);
		expect(await nest.close()).toBe(true);
		expect(processesWith(word)).toEqual([]);
	});

	it("spares a process that inherited the mark and belongs to another job, and everybody else's", async () => {
		const environment = { PATH: process.env['PATH'], RAYSLURM_OWNER: owner, SLURM_JOB_ID: '4712' };
		const neighbour = spawn('sleep', ['300'], { env: environment, stdio: 'ignore', detached: true });
		expect(await nest.close()).toBe(true);
		expect(neighbour.exitCode).toBeNull();
		expect(processesWith('sleep')).toContain(neighbour.pid);
		neighbour.kill('SIGKILL');
	});

	it('is not held up by a FIFO in the place of an information file', async () => {
		const fifo = join(place, 'fifo');
		execaSync('mkfifo', [fifo]);
		nest.keepInfo(fifo, '0-abc');
		expect(await nest.close()).toBe(true);
		expect(existsSync(fifo)).toBe(true);
	});

	it('replaces a link of mine from an earlier life, and leaves what is no link', async () => {
		const old = join(place, 'old');
		symlinkSync('/nowhere', old);
		expect(await nest.link(old, `${nest.folder}/ray`)).toBe(true);
		expect(readlinkSync(old)).toBe(`${nest.folder}/ray`);
		const file = join(place, 'file');
		writeFileSync(file, 'theirs');
		expect(await nest.link(file, `${nest.folder}/ray`)).toBe(false);
		expect(readFileSync(file, 'utf8')).toBe('theirs');
	});

	it('gets another guard when its guard is killed, which knows as much', async () => {
		const word = `kept-${owner}`;
		await nest.spawn({
			argv: ['bash', '-c', `exec -a ${word} sleep 300`],
			environment: {},
			outputFile: '/dev/null',
		});
		const guards = () => processesWith(`rayslurm-guard\0${owner}`);
		const [first] = guards();
		expect(first).toBeDefined();
		process.kill(first ?? 0, 'SIGKILL');
		await until(() => guards().some((pid) => pid !== first));
		expect(await nest.close()).toBe(true);
		expect(processesWith(word)).toEqual([]);
	});

	it('is in /tmp, and takes nothing else with it, where TMPDIR has a line break', async () => {
		const kept = mkdtempSync('/tmp/n-');
		mkdirSync(`${kept}\n`);
		vi.stubEnv('TMPDIR', `${kept}\n`);
		try {
			const another = await makeNest(JOB, `${owner}-another`);
			expect(another.folder).toMatch(/^\/tmp\/rs-/);
			expect(await another.close()).toBe(true);
			expect(existsSync(kept)).toBe(true);
		} finally {
			vi.unstubAllEnvs();
			for (const path of [kept, `${kept}\n`]) rmSync(path, { recursive: true, force: true });
		}
	});

	it('is gone whenever the one who makes it is killed', async () => {
		const maker = bundle(
			`import { makeNest } from './src/adapters/nest.ts';
			const kill = () => process.kill(process.pid, 'SIGKILL');
			setTimeout(kill, Number(process.argv[2]));
			void makeNest('${JOB}', '${owner}-maker').then(kill);`,
			join(place, 'maker.cjs'),
		);
		const nests = join(place, 'n');
		mkdirSync(nests);
		for (let afterMs = 0; afterMs < 20; afterMs += 1)
			spawnSync(process.execPath, [maker, String(afterMs)], { env: { ...process.env, TMPDIR: nests } });
		await until(() => readdirSync(nests).length === 0);
		await until(() => processesWith(`${owner}-maker`).length === 0);
	});
});
