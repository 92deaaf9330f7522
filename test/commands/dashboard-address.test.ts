// Programs send the token to the dashboard's address: which they get where who listens.
import { expect, it } from 'vitest';
import { command as dashboard } from '../../src/commands/dashboard.ts';
import { dashboardFromHere, NOWHERE } from '../../src/commands/dashboard-address.ts';
import { command as env } from '../../src/commands/env.ts';
import { command as exec } from '../../src/commands/exec.ts';
import { type Reached, typedAgain } from '../../src/commands/reached.ts';
import type { Command, Shell } from '../../src/commands/shell.ts';
import type { ForegroundProgram } from '../../src/core/foreground-program.ts';
import type { World } from '../../src/core/world.ts';
import { strawWorld } from '../flows/straw-world.ts';
import { home, put, top, useFreshFolder } from './shell-in-folder.ts';

useFreshFolder();

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
				listeningPorts: async () => ({
					mine: new Set(listens === 'mine' ? [8265] : []),
					others: new Set(listens === 'stranger' ? [8265] : []),
				}),
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
	const { reached } = reachedFrom(here);
	expect((await dashboardFromHere(reached, { mayFollow: true })).url).toBe(forEnv);
	const told = await dashboardFromHere(reached, { mayFollow: false });
	expect(told.url).toBe(forExec);
	if (forExec === NOWHERE) expect(told.note).toBeDefined();
});

/** A command for a cluster that is named by its address, so that nothing is to be found out about it. */
async function typedIn({ host, listens }: Here, command: Command, ...words: string[]) {
	const { shell, reached, said, out, ran } = reachedFrom({ host, listens });
	const answered = (value: unknown) => async () => ({ kind: 'answered', value });
	const world = {
		...reached.world,
		scheduler: { name: 'slurm', title: 'Slurm', onThisMachine: false },
		node: { ...reached.world.node, address: async () => (host === 'head' ? '10.0.0.1' : '10.0.0.9') },
		ray: {
			controlStore: async () => ({ identity: answered({}), dashboard: answered('127.0.0.1:8265'), close: () => {} }),
		},
	};
	const place = { cwd: top, environment: { ...shell.environment, HOME: home, PATH: '/bin' } };
	const typed = ['10.0.0.1:6379', '--token-file', put('token', 'x'), ...words];
	await command({ ...shell, ...place, words: typed, world: async () => world } as unknown as Shell);
	return { out: out.join(''), said: said.join(''), url: ran[0]?.environment['RAY_API_SERVER_ADDRESS'] };
}

it('env and exec ask it, and say where they withhold it', async () => {
	for (const options of [[], ['--json']]) {
		const { out, said } = await typedIn({ host: 'login', listens: 'stranger' }, env, ...options);
		expect(out).toMatch(/RAY_API_SERVER_ADDRESS\W+http:\/\/127\.0\.0\.1:9\b/);
		expect(said).toContain('somebody else listens on port 8265');
	}
	const programs = async (listens: Here['listens'], ...program: string[]) => {
		const { url, said } = await typedIn({ host: 'login', listens }, exec, '--', ...program);
		return [url, said];
	};
	expect(await programs('mine', 'ray', 'job', 'list')).toEqual([URL, '']);
	expect(await programs('stranger', 'sh')).toEqual([NOWHERE, expect.stringContaining('somebody else listens')]);
	expect(await programs('nobody', 'ray', 'status')).toEqual([NOWHERE, '']);
	const dry = (...words: string[]) => typedIn({ host: 'login', listens: 'mine' }, exec, ...words, '--', 'echo', 'a b');
	const variables = {
		RAY_ADDRESS: '10.0.0.1:6379',
		RAY_AUTH_MODE: 'token',
		RAY_AUTH_TOKEN_PATH: `${top}/token`,
		RAY_API_SERVER_ADDRESS: URL,
	};
	const words = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
	expect(await dry('--dry-run')).toMatchObject({ out: `env ${words.join(' ')} echo 'a b'\n`, url: undefined });
	const facts = { schemaVersion: 1, command: ['echo', 'a b'], environment: variables };
	expect(JSON.parse((await dry('--dry-run', '--json')).out)).toEqual(facts);
	await expect(dry('--json')).rejects.toMatchObject({ kind: 'usage', hint: 'add --dry-run' });
	expect(await programs('nobody', '/opt/bin/ray', 'job', 'list')).toEqual([
		NOWHERE,
		`Note: the dashboard listens on 10.0.0.1 alone; keep a tunnel for ray job submit: rayslurm dashboard 10.0.0.1:6379 --token-file ${top}/token --open\n`,
	]);
});

