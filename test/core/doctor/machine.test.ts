// A machine on which Ray would run: room, limits, addresses, proxies, folders, and its Ray.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type {
	AddressEvidence,
	FolderEvidence,
	LimitEvidence,
	MachineEvidence,
} from '../../../src/core/doctor/evidence.ts';
import { folderFindings, settingsFindings } from '../../../src/core/doctor/folder-rules.ts';
import { limitFindings, memoryFindings } from '../../../src/core/doctor/limit-rules.ts';
import type { Look } from '../../../src/core/doctor/look.ts';
import { mountOf } from '../../../src/core/doctor/mounts.ts';
import { isSpared, networkFindings, withoutPassword } from '../../../src/core/doctor/network-rules.ts';
import { parseLimits } from '../../../src/core/doctor/proc-limits.ts';
import { rayDiffers, rayFindings } from '../../../src/core/doctor/ray-rules.ts';
import { roomFindings } from '../../../src/core/doctor/room-rules.ts';
import { layoutOf } from '../../../src/core/layout.ts';
import { spoken } from './spoken.ts';

const seen = <T>(value: T, ms = 10): Look<T> => ({ kind: 'seen', value, ms });

function folder(path: string, more: Partial<FolderEvidence> = {}): Look<FolderEvidence> {
	return seen({
		path,
		nearest: path,
		isLink: false,
		mode: 0o700,
		uid: 1000,
		mine: true,
		writeError: undefined,
		mount: { type: 'ext4', point: '/', options: ['rw'] },
		freeBytes: 100e9,
		freeInodes: 1e6,
		used: 0.2,
		...more,
	});
}

describe('room', () => {
	const NODE = { node: 'n1', runsRay: true, objectStoreBytes: 10e9 };
	const room = (more: { tmpdir?: string; tmp?: Partial<FolderEvidence>; shm?: Partial<FolderEvidence> }) => ({
		tmpdir: more.tmpdir,
		tmpdirFolder: more.tmpdir === undefined ? undefined : folder(more.tmpdir),
		tmp: folder('/tmp', more.tmp),
		shm: folder('/dev/shm', more.shm),
	});
	const WELL = ['✓ /tmp: 100 GB free', '✓ /dev/shm: 100 GB free'];

	it.each([
		[{}, WELL],
		[{ tmpdir: '/tmp' }, WELL],
		[{ tmpdir: '/local/scratch' }, ['✓ /local/scratch: 100 GB free', ...WELL]],
		[{ tmpdir: `/${'x'.repeat(23)}` }, [`✓ /${'x'.repeat(23)}: 100 GB free`, ...WELL]],
		[
			{ tmpdir: `/${'x'.repeat(24)}` },
			[
				`! TMPDIR is too long: Ray's socket paths leave 24 bytes for it, so heads take /tmp instead (/${'x'.repeat(24)})`,
				...WELL,
			],
		],
		[{ tmpdir: 'scratch' }, ['! TMPDIR is not a whole path: scratch', ...WELL]],
		[{ tmp: { freeBytes: 1e6 } }, ['✗ /tmp is full: 1 MB are free', WELL[1]]],
		[{ tmp: { freeInodes: 3 } }, ['✗ /tmp has room for 3 files only', WELL[1]]],
		[{ tmp: { freeInodes: undefined } }, WELL],
		[
			{ tmp: { writeError: 'it is read-only (EROFS)' } },
			['✗ /tmp cannot be written to: it is read-only (EROFS)', WELL[1]],
		],
		[{ tmp: { used: 0.97 } }, ['! /tmp is 97 % full: Ray spills no objects to it', WELL[1]]],
		[{ tmp: { freeBytes: 2e9 } }, ['! /tmp has 2.0 GB free: little for logs and spilled objects', WELL[1]]],
		[
			{ tmp: { mount: { type: 'tmpfs', point: '/tmp', options: ['rw', 'noexec'] } } },
			["! /tmp is mounted noexec: packages of Ray's runtime environments with compiled code cannot be loaded", WELL[1]],
		],
		[
			{ shm: { freeBytes: 5e9 } },
			[WELL[0], '! /dev/shm has 5.0 GB free: the object store of 10 GB is lowered to that'],
		],
		[{ shm: { freeBytes: 64e6 } }, [WELL[0], '✗ /dev/shm is full: 64 MB are free']],
		[{ shm: { nearest: '/dev' } }, [WELL[0], "✗ /dev/shm is not there: Ray's objects would lie on the disk"]],
	])('%j', (more, said) => {
		expect(spoken(roomFindings(room(more), NODE))).toEqual(said);
	});

	it('of a machine that runs no Ray only what jobs inherit counts', () => {
		const place = { node: undefined, runsRay: false, objectStoreBytes: 10e9 };
		expect(roomFindings(room({ tmp: { freeBytes: 0 }, tmpdir: '/local/scratch' }), place)).toEqual([]);
		expect(spoken(roomFindings(room({ tmpdir: `/${'x'.repeat(60)}` }), place))[0]).toMatch(/^! TMPDIR is too long/);
	});

	it('a TMPDIR that is not there, and a /tmp that does not answer', () => {
		const evidence = {
			...room({ tmpdir: '/gone' }),
			tmpdirFolder: folder('/gone', { nearest: '/' }),
			tmp: { kind: 'silent', afterMs: 10_000 } as const,
		};
		expect(spoken(roomFindings(evidence, NODE)).slice(0, 2)).toEqual([
			'! TMPDIR is not there: /gone: heads take /tmp instead',
			'✗ /tmp did not answer in 10 s',
		]);
	});
});

