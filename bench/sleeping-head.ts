// A day of a head's supervisor in a minute: everything it does at each tick is real (its questions to a real control store, to
// Slurm, its files), only the time between two ticks is taken out. Run by bench/supervisor.ts, bundled, in a process of its
// own. Prints one line of JSON for each simulated hour.
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { realWorld } from '../src/adapters/world.ts';
import { parseIdleWindows } from '../src/core/idle-window.ts';
import { layoutOf } from '../src/core/layout.ts';
import { planPorts, portsOf } from '../src/core/ports.ts';
import type { Ear, World } from '../src/core/world.ts';
import { watchClients } from '../src/flows/census.ts';
import { NOT_RENEWED } from '../src/flows/renew-head.ts';
import { watchHead } from '../src/flows/watch-head.ts';
import { watchIdle } from '../src/flows/watch-idle.ts';

const [address = '', tokenPath = '', outputDir = '', job = '', offset = '0', hours = '24'] = process.argv.slice(2);
const HOUR_MS = 3_600_000;
const began = Date.UTC(2026, 10, 21, 12);
let passedMs = 0;
let nextHourMs = 0;

function pass(ms: number): void {
	passedMs += ms;
	if (passedMs < nextHourMs) return;
	nextHourMs += HOUR_MS;
	const { user, system } = process.cpuUsage();
	const stat = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
	const childrenMs = (Number(stat[13]) + Number(stat[14])) * 10;
	const rss = Number(/VmRSS:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024;
	const cpuMs = (user + system) / 1_000;
	process.stdout.write(`${JSON.stringify({ hour: Math.round(passedMs / HOUR_MS), rssMb: rss, cpuMs, childrenMs })}\n`);
	if (passedMs >= Number(hours) * HOUR_MS) process.exit(0);
}

// A simulated minute of silence is a real one of milliseconds: a connection that is made anew needs its part of that.
const TICK_MS = 1;
const ear: Ear = {
	poke: () => {},
	take: () => [],
	wait: async (ms) => {
		await delay(TICK_MS);
		pass(ms);
	},
};
const real = await realWorld('slurm', ear, []);
const plan = planPorts(Number(offset));
const listening = new Set(portsOf(plan, 'head').map(({ port }) => port));
const world: World = {
	...real,
	clock: { now: () => new Date(began + passedMs), monotonicMs: () => passedMs, sleep: ear.wait },
	node: { ...real.node, listeningPorts: async () => ({ mine: listening, others: new Set() }) },
};
const layout = layoutOf(outputDir);
const me = { pid: process.pid, startTime: '', alive: () => readFileSync('/proc/self/stat', 'utf8') !== '' };
const running = {
	pid: process.pid,
	ended: new Promise<never>(() => {}),
	signal: () => {},
	catches: async () => false,
	write: () => {},
	end: () => undefined,
};
void sleepADay();

async function sleepADay(): Promise<void> {
	const store = await world.ray.controlStore(address, tokenPath);
	const nest = {
		find: async () =>
			new Map([
				['gcs_server', me],
				['raylet', me],
			]),
	};
	const end = await watchHead(world, {
		place: { plan, nest } as never,
		ray: running,
		store,
		dashboard: false,
		others: undefined,
		say: async () => {},
		renewal: NOT_RENEWED,
		idle: watchIdle(world, layout.head(job), watchClients(world, layout.head(job)), store, {
			windows: parseIdleWindows('02:30-09:00', 'bench'),
			afterMs: 600_000,
			zone: 'Europe/Berlin',
		}),
		replacedBy: async () => {
			await world.readInfo(layout.info(job), undefined);
			return undefined;
		},
	});
	throw new Error(`The head ended: ${end.because}`);
}
