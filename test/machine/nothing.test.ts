// A user with nothing: an empty home, an empty folder, no head, no Ray, no Slurm. Whoever only looks is answered at once, with
// the right code and what to type next, and leaves no trace.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bundleInto } from '../bundle.ts';

let top: string;
let program: string;
/** On a machine that is busy with other things everything takes longer. */
let atOnceMs: number;
const EMPTY = ['home', 'work', 'tmp'];

beforeAll(() => {
	top = mkdtempSync(join(tmpdir(), 'nothing-'));
	program = join(top, 'cli.cjs');
	bundleInto(program);
	for (const name of [...EMPTY, 'bin']) mkdirSync(join(top, name));
	// What every machine has, and a Python without Ray.
	for (const name of ['sh', 'bash', 'python3'])
		if (existsSync(`/usr/bin/${name}`)) symlinkSync(`/usr/bin/${name}`, join(top, 'bin', name));
	const began = performance.now();
	spawnSync(process.execPath, ['-e', '0']);
	atOnceMs = Math.max(2_000, 20 * (performance.now() - began));
});
afterAll(() => rmSync(top, { recursive: true }));
afterEach(() => {
	for (const name of EMPTY) expect(readdirSync(join(top, name), { recursive: true }), name).toEqual([]);
});

function typed(line: string) {
	return spawn(process.execPath, [program, ...line.split(' ')], {
		cwd: join(top, 'work'),
		env: { PATH: join(top, 'bin'), HOME: join(top, 'home'), TMPDIR: join(top, 'tmp') },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
}

async function said(line: string): Promise<{ code: number; all: string }> {
	const child = typed(line);
	let all = '';
	for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (all += chunk));
	const [code] = await once(child, 'close');
	return { code, all };
}

const START = /rayslurm head submit --wait/;
const NOT_KNOWN = /^ERROR: No job 1 of rayslurm is known\n {2}→ rayslurm status --all lists them\n$/;
const NO_HEAD = /^ERROR: No head is known here: .*\n {2}→ start one with: rayslurm head submit --wait\n$/;
const NO_FILE = /^ERROR: Connection file not found: outputs\/ray_head_1\.info\n {2}→ .*\n$/;

describe('with nothing', () => {
	it.each([
		['status', 0, START],
		['status --json', 0, /^\{"schemaVersion":1,.*"heads":\[\]\}\n$/],
		['status 1', 3, NOT_KNOWN],
		['status tuning', 3, /No cluster is named tuning\n {2}→ rayslurm status lists .* --name tuning\n$/],
		['wait 1', 3, NOT_KNOWN],
		['wait latest', 3, NO_HEAD],
		['logs 1', 3, NOT_KNOWN],
		['logs latest --ray', 3, NO_HEAD],
		['stop 1', 3, NOT_KNOWN],
		['stop --all', 0, /^Nothing of yours is in the queue or running\n$/],
		['head restart 1', 3, NOT_KNOWN],
		['env 1', 4, NO_FILE],
		['env latest', 3, NO_HEAD],
		['exec 1 -- true', 4, NO_FILE],
		['dashboard 1', 4, NO_FILE],
		['connect latest --dry-run', 3, NO_HEAD],
		['clean', 0, /^Nothing to remove\n$/],
		['clean --all --logs --yes', 0, /^Nothing to remove\n$/],
		['config', 0, /^scheduler +local +default: /m],
		['config module', 1, /^module is not set: none\n$/],
		['template list', 0, /rayslurm template eject head/],
		['template show head', 0, /^#!\/bin\/bash\n/],
		['template eject head --dry-run', 0, /^Would write templates\/head\.sbatch$/m],
		['python list', 0, /Make one with: rayslurm python create\n$/],
		['python remove 2.60.0', 2, /→ none is kept; rayslurm python create makes one\n$/],
		['completion bash', 0, /\ncomplete .* rayslurm/],
		['man', 0, /^\.TH RAYSLURM 1/],
		['local jobs', 0, /Submit one with: rayslurm local submit SCRIPT\n$/],
		['local cancel 1', 3, /^ERROR: No such job: 1\n {2}→ rayslurm local jobs lists them\n$/],
		['demo --dry-run', 0, /^rayslurm head submit --wait/],
		['head submit --dry-run', 0, /^Note: Ray is missing: .*--ray latest makes an environment/],
		['doctor', 5, /✗ Ray is missing: .*\n +→ rayslurm python create makes an environment/],
		['doctor --scheduler=slurm', 5, /✗ Slurm: .*\n +→ .*load its Slurm module/],
		['status --scheduler=slurm', 0, START],
		['stop --all --scheduler=slurm', 0, /^Nothing of yours/],
	] as const)('%s ends with %i', async (line, code, words) => {
		const began = performance.now();
		const answer = await said(line);
		const tookMs = performance.now() - began;
		expect(answer).toEqual({ code, all: expect.stringMatching(words) });
		expect(tookMs).toBeLessThan(atOnceMs);
	});

	it('status --watch in a pipe goes on until ctrl-C', async () => {
		const child = typed('status --watch');
		const [line] = await once(child.stdout, 'data');
		expect(JSON.parse(String(line))).toMatchObject({ schemaVersion: 1, heads: [] });
		child.kill('SIGINT');
		expect(await once(child, 'close')).toEqual([130, null]);
	});
});