describe('limits', () => {
	const limits = (more: Partial<LimitEvidence['limits']> & { threads?: number; mostPids?: number }) =>
		seen({
			limits: {
				openFilesHard: 65_536,
				processesSoft: undefined,
				processesHard: undefined,
				addressSpaceSoft: undefined,
				...more,
			},
			threads: more.threads ?? 100,
			mostPids: more.mostPids,
		});
	const NODE = { node: 'n1', runsRay: true, inherited: false };
	const LOGIN = { node: undefined, runsRay: false, inherited: true };

	it.each([
		[{}, ['✓ Open files: 65536', '✓ Processes: unlimited']],
		[
			{ openFilesHard: 4_096 },
			['! Only 4096 open files (ulimit -n): large clusters need more', '✓ Processes: unlimited'],
		],
		[{ openFilesHard: 256 }, ['✗ Only 256 open files (ulimit -n): Ray fails under load', '✓ Processes: unlimited']],
		[
			{ processesSoft: 600, processesHard: 600 },
			['✓ Open files: 65536', '✗ 100 of 600 processes and threads are in use (ulimit -u): Ray cannot start its own'],
		],
		[
			{ processesSoft: 4_000 },
			['✓ Open files: 65536', '! 100 of 4000 processes and threads are in use (ulimit -u): many workers need more'],
		],
		[
			{ processesSoft: 90_000, mostPids: 500 },
			[
				'✓ Open files: 65536',
				'✗ 100 of 500 processes and threads are in use (pids.max of the control group): Ray cannot start its own',
			],
		],
		[
			{ addressSpaceSoft: 2 ** 30 },
			[
				'✓ Open files: 65536',
				'✓ Processes: unlimited',
				'✗ ulimit -v is 1024 MB: Ray maps more memory than it uses and fails',
			],
		],
	])('of a node: %j', (more, said) => {
		expect(spoken(limitFindings(limits(more), NODE))).toEqual(said);
	});

	it('of a shell that submits', () => {
		expect(spoken(limitFindings(limits({ processesSoft: 200, openFilesHard: 256 }), LOGIN))).toEqual([
			"! ulimit -u is 200 here, and jobs inherit it: Ray's threads count",
		]);
		expect(spoken(limitFindings(limits({ processesSoft: 200 }), { ...LOGIN, inherited: false }))).toEqual([]);
	});

	it('a soft limit is raised by the person, a hard one by the site', () => {
		const [, soft] = limitFindings(limits({ processesSoft: 300, processesHard: 9_000 }), NODE);
		const [, hard] = limitFindings(limits({ processesSoft: 300, processesHard: 300 }), NODE);
		expect(soft?.fix).toMatch(/^ulimit -u \$\(ulimit -Hu\)/);
		expect(hard?.fix).toMatch(/^ulimit -Hu says it/);
	});

	it('are read from /proc', () => {
		const text = `Limit                     Soft Limit           Hard Limit           Units
Max address space         unlimited            unlimited            bytes
Max processes             96365                96366                processes
Max open files            1024                 1048576              files     `;
		expect(parseLimits(text)).toEqual({
			openFilesHard: 1_048_576,
			processesSoft: 96_365,
			processesHard: 96_366,
			addressSpaceSoft: undefined,
		});
	});

	it.each([
		[undefined, 'and nothing holds it to that'],
		[2 ** 30, 'and a control group holds it to that'],
	])('memory with a control group of %s', (limitBytes, said) => {
		const [line] = spoken(memoryFindings({ totalBytes: 64 * 2 ** 30, limitBytes }, 'n1', 2 ** 30));
		expect(line).toBe(`✓ Memory: 1.0 GB for this job of the node's 64 GB, ${said}`);
	});
});

