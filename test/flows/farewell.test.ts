// A head's farewell to its clients, with the answers of Slurm that everything on a host shares, on a clock turned by hand.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { looksAtQueue } from '../../src/adapters/shared-queue.ts';
import { layoutOf } from '../../src/core/layout.ts';
import type { KnownState, Scheduler, World } from '../../src/core/world.ts';
import { watchClients } from '../../src/flows/census.ts';
import { sayFarewell } from '../../src/flows/say-farewell.ts';
import { strawWorld } from './straw-world.ts';

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'rayslurm-test-'));
	vi.stubEnv('TMPDIR', folder);
	vi.stubEnv('XDG_RUNTIME_DIR', '');
	vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000 });
});
afterEach(() => {
	vi.useRealTimers();
	vi.unstubAllEnvs();
	rmSync(folder, { recursive: true });
});

const RUNNING: KnownState = { kind: 'running', nodes: 'n' };
const ENDED: KnownState = { kind: 'ended', how: 'FAILED' };
const head = layoutOf('/o').head('7');
const line = (step: object) => `${JSON.stringify({ at: 'x', ...step })}\n`;

/** A farewell to these clients, each of which ends after so many seconds, with or without a word; how it went. */
async function farewell(clients: Record<string, { endsAfterS: number; says: boolean }>) {
	const asked: { atS: number; jobs: readonly string[] }[] = [];
	const said: { atS: number; text: string }[] = [];
	const pending = new Set<Promise<unknown>>();
	let nowMs = 0;
	const nowS = () => nowMs / 1_000;
	const scheduler = {
		name: 'straw',
		states: async (jobs: readonly string[]) => {
			asked.push({ atS: nowS(), jobs });
			return new Map(jobs.map((job) => [job, nowS() < (clients[job]?.endsAfterS ?? 0) ? RUNNING : ENDED]));
		},
		signal: async () => {},
		killWaitMs: async () => undefined,
	} as unknown as Scheduler;
	const look = looksAtQueue(scheduler);
	const straw = strawWorld({
		scheduler,
		node: { job: async () => ({ jobId: '7' }) },
		clock: { now: () => new Date(nowMs), monotonicMs: () => nowMs, sleep: () => new Promise(() => {}) },
		lookAtQueue: (jobs: readonly string[], somethingEnds: boolean) => {
			const answer = look(jobs, somethingEnds);
			pending.add(answer);
			return answer;
		},
		ear: {
			take: () => [],
			wait: async (ms: number) => {
				await Promise.all(pending);
				nowMs += ms;
				vi.setSystemTime(1_000_000 + nowMs);
				for (const [job, { endsAfterS, says }] of Object.entries(clients)) {
					const path = head.clientEvents(job);
					if (says && nowS() >= endsAfterS)
						straw.files.set(path, line({ step: 'running' }) + line({ step: 'ended', code: 0 }));
				}
			},
		},
		log: { say: (text: string) => void said.push({ atS: nowS(), text }), warn: (text: string) => expect.fail(text) },
	} as unknown as Partial<World>);
	for (const job of Object.keys(clients)) straw.files.set(head.clientEvents(job), line({ step: 'running' }));
	Object.assign(straw.world.files, {
		list: async () => Object.keys(clients).map((job) => `${job}.events.jsonl`),
		appendLine: async () => {},
	});
	const watch = watchClients(straw.world, head);
	await sayFarewell(straw.world, head, watch, { graceMs: 300_000, pending: 'keep' }, 'limit', async () => []);
	await Promise.all(pending);
	const noticed = (job: string) => said.find(({ text }) => text === `Client ${job} has ended`)?.atS;
	// The one question about the head's own end is no look at its clients.
	return { noticed, asked: asked.filter(({ jobs }) => jobs[0] !== '7').map(({ atS }) => atS) };
}

it('notices ends with and without a word, and asks Slurm at most every five seconds', async () => {
	const { noticed, asked } = await farewell({
		1: { endsAfterS: 10, says: true },
		2: { endsAfterS: 12, says: false },
		3: { endsAfterS: 61, says: false },
		4: { endsAfterS: 120, says: true },
	});
	expect(noticed('1')).toBe(10);
	expect(noticed('2')).toBeLessThanOrEqual(18);
	expect(noticed('3')).toBeLessThanOrEqual(67);
	const between = asked.slice(1).map((at, index) => at - (asked[index] ?? 0));
	expect(Math.min(...between)).toBeGreaterThanOrEqual(5);
	expect(Math.max(...between)).toBeLessThanOrEqual(6);
	expect(asked.length).toBeGreaterThan(18);
});
