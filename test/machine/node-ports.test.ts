import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { listeningPorts } from '../../src/adapters/node-ports.ts';
import { type ClaimRequest, overlaps, planPorts } from '../../src/core/ports.ts';
import { bundle, type Child, start } from './child-program.ts';

// A node of its own, with nothing listening: a network namespace, held by a sleeping process. Needs root.
const isRoot = process.geteuid?.() === 0;

/** Obeys lines on its standard input: what a job, or a stranger, does on the node. */
const ACTOR = `
import { createInterface } from 'node:readline';
import { createServer } from 'node:net';
import { holdName } from './src/adapters/abstract-name.ts';
import { claimPlan, listeningPorts } from './src/adapters/node-ports.ts';
const held = [];
const acts = {
	claim: async ({ request, waitMs, rivalsMs }) => {
		const began = performance.now();
		const claimed = await claimPlan(request, waitMs, rivalsMs);
		held.push(claimed.release);
		return { offset: claimed.plan.offset, passed: claimed.passed, ms: performance.now() - began };
	},
	name: async ({ name }) => void held.push((await holdName(name)).release),
	listen: async ({ port }) => {
		const server = createServer();
		held.push(() => server.close());
		await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
		return { ports: [...(await listeningPorts()).mine] };
	},
	free: async () => held.splice(0).forEach((release) => release()),
};
createInterface(process.stdin).on('line', (line) => {
	const act = JSON.parse(line);
	acts[act.do](act).then((answer = {}) => answer, ({ message, kind }) => ({ error: message, kind }))
		.then((answer) => console.log(JSON.stringify(answer)));
}).on('close', () => process.exit(0));
`;
/** Bound, but not listening: /proc does not show it as a listener. */
const BINDER = `import socket, sys
s = socket.socket()
s.bind(("127.0.0.1", int(sys.argv[1])))
print("bound", flush=True)
sys.stdin.read()`;

interface Answer {
	readonly offset: number;
	readonly passed: readonly string[];
	readonly ms: number;
	readonly error?: string;
	readonly kind?: string;
}

