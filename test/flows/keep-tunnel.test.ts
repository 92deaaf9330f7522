// A tunnel of straw: it comes up, breaks, and comes back for as long as its head lives.
import { describe, expect, it } from 'vitest';
import type { HeadInfo } from '../../src/core/connection.ts';
import { layoutOf } from '../../src/core/layout.ts';
import type { Tunnels } from '../../src/core/tunnel.ts';
import type { InfoReading, KnownState } from '../../src/core/world.ts';
import { keepTunnel } from '../../src/flows/keep-tunnel.ts';
import { strawWorld } from './straw-world.ts';

const INFO = { slurmJobId: '7', incarnation: 'one' } as HeadInfo;
const ENDS = { localPort: 8265, remoteHost: '127.0.0.1', remotePort: 8265, node: 'dws-01' };
const LAYOUT = layoutOf('/p/outputs');

/** When each tunnel comes up and ends, in milliseconds since its start. */
interface Plan {
	readonly tunnels: readonly { readonly up?: number; readonly ends?: number; readonly code?: number }[];
	readonly reading?: (nowMs: number) => InfoReading;
	readonly state?: KnownState;
	readonly stopAt?: number;
}

async function kept({ tunnels: plans, reading = () => ({ kind: 'read', info: INFO }), state, stopAt }: Plan) {
	let nowMs = 0;
	let alive: { upAt: number; endAt: number; end: (code: number) => void; code: number } | undefined;
	let started = 0;
	const story: string[] = [];
	const tunnels: Tunnels = {
		freePort: async (port) => port,
		start: () => {
			const { up = Number.POSITIVE_INFINITY, ends = Number.POSITIVE_INFINITY, code = 255 } = plans[started++] ?? {};
			let end: (code: number) => void = () => {};
			const ended = new Promise<{ code: number; said: string }>((resolve) => {
				end = (with_) => resolve({ code: with_, said: 'it broke' });
			});
			alive = { upAt: nowMs + up, endAt: nowMs + ends, end, code };
			return {
				ended,
				async end() {
					alive = undefined;
					end(0);
					await ended;
				},
			};
		},
	};
	const straw = strawWorld({
		readInfo: async () => reading(nowMs),
		node: {
			listeningPorts: async () => ({ mine: new Set(alive && nowMs >= alive.upAt ? [8265] : []), others: new Set() }),
		} as never,
	});
	straw.state = state;
	straw.whenSleeping = (now) => {
		nowMs = now + 100;
		if (alive && nowMs >= alive.endAt) {
			alive.end(alive.code);
			alive = undefined;
		}
		if (nowMs > 120_000) throw new Error(`it never ended: ${story.join(', ')}`);
	};
	const over = await keepTunnel(
		straw.world,
		{ tunnels: tunnels, ends: ENDS, layout: LAYOUT, info: INFO },
		{ up: () => story.push('up'), down: (why) => story.push(`down: ${why}`) },
		() => stopAt !== undefined && nowMs >= stopAt,
	).catch((error: unknown) => error);
	return { over, story, started, alive: alive !== undefined };
}

const goneAt =
	(at: number) =>
	(nowMs: number): InfoReading =>
		nowMs >= at ? { kind: 'missing' } : { kind: 'read', info: INFO };

describe('a tunnel that is kept', () => {
	it('ends with its head', async () => {
		const { over, story, started, alive } = await kept({ tunnels: [{ up: 300 }], reading: goneAt(5_000) });
		expect({ over, story, started, alive }).toEqual({
			over: 'head 7 has ended',
			story: ['up'],
			started: 1,
			alive: false,
		});
	});

	it('comes back, each time it breaks', async () => {
		const { over, story, started } = await kept({
			tunnels: [{ up: 300, ends: 2_000 }, { ends: 500 }, { up: 300, ends: 4_000 }, { up: 300 }],
			reading: goneAt(20_000),
		});
		expect(story).toEqual(['up', 'down: it broke', 'down: it broke', 'up', 'down: it broke', 'up']);
		expect({ over, started }).toEqual({ over: 'head 7 has ended', started: 4 });
	});

	it('is closed when the person stops it', async () => {
		const { over, story, alive } = await kept({ tunnels: [{ up: 300 }], stopAt: 3_000 });
		expect({ over, story, alive }).toEqual({ over: undefined, story: ['up'], alive: false });
	});

	it('is given up where it never comes up', async () => {
		const { over, started } = await kept({ tunnels: [{ ends: 500 }] });
		expect(over).toMatchObject({
			exitCode: 1,
			message: 'No tunnel to dws-01: it broke',
			hint: 'try by hand: ssh dws-01',
		});
		expect(started).toBe(1);
		expect((await kept({ tunnels: [{ ends: 500, code: 127 }] })).over).toMatchObject({ exitCode: 127 });
	});

	it('ends with a head that was killed and left its file', async () => {
		const { over } = await kept({ tunnels: [{ up: 300, ends: 2_000 }], state: { kind: 'gone' } });
		expect(over).toBe('head 7 has ended');
	});

	it('goes on trying while nobody knows of the head', async () => {
		const { over, started } = await kept({
			tunnels: [{ up: 300, ends: 2_000 }, { ends: 200 }, { ends: 200 }, { ends: 200 }],
			state: { kind: 'unknown', why: 'timed out' },
			reading: goneAt(60_000),
		});
		expect(over).toBe('head 7 has ended');
		expect(started).toBe(5);
	});

	it('ends when the head is another one', async () => {
		const reading = (nowMs: number): InfoReading => ({
			kind: 'read',
			info: nowMs > 4_000 ? ({ ...INFO, incarnation: 'two' } as HeadInfo) : INFO,
		});
		expect((await kept({ tunnels: [{ up: 300 }], reading })).over).toBe('head 7 was started anew: run this again');
	});
});
