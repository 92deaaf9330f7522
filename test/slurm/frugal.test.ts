// The queue is asked politely: what Slurm's controller itself counted.
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { describeReal, person } from '../testbed/bed.ts';
import { SMALL, startHead } from './cluster.ts';

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
		const head = await startHead(alice, [], { cwd });
		const afterHead = await requestsOf('alice');
		expect(await alice.rayslurm(['connect', head.job, ...SMALL, '--wait', 'sleeping.py'], { cwd })).toMatchObject({
			code: 0,
		});
		const all = await requestsOf('alice');
		console.info(`head submit --wait: ${afterHead} requests; connect --wait of 20 s: ${all - afterHead}`);
		expect(afterHead).toBeGreaterThan(0);
		expect(all).toBeLessThan(15);
	});
});
