// rayslurm logs without Slurm: the same words, and Ray's logs read where they are.
import { readdirSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { describeReal, person, until } from '../testbed/bed.ts';
import { Here, SMALL } from './here.ts';

const alice = new Here(person('alice'));

describeReal('logs on one machine', () => {
	afterEach(() => alice.cancelAll());

	it("a script's output to its end, its Ray's logs while it runs and afterwards; a head that is cancelled ends -f", async () => {
		const { job, cwd } = await alice.head();
		const script = [
			'import time',
			'print("begun", flush=True)',
			'time.sleep(2)',
			'print("done")',
			'raise SystemExit(3)',
		];
		await alice.who.write(`${cwd}/fails.py`, `${script.join('\n')}\n`);
		const client = (await alice.run(['connect', job, '--parsable', ...SMALL, 'fails.py'], { cwd })).stdout.trim();
		const ofHead = alice.start(['logs', '-f', job], { cwd: '/' });
		const ofRay = alice.start(['logs', '-f', job, '--ray', 'gcs_server.out'], { cwd: '/' });
		expect(await alice.run(['logs', '-f', client], { cwd: '/' })).toMatchObject({ code: 0, stdout: 'begun\ndone\n' });
		expect(readdirSync(`${cwd}/outputs/slurm_logs/${client}-ray-logs`)).toHaveLength(1);
		expect((await alice.run(['logs', client, '--ray', 'raylet.out', '-n', '1'], { cwd: '/' })).stdout).not.toBe('');
		await until("Ray's log is shown", () => ofRay.soFar().stdout.includes('gcs_server'));
		await alice.run(['local', 'cancel', job]);
		expect(await ofHead.done).toMatchObject({
			code: 0,
			stdout: expect.stringContaining(`Head ${job} ended: stopped\n`),
		});
		expect((await ofRay.done).code).toBe(0);
	});
});
