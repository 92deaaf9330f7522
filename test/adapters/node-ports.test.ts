import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ClaimRequest, overlaps, planPorts } from '../../src/core/ports.ts';
import { bundle, type Child, start } from './child-program.ts';

// A node of its own, with nothing listening: a network namespace, held by a sleeping process. Needs root.
const isRoot = process.geteuid?.() === 0;

const CLAIMER = `
import { createServer } from 'node:net';
import { claimPlan, ownListeningPorts } from './src/adapters/node-ports.ts';
import { holdName } from './src/adapters/abstract-name.ts';
const [, , what, text] = process.argv;
process.stdin.on('data', () => process.exit(0)).on('end', () => process.exit(0));
const tell = (value) => console.log(JSON.stringify(value));
if (what === 'name') holdName(text).then(() => tell('held'), (error) => tell(error.code));
if (what === 'listen') createServer().listen(Number(text), '127.0.0.1', async () => tell([...(await ownListeningPorts())]));
if (what === 'claim') {
	const began = performance.now();
	claimPlan(JSON.parse(text), 300).then(
		({ plan, passed }) => tell({ offset: plan.offset, passed, ms: performance.now() - began }),
		(error) => tell({ error: error.message, kind: error.kind }),
	);
}
`;

interface Answer {
	readonly offset: number;
	readonly passed: readonly string[];
	readonly ms: number;
	readonly error?: string;
	readonly kind?: string;
}

describe.skipIf(!isRoot)('claimPlan on a node of its own', () => {
	let folder: string;
	let program: string;
	let node: ReturnType<typeof spawn>;
	const children: Child[] = [];

	beforeAll(async () => {
		folder = mkdtempSync(join(tmpdir(), 'rayslurm-test-'));
		program = bundle(CLAIMER, join(folder, 'claimer.cjs'));
		node = spawn('unshare', ['--net', 'sh', '-c', 'ip link set lo up 2>/dev/null; echo up; exec sleep 60'], {
			stdio: ['ignore', 'pipe', 'inherit'],
		});
		if (node.stdout) await once(node.stdout, 'data');
	});
	afterEach(async () => {
		for (const child of children.splice(0)) {
			child.process.stdin?.end();
			await child.ended;
		}
	});
	afterAll(() => {
		node.kill();
		rmSync(folder, { recursive: true });
	});

	function run(what: string, text: string): Child {
		const child = start(['nsenter', `--net=/proc/${node.pid}/ns/net`, process.execPath, program, what, text]);
		children.push(child);
		return child;
	}
	const base = { role: 'client', nodeName: 'cn1', uid: 1001 } as const;
	const claim = (request: Partial<ClaimRequest> & { jobId: string }) =>
		run('claim', JSON.stringify({ ...base, ...request }));
	const answerOf = async (child: Child): Promise<Answer> => JSON.parse((await child.line()) ?? '{}');

	it('gives four who ask at once for one slot four that do not overlap', async () => {
		const asked = ['50', '100', '150', '200'].map((jobId) => claim({ jobId }));
		const answers = await Promise.all(asked.map(answerOf));
		const plans = answers.map(({ offset }) => planPorts(offset));
		for (const [index, plan] of plans.entries()) {
			for (const other of plans.slice(0, index)) expect(overlaps(plan, other)).toBe(false);
		}
		expect(answers.map(({ offset }) => offset).sort((a, b) => a - b)[0]).toBe(0);
		const moved = answers.find(({ offset }) => offset > 0);
		expect(moved?.passed[0]).toMatch(/^offset 0: port 6379 \(Ray\) is held by job \d+ of \S/);
	});

	it('frees a slot whose holder was killed', async () => {
		const first = claim({ jobId: '50' });
		expect((await answerOf(first)).offset).toBe(0);
		first.process.kill('SIGKILL');
		await first.ended;
		expect((await answerOf(claim({ jobId: '50' }))).offset).toBe(0);
	});

	it('moves on from a listener of a stranger, and says whose', async () => {
		expect(JSON.parse((await run('listen', '12000').line()) ?? '')).toEqual([12_000]);
		const answer = await answerOf(claim({ jobId: '50' }));
		expect(answer.offset).toBe(2_420);
		expect(answer.passed).toEqual(['offset 0: port 12000 (workers) is taken by a program of root']);
	});

	it('is an error where the offset was given, and names the port', async () => {
		await run('listen', '8265').line();
		const explicit = { offset: 0, from: 'flag' } as const;
		expect(await answerOf(claim({ jobId: '1', role: 'head', explicit }))).toEqual({
			error: '--port-offset 0 is not free here: port 8265 (dashboard) is taken by a program of root',
			kind: 'failed',
		});
		expect((await answerOf(claim({ jobId: '1', role: 'client', explicit }))).offset).toBe(0);
	});

	it("lets a client move on from its own user's head, not from another's", async () => {
		const explicit = { offset: 10_000, from: 'environment' } as const;
		expect((await answerOf(claim({ jobId: '1', role: 'head', explicit }))).offset).toBe(10_000);
		expect((await answerOf(claim({ jobId: '2', explicit }))).offset).toBe(12_420);
		expect((await answerOf(claim({ jobId: '3', explicit, uid: 1002 }))).error).toContain('is held by job 1 of ');
		expect((await answerOf(claim({ jobId: '4', role: 'head', explicit }))).error).toContain('is held by job 1 of ');
	});

	it('stays safe, and passes over forged names, while a stranger sits on the mutex', async () => {
		expect(await run('name', 'rayslurm-slots').line()).toBe('"held"');
		await run('name', 'x\n@rayslurm-slot/0/1/1').line();
		const answers = await Promise.all(['50', '100', '150'].map((jobId) => answerOf(claim({ jobId }))));
		const plans = answers.map(({ offset }) => planPorts(offset));
		for (const [index, plan] of plans.entries()) {
			for (const other of plans.slice(0, index)) expect(overlaps(plan, other)).toBe(false);
		}
		expect(answers.map(({ offset }) => offset)).toContain(0);
		expect(Math.min(...answers.map(({ ms }) => ms))).toBeGreaterThan(290);
	});
});

it('knows the ports this user listens on', async () => {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	const { ownListeningPorts } = await import('../../src/adapters/node-ports.ts');
	expect(await ownListeningPorts()).toContain(typeof address === 'object' && address?.port);
	server.close();
});
