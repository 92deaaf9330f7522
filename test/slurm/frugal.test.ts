// The queue is asked politely: what Slurm's controller itself counted.
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { describeReal, person } from '../testbed/bed.ts';

const TWENTY_SECONDS = `
import time
time.sleep(20)
`;

/** Requests of this user since the counters were reset. */
async function requestsOf(user: string): Promise<number> {
	const { stdout } = await execa('sdiag');
	const users = stdout.slice(stdout.indexOf('statistics by user'));
	const line = new RegExp(`^\\s+${user}\\s*\\(\\s*\\d+\\)\\s+count:(\\d+)`, 'm').exec(users);
	return Number(line?.[1] ?? expect.fail(users));
}

describeReal('a head and a client', () => {
	it('cost the controller fewer than 15 requests from submission to the end', async () => {
		const alice = person('alice');
		const cwd = await alice.workspace();
		await alice.write(`${cwd}/sleeping.py`, TWENTY_SECONDS);
		await execa('sdiag', ['--reset']);
		// With every default, so that the partition's limits are asked for as well.
		const head = await alice.rayslurm(['head', 'submit', '--wait', '--', '--include-dashboard=false'], { cwd });
		const job = /head job (\d+)/.exec(head.stdout)?.[1] ?? expect.fail(head.all);
		const afterHead = await requestsOf('alice');
		const connect = ['connect', job, '--time=20', '-c', '2', '--wait', 'sleeping.py'];
		expect(await alice.rayslurm(connect, { cwd })).toMatchObject({ code: 0 });
		const all = await requestsOf('alice');
		console.info(`head submit --wait: ${afterHead} requests; connect --wait of 20 s: ${all - afterHead}`);
		expect(afterHead).toBeGreaterThan(0);
		// One look for a minute more, of two requests.
		expect(all + 2).toBeLessThan(15);
	});
});
