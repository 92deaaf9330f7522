// Programs send the token to the dashboard's address: which they get where who listens.
import { expect, it, vi } from 'vitest';
import { command as dashboard } from '../../src/commands/dashboard.ts';
import { dashboardFromHere, NOWHERE } from '../../src/commands/dashboard-address.ts';
import { command as env } from '../../src/commands/env.ts';
import { command as exec } from '../../src/commands/exec.ts';
import type { Reached } from '../../src/commands/reached.ts';
import type { ForegroundProgram, Shell } from '../../src/commands/shell.ts';

const URL = 'http://127.0.0.1:8265';

interface Here {
	readonly host: 'head' | 'login';
	readonly listens: 'mine' | 'stranger' | 'nobody';
	readonly dashboard?: string | undefined;
	readonly tokenPath?: string | undefined;
}

function reachedFrom({ host, listens, ...more }: Here) {
	const reached = {
		target: '7',
		own: { here: true },
		project: { settings: new Map() },
		cluster: {
			address: '10.0.0.1:6379',
			headJob: '7',
			tokenPath: '/t',
			dashboard: '127.0.0.1:8265',
			info: { headNode: 'dws-01', slurmJobId: '7' },
			...more,
		},
		world: {
			scheduler: { onThisMachine: false },
			node: {
				hostName: host === 'head' ? 'dws-01' : 'login',
				ownListeningPorts: async () => new Set(listens === 'mine' ? [8265] : []),
			},
		},
	} as unknown as Reached;
	const said: string[] = [];
	const out: string[] = [];
	const ran: ForegroundProgram[] = [];
	const shell = {
		environment: { SHELL: '/bin/bash' },
		hostName: host,
		parents: () => [],
		err: (text: string) => said.push(text),
		out: (text: string) => out.push(text),
		tunnels: async () => ({ freePort: async (port: number) => (listens === 'nobody' ? port : 40_000) }),
		runHere: async (program: ForegroundProgram) => {
			ran.push(program);
			return 0;
		},
	} as unknown as Shell;
	return { reached, shell, said, out, ran };
}

it.each<readonly [string, Here, env: string | undefined, exec: string | undefined]>([
	["the head's own", { host: 'head', listens: 'mine' }, URL, URL],
	['it is not there yet', { host: 'head', listens: 'nobody' }, URL, URL],
	["a stranger, on the head's machine", { host: 'head', listens: 'stranger' }, NOWHERE, NOWHERE],
	['a tunnel of mine', { host: 'login', listens: 'mine' }, URL, URL],
	['nobody here', { host: 'login', listens: 'nobody' }, URL, NOWHERE],
	['a stranger here', { host: 'login', listens: 'stranger' }, NOWHERE, NOWHERE],
	[
		'for all to reach, and elsewhere',
		{ host: 'login', listens: 'stranger', dashboard: '10.0.0.1:8265' },
		'http://10.0.0.1:8265',
		'http://10.0.0.1:8265',
	],
	[
		'for all to reach, and a stranger',
		{ host: 'head', listens: 'stranger', dashboard: '10.0.0.1:8265' },
		NOWHERE,
		NOWHERE,
	],
	['no token to send', { host: 'head', listens: 'stranger', tokenPath: undefined }, URL, URL],
	['no dashboard', { host: 'login', listens: 'stranger', dashboard: undefined }, undefined, undefined],
])('%s', async (_, here, forEnv, forExec) => {
	const { shell, reached } = reachedFrom(here);
	expect((await dashboardFromHere(shell, reached, { mayFollow: true })).url).toBe(forEnv);
	const told = await dashboardFromHere(shell, reached, { mayFollow: false });
	expect(told.url).toBe(forExec);
	if (forExec === NOWHERE) expect(told.note).toBeDefined();
});

const there = vi.hoisted(() => ({ reached: undefined as unknown }));
vi.mock('../../src/commands/reached.ts', async (original) => ({
	...(await original<object>()),
	reach: async () => there.reached,
}));

it('env and exec ask it, and say where they withhold it', async () => {
	for (const typed of [['7'], ['7', '--json']]) {
		const { shell, reached, said, out } = reachedFrom({ host: 'login', listens: 'stranger' });
		there.reached = { ...reached, own: typed.length > 1 ? { json: true } : {} };
		expect(await env({ ...shell, words: typed })).toBe(0);
		expect(out.join('')).toMatch(/RAY_API_SERVER_ADDRESS\W+http:\/\/127\.0\.0\.1:9\b/);
		expect(said.join('')).toContain('somebody else listens on port 8265');
	}
	const programs = async (listens: Here['listens'], ...program: string[]) => {
		const { shell, reached, said, ran } = reachedFrom({ host: 'login', listens });
		there.reached = reached;
		expect(await exec({ ...shell, words: ['7', '--here', '--', ...program] })).toBe(0);
		return [ran[0]?.environment['RAY_API_SERVER_ADDRESS'], said.join('')];
	};
	expect(await programs('mine', 'ray', 'job', 'list')).toEqual([URL, '']);
	expect(await programs('stranger', 'sh')).toEqual([NOWHERE, expect.stringContaining('somebody else listens')]);
	expect(await programs('nobody', 'ray', 'status')).toEqual([NOWHERE, '']);
	expect(await programs('nobody', '/opt/bin/ray', 'job', 'list')).toEqual([
		NOWHERE,
		expect.stringContaining('rayslurm exec 7 --'),
	]);
});

it('dashboard opens a tunnel here at a port that is free, and shows no stranger\u2019s page', async () => {
	const lines = async (here: Here, more: object = {}) => {
		const { shell, reached, out } = reachedFrom(here);
		there.reached = { ...reached, ...more };
		await dashboard({ ...shell, words: ['7'] });
		return out.join('');
	};
	expect(await lines({ host: 'login', listens: 'nobody' })).toMatch(/^For a browser here: .* 127\.0\.0\.1:8265:127/m);
	expect(await lines({ host: 'login', listens: 'stranger' })).toMatch(
		/^For a browser here: .* 127\.0\.0\.1:40000:127.*\nThen open here: .*:40000\nThen open: .*:8265\n/m,
	);
	expect(await lines({ host: 'head', listens: 'mine' })).toMatch(/^In a browser here: .*:8265\n/m);
	await expect(lines({ host: 'head', listens: 'stranger' })).rejects.toThrow('Somebody else listens on port 8265');
});