it('of a head without a dashboard there is nothing to open and no address, whatever Ray tells', async () => {
	const typed = async (command: Command, ...words: string[]) => {
		const { shell, out, ran } = reachedFrom({ host: 'login', listens: 'nobody' });
		const { world } = strawWorld({
			scheduler: { name: 'slurm', title: 'Slurm', onThisMachine: false },
			register: { heads: async () => [] },
			node: { hostName: 'login', listeningPorts: async () => ({ mine: new Set(), others: new Set() }) },
			readInfo: async () => ({
				kind: 'read',
				info: { slurmJobId: '7', headNode: 'dws-01', rayAddress: '10.0.0.1:6379', state: 'ready', dashboard: 'none' },
			}),
			ray: {
				controlStore: async () => ({
					identity: async () => ({ kind: 'answered', value: {} }),
					dashboard: async () => ({ kind: 'answered', value: '127.0.0.1:8265' }),
					close: () => {},
				}),
			},
		} as unknown as Partial<World>);
		const place = { cwd: top, environment: { HOME: home, PATH: '/bin', RAY_API_SERVER_ADDRESS: URL } };
		await command({ ...shell, ...place, words: ['7', ...words], world: async () => world } as unknown as Shell);
		return { out: out.join(''), ran };
	};
	for (const options of [[], ['--open'], ['--json']])
		await expect(typed(dashboard, ...options)).rejects.toMatchObject({
			message: 'Head 7 has no dashboard',
			exitCode: 1,
		});
	expect((await typed(env)).out).toContain('unset RAY_API_SERVER_ADDRESS');
	const { ran } = await typed(exec, '--here', '--', 'true');
	expect(ran.map(({ environment }) => environment['RAY_API_SERVER_ADDRESS'])).toEqual([undefined]);
	await expect(typed(exec, '--', 'ray', 'job', 'submit', '--', 'x')).rejects.toThrow('Head 7 has no dashboard');
});

it('what is to be typed next for a cluster named by its address names its token, too', async () => {
	const here: Here = { host: 'login', listens: 'nobody' };
	const again = `dashboard 10.0.0.1:6379 --token-file ${top}/token --open\n`;
	expect((await typedIn(here, env)).said).toContain(again);
	expect((await typedIn(here, dashboard)).said).toContain(again);
	const name = { target: '10.0.0.1:6379', own: { 'token-file': 'my token' } };
	expect(typedAgain(name)).toBe("10.0.0.1:6379 --token-file 'my token'");
	expect(typedAgain({ target: 'latest', own: {} })).toBe('latest');
});

it('dashboard opens a tunnel here at a port that is free, and shows no stranger\u2019s page', async () => {
	const lines = async (here: Here) => (await typedIn(here, dashboard)).out;
	expect(await lines({ host: 'login', listens: 'nobody' })).toMatch(/^For a browser here: .* 127\.0\.0\.1:8265:127/m);
	expect(await lines({ host: 'login', listens: 'stranger' })).toMatch(
		/^For a browser here: .* 127\.0\.0\.1:40000:127.*\nThen open here: .*:40000\nThen open: .*:8265\n/m,
	);
	expect(await lines({ host: 'head', listens: 'mine' })).toContain(URL);
	const dry = (...words: string[]) => typedIn({ host: 'login', listens: 'nobody' }, dashboard, '--dry-run', ...words);
	expect((await dry('--open')).out).toMatch(/^ssh -N .* -L 127\.0\.0\.1:8265:127\.0\.0\.1:8265 -- 10\.0\.0\.1\n$/);
	const facts = JSON.parse((await dry('--open', '--json')).out);
	expect(facts).toEqual({ schemaVersion: 1, command: expect.arrayContaining(['ssh', '-L', '10.0.0.1']) });
	await expect(dry()).rejects.toMatchObject({ kind: 'usage', hint: 'add --open' });
	await expect(lines({ host: 'head', listens: 'stranger' })).rejects.toThrow('Somebody else listens on port 8265');
});
