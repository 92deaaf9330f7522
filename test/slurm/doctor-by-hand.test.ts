import { expect, it } from 'vitest';
import { controller, describeReal, person } from '../testbed/bed.ts';

describeReal('by hand', () => {
	const alice = person('alice');
	it('signal, and stopped', async () => {
		const cwd = await alice.workspace();
		const signal = await alice.rayslurm(['doctor', '--job', '--await-signal'], { cwd, timeoutMs: 120_000 });
		console.info(signal.all);
		await controller('stop');
		const began = performance.now();
		const stopped = await alice.rayslurm(['doctor', '--job'], { cwd }).finally(() => controller('start'));
		console.info(stopped.all, stopped.code, performance.now() - began);
		expect(signal.code).toBe(0);
	});
});