describe('the network', () => {
	const addresses = (more: Partial<AddressEvidence> = {}): Look<AddressEvidence> =>
		seen({
			hostName: 'n1',
			candidates: [{ interface: 'eth0', address: '10.1.2.3' }],
			named: ['10.1.2.3'],
			chosen: '10.1.2.3',
			trouble: undefined,
			...more,
		});
	const machine = (more: Partial<MachineEvidence> = {}) => ({
		addresses: addresses(),
		ports: undefined,
		proxies: {},
		...more,
	});
	const NODE = { node: 'n1', runsRay: true };
	const CHOSEN = '✓ 10.1.2.3 (eth0) would be advertised';

	it('of one address, free ports and no proxy', () => {
		const ports = seen({ offset: 0, rayPort: 6379, passed: [] });
		expect(spoken(networkFindings(machine({ ports }), NODE))).toEqual([
			CHOSEN,
			'✓ Ports from offset 0 are free (Ray 6379)',
		]);
	});

	it.each([
		[
			{
				candidates: [
					{ interface: 'eth0', address: '10.1.2.3' },
					{ interface: 'ib0', address: '10.9.0.3' },
				],
			},
			`${CHOSEN}; also there: ib0 10.9.0.3 (--interface)`,
		],
		[{ chosen: undefined, candidates: [], trouble: { message: 'no way', hint: 'x' } }, '✗ no way'],
		[
			{ chosen: undefined, trouble: { message: 'It is not clear', hint: 'choose one with --interface' } },
			'✗ It is not clear',
		],
	])('%j', (more, said) => {
		expect(spoken(networkFindings(machine({ addresses: addresses(more) }), NODE))[0]).toBe(said);
	});

	it('a name that means this machine alone is passed by', () => {
		const named = addresses({ named: ['127.0.1.1'] });
		expect(spoken(networkFindings(machine({ addresses: named }), NODE))).toContain(
			'✓ n1 resolves to 127.0.1.1, which is not advertised',
		);
	});

	it('slots that are taken are named, with by whom; where none can be had, why', () => {
		const passed = ['offset 0: port 6379 (Ray) is taken by a program of bob'];
		const taken = machine({ ports: seen({ offset: 2420, rayPort: 6439, passed }) });
		expect(spoken(networkFindings(taken, NODE))[1]).toMatch(
			/^✓ Ports from offset 2420 would be taken .*program of bob$/,
		);
		const none = machine({
			ports: { kind: 'failed', message: 'USER_PORT_OFFSET=0 is not free here', hint: 'another' },
		});
		expect(networkFindings(none, NODE)[1]).toMatchObject({ level: 'problem', fix: 'another' });
	});

	it.each([
		[{ http_proxy: 'http://p:1' }, /^! http_proxy=http:\/\/p:1, and no_proxy does not name 10\.1\.2\.3/],
		[{ HTTPS_PROXY: 'p:1', NO_PROXY: 'localhost' }, /^! HTTPS_PROXY=p:1, and no_proxy does not name/],
		[{ http_proxy: 'p', no_proxy: '10.0.0.0/8' }, /^✓ http_proxy=p, but not for 10\.1\.2\.3/],
		[{ http_proxy: 'p', RAY_grpc_enable_http_proxy: '1' }, /^✗ .*Ray's nodes ask the proxy/],
		[{ no_proxy: 'x' }, undefined],
	])('proxies %j', (proxies, said) => {
		const found = spoken(
			networkFindings(machine({ proxies: proxies as unknown as Record<string, string> }), NODE),
		).slice(1);
		if (said === undefined) expect(found).toEqual([]);
		else expect(found).toEqual([expect.stringMatching(said)]);
	});

	it.each([
		['10.1.2.3', true],
		['localhost, 10.1.0.0/16', true],
		['10.2.0.0/16', false],
		['0.0.0.0/0', true],
		['10.1.2.3/32', true],
		['10.1.2.4/31', false],
		['*', true],
		['10.1', false],
		['10.1.2.3.4/8', false],
		['', false],
	])('no_proxy=%s spares 10.1.2.3: %s', (list, spares) => {
		expect(isSpared('10.1.2.3', list)).toBe(spares);
	});

	it('passwords of proxies never pass', () => {
		expect(withoutPassword('http://me:pass@word@proxy:3128')).toBe('http://***@proxy:3128');
		expect(withoutPassword('me:pw@proxy')).toBe('***@proxy');
		expect(withoutPassword('http://proxy:3128')).toBe('http://proxy:3128');
		const secret = fc.string({ minLength: 6 }).filter((text) => !/^[*:@/]|^\s*$/.test(text));
		fc.assert(
			fc.property(secret, fc.constantFrom('', 'http://', 'socks5h://'), (password, scheme) => {
				expect(withoutPassword(`${scheme}qqq:${password}@host:1`)).toBe(`${scheme}***@host:1`);
			}),
		);
	});
});

describe('folders', () => {
	const layout = layoutOf('/home/me/outputs');
	const CLUSTER = { layout, onThisMachine: false, asksNode: true };
	const look = (
		output: Partial<FolderEvidence>,
		state: Partial<FolderEvidence> = {},
		register: Partial<FolderEvidence> = {},
	) => ({
		output: folder('/home/me/outputs', { mode: 0o755, ...output }),
		state: folder('/home/me/outputs/.rayslurm', state),
		register: folder('/home/me/.local/state/rayslurm', register),
	});

	it.each([
		[{ mode: 0o777 }, '✗ Everybody can put files into /home/me/outputs (mode 0777)'],
		[
			{ mode: 0o775 },
			'! Your group can put files into /home/me/outputs (mode 0775): files that are not yours are refused',
		],
		[{ mine: false }, "! /home/me/outputs is somebody else's"],
		[
			{ writeError: 'your disk quota is used up (EDQUOT)' },
			'✗ /home/me/outputs cannot be written to: your disk quota is used up (EDQUOT)',
		],
		[
			{ nearest: '/home', writeError: 'permission denied (EACCES)' },
			'✗ /home/me/outputs cannot be made: /home cannot be written to: permission denied (EACCES)',
		],
		[{ freeBytes: 1000 }, '✗ /home/me/outputs is full: 0 MB are free'],
		[{ freeBytes: 5e8 }, '! /home/me/outputs has 500 MB free'],
		[{ freeInodes: 10 }, '! /home/me/outputs has room for 10 files only'],
		[{ nearest: '/home/me' }, '✓ /home/me/outputs can be made: 100 GB free, ext4'],
		[{}, '✓ /home/me/outputs: 100 GB free, ext4'],
	])('output %j', (more, said) => {
		expect(spoken(folderFindings(look(more), CLUSTER))[0]).toBe(said);
	});

	it.each([
		[{ mode: 0o755 }, '✗ /home/me/outputs/.rayslurm holds tokens and is open to others (mode 0755)'],
		[{ isLink: true }, '✗ /home/me/outputs/.rayslurm is a link, and holds tokens'],
		[{ mine: false }, '✗ /home/me/outputs/.rayslurm is not yours, and would hold your tokens'],
		[{}, '✓ /home/me/outputs/.rayslurm is private'],
	])('state %j', (more, said) => {
		expect(spoken(folderFindings(look({}, more), CLUSTER))[1]).toBe(said);
	});

	it.each([
		[{ mode: 0o777 }, false, /^✗ Others can write to .*rayslurm \(mode 0777\)/],
		[{ writeError: 'permission denied (EACCES)' }, false, /^! .*: heads are found from their own folder only/],
		[{ writeError: 'permission denied (EACCES)' }, true, /^✗ .*: the local scheduler keeps its jobs there/],
		[{ mine: false }, false, /^! .*somebody else's/],
		[{ nearest: '/home/me' }, false, /^✓ .* can be made$/],
	])('register %j, on this machine: %s', (more, onThisMachine, said) => {
		expect(spoken(folderFindings(look({}, {}, more), { ...CLUSTER, onThisMachine })).at(-1)).toMatch(said);
	});

	it('a file system of one machine is doubted where nodes must see it, and no job will tell', () => {
		const doubts = (more: Partial<FolderEvidence>, context: Partial<typeof CLUSTER>) =>
			spoken(folderFindings(look(more), { ...CLUSTER, ...context })).filter((line) => line.startsWith('!'));
		expect(doubts({}, { asksNode: false })).toEqual([expect.stringContaining('do compute nodes see it?')]);
		expect(doubts({}, {})).toEqual([]);
		expect(doubts({}, { asksNode: false, onThisMachine: true })).toEqual([]);
		const nfs = (options: string[]) => ({ mount: { type: 'nfs4', point: '/home', options } });
		expect(doubts(nfs(['rw', 'hard']), { asksNode: false })).toEqual([]);
		expect(doubts(nfs(['rw', 'acregmax=60']), { asksNode: false })).toEqual([]);
		expect(doubts(nfs(['rw', 'actimeo=600']), { asksNode: false })).toEqual([
			expect.stringContaining('up to 600 s late'),
		]);
		expect(doubts(nfs(['rw', 'soft']), { asksNode: false })).toEqual([expect.stringContaining('mounted soft')]);
	});

	it('an output folder that hangs', () => {
		const hanging = { ...look({}), output: { kind: 'silent', afterMs: 10_000 } as const };
		expect(spoken(folderFindings(hanging, CLUSTER))[0]).toBe(
			'✗ The output folder /home/me/outputs did not answer in 10 s',
		);
	});

	it('settings of others, and those that others may change', () => {
		expect(spoken(settingsFindings(['/tmp/.env'], ['/p/rayslurm.yaml']))).toEqual([
			"! /tmp/.env is somebody else's and is not read",
			'! Others can write to /p/rayslurm.yaml, which says what runs as you',
		]);
	});

	it('the mount of a path is the longest, and of two at one place the last', () => {
		const text = `22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:40 / /home rw - nfs4 server:/home rw,soft,addr=10.0.0.1
31 22 0:41 / /tmp rw - tmpfs tmpfs rw
32 31 0:42 / /tmp rw,noexec - xfs /dev/sdb rw
33 22 0:43 / /with\\040space rw - ext4 /dev/sdc rw
`;
		expect(mountOf(text, '/home/me')).toMatchObject({ type: 'nfs4', options: expect.arrayContaining(['soft']) });
		expect(mountOf(text, '/homer')).toMatchObject({ type: 'ext4', point: '/' });
		expect(mountOf(text, '/tmp')).toMatchObject({ type: 'xfs', options: expect.arrayContaining(['noexec']) });
		expect(mountOf(text, '/with space/x')).toMatchObject({ point: '/with space' });
		expect(mountOf('', '/')).toBeUndefined();
	});
});

describe('Ray', () => {
	const ray = (rayVersion: string, pythonVersion = '3.11.7') =>
		seen({ rayVersion, pythonVersion, python: '/e/bin/python' });
	const HERE = { node: undefined, environment: 'venv /e', acceptsNoAuth: false };

	it.each([
		[ray('2.60.0'), HERE, '✓ Ray 2.60.0, Python 3.11.7 (venv /e; /e/bin/python)'],
		[ray('2.39.0'), HERE, '✗ Ray 2.39.0 is too old'],
		[ray('2.51.0'), HERE, '✗ Ray 2.51.0 has no authentication'],
		[ray('2.51.0'), { ...HERE, acceptsNoAuth: true }, '! Ray 2.51.0 has no authentication'],
		[{ kind: 'failed', message: 'Ray is missing: no' } as const, HERE, '✗ Ray is missing: no'],
		[{ kind: 'silent', afterMs: 30_000 } as const, HERE, '✗ Ray (venv /e) did not answer in 30 s'],
		[
			seen({ rayVersion: '2.60.0', pythonVersion: '3.11.7', python: '/p' }, 12_000),
			HERE,
			'! Python took 12 s to start',
		],
	])('%j', (look, place, said) => {
		expect(spoken(rayFindings(look, place))).toEqual([expect.stringContaining(said)]);
	});

	it('another one there than here is said', () => {
		expect(rayDiffers(ray('2.60.0'), ray('2.60.0'), 'n1')).toEqual([]);
		expect(rayDiffers(undefined, ray('2.60.0'), 'n1')).toEqual([]);
		expect(spoken(rayDiffers(ray('2.60.0'), ray('2.59.0'), 'n1'))[0]).toMatch(
			/^! Ray 2\.59\.0 .* there, Ray 2\.60\.0 /,
		);
		expect(spoken(rayDiffers(ray('2.60.0'), ray('2.60.0', '3.12.0'), 'n1'))).toHaveLength(1);
	});
});