describe.skipIf(!isRoot)('claimPlan on a node of its own', () => {
	let folder: string;
	let node: ReturnType<typeof spawn>;
	let program: string;
	let actors: Child[];
	const inNode = (...argv: string[]) => start(['nsenter', `--net=/proc/${node.pid}/ns/net`, ...argv]);
	const newActor = () => inNode(process.execPath, program);

	beforeAll(async () => {
		folder = mkdtempSync(join(tmpdir(), 'rayslurm-test-'));
		program = bundle(ACTOR, join(folder, 'actor.cjs'));
		node = spawn('unshare', ['--net', 'sh', '-c', 'ip link set lo up 2>/dev/null; echo up; exec sleep 60'], {
			stdio: ['ignore', 'pipe', 'inherit'],
		});
		if (node.stdout) await once(node.stdout, 'data');
		actors = [1, 2, 3, 4].map(newActor);
	});
	afterEach(async () => {
		await Promise.all(actors.map((actor) => act(actor, { do: 'free' })));
	});
	afterAll(async () => {
		for (const actor of actors) actor.process.stdin?.end();
		await Promise.all(actors.map((actor) => actor.ended));
		node.kill();
		rmSync(folder, { recursive: true });
	});

	async function act(actor: Child | undefined, what: object): Promise<Answer> {
		actor?.process.stdin?.write(`${JSON.stringify(what)}\n`);
		return JSON.parse((await actor?.line()) ?? '{}');
	}
	const claim = (index: number, request: Partial<ClaimRequest> & { jobId: string }, waitMs = 3_000) =>
		act(actors[index], { do: 'claim', waitMs, request: { role: 'client', nodeName: 'cn1', uid: 1001, ...request } });

	function expectApart(answers: readonly Answer[]): void {
		const plans = answers.map(({ offset }) => planPorts(offset));
		for (const [index, plan] of plans.entries()) {
			for (const other of plans.slice(0, index)) expect(overlaps(plan, other)).toBe(false);
		}
	}

	it('gives four who ask at once for one slot four that do not overlap', async () => {
		const answers = await Promise.all([0, 1, 2, 3].map((index) => claim(index, { jobId: String(index * 50 + 50) })));
		expectApart(answers);
		expect(answers.map(({ offset }) => offset).sort((a, b) => a - b)).toEqual([0, 2_420, 4_840, 7_260]);
		const moved = answers.find(({ offset }) => offset === 2_420);
		expect(moved?.passed).toEqual([
			expect.stringMatching(/^offset 0: port 6379 \(Ray\) is held by job \d+ of (uid )?\S+$/),
		]);
	});

	it('stays safe, and passes over forged names, while a stranger sits on the mutex', async () => {
		await act(actors[3], { do: 'name', name: 'rayslurm-slots' });
		await act(actors[3], { do: 'name', name: 'x\n@rayslurm-slot/0/1/1' });
		for (let round = 0; round < 4; round += 1) {
			const answers = await Promise.all([0, 1, 2].map((index) => claim(index, { jobId: String(index * 50 + 50) }, 0)));
			expectApart(answers);
			expect(answers.map(({ offset }) => offset)).toContain(0);
			await Promise.all(actors.slice(0, 3).map((actor) => act(actor, { do: 'free' })));
		}
		const { ms } = await claim(0, { jobId: '50' }, 100);
		expect(ms).toBeGreaterThan(95);
	});

	it('gives up on a rival that never steps back, and names it', async () => {
		// A number of eleven digits is none that /proc is searched for: so this claim is held, and not seen.
		const jobId = '10000000050';
		await act(actors[3], { do: 'name', name: `rayslurm-slot/0/${jobId}/0` });
		const request = { role: 'client', nodeName: 'cn1', uid: 0, jobId };
		expect(await act(actors[0], { do: 'claim', request, waitMs: 0, rivalsMs: 100 })).toEqual({
			error: `No ports could be claimed on this node within 0.1 s: offset 0 is contested by a claim of offset 0 (job ${jobId} of root)`,
			kind: 'failed',
		});
	});

	it('frees a slot whose holder was killed', async () => {
		const doomed = newActor();
		const request = { role: 'head', nodeName: 'cn1', uid: 1001, jobId: '50' };
		expect((await act(doomed, { do: 'claim', request })).offset).toBe(0);
		expect((await claim(0, { jobId: '100' })).offset).toBe(2_420);
		doomed.process.kill('SIGKILL');
		await doomed.ended;
		expect((await claim(1, { jobId: '150' })).offset).toBe(0);
	});

	it('moves on from a listener of a stranger, and says whose', async () => {
		expect(await act(actors[0], { do: 'listen', port: 12_000 })).toEqual({ ports: [12_000] });
		const answer = await claim(1, { jobId: '50' });
		expect(answer.offset).toBe(2_420);
		expect(answer.passed).toEqual(['offset 0: port 12000 (workers) is taken by a program of root']);
	});

	it('moves on from a port that nobody listens on and that cannot be bound', async () => {
		const binder = inNode('python3', '-c', BINDER, '6700');
		expect(await binder.line()).toBe('bound');
		const answer = await claim(0, { jobId: '50' });
		binder.process.stdin?.end();
		await binder.ended;
		expect(answer).toMatchObject({ offset: 2_420, passed: ['offset 0: port 6700 (node manager) is in use'] });
	});

	it('is an error where the offset was given, and names the port', async () => {
		await act(actors[0], { do: 'listen', port: 8_265 });
		const explicit = { offset: 0, from: 'flag' } as const;
		expect(await claim(1, { jobId: '1', role: 'head', explicit })).toEqual({
			error: '--port-offset 0 is not free here: port 8265 (dashboard) is taken by a program of root',
			kind: 'failed',
		});
		expect((await claim(1, { jobId: '1', role: 'client', explicit })).offset).toBe(0);
	});

	it("lets a client move on from its own user's head, not from another's", async () => {
		const explicit = { offset: 10_000, from: 'environment' } as const;
		expect((await claim(0, { jobId: '1', role: 'head', explicit })).offset).toBe(10_000);
		expect((await claim(1, { jobId: '2', explicit })).offset).toBe(12_420);
		expect((await claim(2, { jobId: '3', explicit, uid: 1002 })).error).toContain('is held by job 1 of ');
		expect((await claim(3, { jobId: '4', role: 'head', explicit })).error).toContain('is held by job 1 of ');
	});
});

it('knows the ports this user listens on', async () => {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	expect((await listeningPorts()).mine).toContain(typeof address === 'object' && address?.port);
	server.close();
});
