import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DashboardSeat, dashboardWays, isHostName, isSameHost, sshLine } from '../../src/core/dashboard-ways.ts';

const SEAT: DashboardSeat = {
	dashboard: '127.0.0.1:8325',
	headNode: 'dws-01',
	hostName: 'login1',
	onThisMachine: false,
	loginHost: undefined,
	submitHost: undefined,
	onComputeNode: false,
};

const ROWS: readonly (readonly [
	where: string,
	seat: Partial<DashboardSeat>,
	yours: string | undefined,
	here: string | undefined,
	urlHere: string | undefined,
])[] = [
	[
		'on the login node',
		{},
		'ssh -L 8325:127.0.0.1:8325 -o ExitOnForwardFailure=yes -4 -J login1 dws-01',
		'ssh -L 127.0.0.1:8325:127.0.0.1:8325 -o ExitOnForwardFailure=yes dws-01',
		undefined,
	],
	[
		'with the login node named in settings',
		{ loginHost: 'me@login.example.org' },
		'ssh -L 8325:127.0.0.1:8325 -o ExitOnForwardFailure=yes -4 -J me@login.example.org dws-01',
		'ssh -L 127.0.0.1:8325:127.0.0.1:8325 -o ExitOnForwardFailure=yes dws-01',
		undefined,
	],
	[
		'on another compute node, in a job',
		{ hostName: 'dws-02', submitHost: 'login1' },
		'ssh -L 8325:127.0.0.1:8325 -o ExitOnForwardFailure=yes -4 -J login1 dws-01',
		'ssh -L 127.0.0.1:8325:127.0.0.1:8325 -o ExitOnForwardFailure=yes dws-01',
		undefined,
	],
	[
		'on another compute node, outside a job',
		{ hostName: 'dws-02', onComputeNode: true },
		'ssh -L 8325:127.0.0.1:8325 -o ExitOnForwardFailure=yes dws-01',
		'ssh -L 127.0.0.1:8325:127.0.0.1:8325 -o ExitOnForwardFailure=yes dws-01',
		undefined,
	],
	[
		'on another compute node, with the login node named in settings',
		{ hostName: 'dws-02', onComputeNode: true, loginHost: 'login1' },
		'ssh -L 8325:127.0.0.1:8325 -o ExitOnForwardFailure=yes -4 -J login1 dws-01',
		'ssh -L 127.0.0.1:8325:127.0.0.1:8325 -o ExitOnForwardFailure=yes dws-01',
		undefined,
	],
	[
		'on another compute node, where the dashboard listens for all',
		{ hostName: 'dws-02', onComputeNode: true, dashboard: '10.77.0.1:8325' },
		'ssh -L 8325:10.77.0.1:8325 -o ExitOnForwardFailure=yes dws-01',
		undefined,
		'http://10.77.0.1:8325',
	],
	[
		"on the head's own node, in a job",
		{ hostName: 'dws-01.cluster', submitHost: 'login1' },
		'ssh -L 8325:127.0.0.1:8325 -o ExitOnForwardFailure=yes -4 -J login1 dws-01',
		undefined,
		'http://127.0.0.1:8325',
	],
	[
		"on the head's own node, with nothing known of a login node",
		{ hostName: 'dws-01' },
		'ssh -L 8325:127.0.0.1:8325 -o ExitOnForwardFailure=yes dws-01',
		undefined,
		'http://127.0.0.1:8325',
	],
	[
		'where the dashboard listens for all',
		{ dashboard: '10.77.0.1:8325' },
		'ssh -L 8325:10.77.0.1:8325 -o ExitOnForwardFailure=yes login1',
		undefined,
		'http://10.77.0.1:8325',
	],
	[
		'where it listens for all, by IPv6',
		{ dashboard: '[fd00::1]:8325', loginHost: 'login' },
		"ssh -L '8325:[fd00::1]:8325' -o ExitOnForwardFailure=yes login",
		undefined,
		'http://[fd00::1]:8325',
	],
	['on this machine', { onThisMachine: true }, undefined, undefined, 'http://127.0.0.1:8325'],
	[
		'with the port taken here',
		{ localPortHere: 40_001 },
		'ssh -L 8325:127.0.0.1:8325 -o ExitOnForwardFailure=yes -4 -J login1 dws-01',
		'ssh -L 127.0.0.1:40001:127.0.0.1:8325 -o ExitOnForwardFailure=yes dws-01',
		undefined,
	],
];

describe('the way to a dashboard', () => {
	it.each(ROWS)('%s', (_, seat, yours, here, urlHere) => {
		const ways = dashboardWays({ ...SEAT, ...seat });
		expect(ways.fromYourMachine && sshLine(ways.fromYourMachine)).toBe(yours);
		expect(ways.fromHere && sshLine(ways.fromHere)).toBe(here);
		expect(ways.urlHere).toBe(urlHere);
		expect(ways.urlThrough).toBe(here && `http://${/-L (\S+?:\d+):/.exec(here)?.[1]}`);
		expect(ways.url).toBe('http://127.0.0.1:8325');
	});
});

it.each<[string, Partial<DashboardSeat>, boolean]>([
	['on the login node', {}, false],
	["on the head's node", { hostName: 'dws-01' }, true],
	['on another compute node', { hostName: 'dws-02', onComputeNode: true }, true],
	['in a job on another compute node', { hostName: 'dws-02', onComputeNode: true, submitHost: 'login1' }, false],
	["on the head's node, with a setting", { hostName: 'dws-01', loginHost: 'login1' }, false],
	["in a job on the head's node", { hostName: 'dws-01', submitHost: 'login1' }, false],
	["on the head's node, which all may reach", { hostName: 'dws-01', dashboard: '10.77.0.1:8325' }, false],
	['on this machine', { hostName: 'dws-01', onThisMachine: true }, false],
])('the login node is asked for only where nothing tells it: %s', (_, seat, lacks) => {
	expect(dashboardWays({ ...SEAT, ...seat }).lacksLogin).toBe(lacks);
});

describe('a host', () => {
	it.each(['login', 'me@login.example.org', '10.0.0.1', 'cluster-1', '[fd00::1]', 'fd00::1'])('%s', (word) => {
		expect(isHostName(word)).toBe(true);
	});

	it.each(['', '-oProxyCommand=id', 'me@-o', '-l@x', 'a b', 'a;id', '$(id)', 'a\nb', "a'b", 'a/b'])(
		'not %j',
		(word) => {
			expect(isHostName(word)).toBe(false);
		},
	);

	it('never begins with a hyphen', () => {
		fc.assert(fc.property(fc.string(), (word) => !isHostName(`-${word}`) && !isHostName(`a@-${word}`)));
	});

	it('is the same one with its domain, and an address is only itself', () => {
		expect(isSameHost('dws-01', 'dws-01.example.org')).toBe(true);
		expect(isSameHost('dws-01', 'dws-02')).toBe(false);
		expect(isSameHost('10.0.0.1', '10.0.0.2')).toBe(false);
	});
});
