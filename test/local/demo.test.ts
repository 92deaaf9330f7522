// The demo from its first line to its clean end, kept, with two users at once, and interrupted at ten moments: whatever
// happens, nothing is left of it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { nodeForUsers } from '../testbed/app.ts';
import { bundle, describeReal, person, rayFolder, until } from '../testbed/bed.ts';
import { Here, temporary } from './here.ts';

const alice = new Here(person('alice'));
const bob = new Here(person('bob'));
const demos = () => readdirSync('/tmp').filter((name) => name.startsWith('rayslurm-demo-'));

describeReal('the demo', () => {
	const known = [...temporary(), ...demos()];
	afterEach(() => Promise.all([alice.cancelAll(), bob.cancelAll()]));

	const expectNothing = async (here: Here) => {
		await until('no process is left', async () => (await here.processes()).length === 0);
		expect([...here.temporary(), ...demos()].filter((name) => !known.includes(name))).toEqual([]);
		expect((await here.run(['local', 'jobs'])).stdout).toBe('');
		const register = `${here.who.home}/.local/state/rayslurm/heads`;
		const heads = existsSync(register)
			? readdirSync(register).map((name) => readFileSync(join(register, name), 'utf8'))
			: [];
		expect(heads.filter((head) => head.includes('rayslurm-demo-'))).toEqual([]);
	};

	it('two users at once: each sees an answer from three nodes, a picture, and what to type next; --keep leaves it running', async () => {
		const both = await Promise.all([alice.run(['demo']), bob.run(['demo', '--keep'])]);
		for (const { stdout, stderr, code } of both) {
			expect(stdout).toMatch(/^pi is about 3\.1\d+, says a cluster of 3 nodes$/m);
			expect(stdout.match(/^job \d+ on 127\.0\.0\.2: [\d,]+ of 300,000 darts hit$/gm)).toHaveLength(3);
			expect(stdout).toMatch(/^Head \d+, (?:joinable|ready) on /m);
			expect(stdout).toMatch(/│ head \d+ +│.*│ client \d+ +│.*│ client \d+ +│/);
			expect(stderr).toMatch(/Type next:\n(?: {2}rayslurm .+\n){3}$/);
			expect(code).toBe(0);
		}
		const [, kept] = both;
		const head = /^Head (\d+)/m.exec(kept?.stdout ?? '')?.[1] ?? '';
		const folder =
			/its files are in (\/tmp\/rayslurm-demo-\w+), for you to remove\.$/m.exec(kept?.stderr ?? '')?.[1] ?? '';
		expect(demos()).toEqual(expect.arrayContaining([folder.slice('/tmp/'.length)]));
		const told = await bob.run(['status', head, '--json']);
		expect(JSON.parse(told.stdout).heads[0]).toMatchObject({ job: head, ray: { answers: true } });
		await bob.cancelAll();
		await bob.who.run(['rm', '-r', folder]);
		await expectNothing(alice);
	});

	describe('interrupted', () => {
		it.each([
			['at its first word', /A Ray cluster/],
			['when the head is to be submitted', /\$ rayslurm head submit/],
			['when it has been', /submitted as job/],
			['when it runs', /running on/],
			['when its Ray answers', /Ray \S+ answers/],
			['when it can be joined', /joinable/],
			['when the worker is to be submitted', /\$ rayslurm connect \d+ --time=30\n/],
			['when the script is to be submitted', /\$ rayslurm connect \d+ --time=30 --follow/],
			['when the script has joined', /✓ joined/],
			['when the answer is there', /pi is about/],
		])('%s: code 130, and nothing is left', async (_when, words) => {
			const { who } = alice;
			// In a session of its own, as from a terminal: ctrl-C is heard by every process of the group.
			const running = who.start(['/usr/bin/setsid', nodeForUsers(), bundle, 'demo'], {
				env: { PATH: `${rayFolder}/bin:/usr/bin:/bin`, RAYSLURM_LOCAL_CPUS: '8' },
				timeoutMs: 120_000,
			});
			await until(`it has said ${words}`, () => words.test(Object.values(running.soFar()).join('\n')), {
				everyMs: 5,
				timeoutMs: 60_000,
			});
			process.kill(-running.pid, 'SIGINT');
			const { code, stderr } = await running.done;
			expect({ code, stderr }).toMatchObject({ code: 130 });
			await expectNothing(alice);
		});
	});
});
