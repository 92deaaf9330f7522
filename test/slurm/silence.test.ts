// Slurm's controller is away under every command: each says so, or does not need it; nothing is taken for gone, and nothing is
// done on an unanswered question.
import { beforeAll, expect, it } from 'vitest';
import { controller, describeReal, jobState, person } from '../testbed/bed.ts';
import { SMALL, startHead } from './cluster.ts';

describeReal('the controller is away', () => {
	const alice = person('alice');
	let cwd: string;
	let head: string;

	beforeAll(async () => {
		({ job: head, cwd } = await startHead(alice, ['--name=quiet']));
		await alice.write(`${cwd}/x.py`, 'print(1)\n');
		await alice.rayslurm(['wait', head], { cwd });
	});

	it('under every command', async () => {
		const rows: readonly (readonly [words: string[], code: number, says: RegExp])[] = [
			[['status'], 75, /^Head \d+ quiet, ready on dws-0\d$[\s\S]*Slurm did not answer/m],
			[['status', head, '--json'], 75, /"kind":"scheduler","name":"Slurm","answered":false/],
			[['wait', head, '--timeout=2'], 0, /✓ every advertised port is up/],
			[['wait', head, '--for=end', '--timeout=2'], 4, /has not ended/],
			[['logs', head], 0, /Ray answers at/],
			[['connect', head, ...SMALL, 'x.py'], 75, /did not (?:say|answer)/],
			[['head', 'submit', ...SMALL], 75, /Slurm/],
			[['stop', head, '--yes'], 75, /nothing was stopped|did not/],
			[['head', 'restart', 'quiet', '--yes'], 75, /nothing was stopped|did not/],
			[['clean', '--dry-run'], 0, /./],
			[['env', head], 0, /^export RAY_ADDRESS=/m],
			[['exec', '--here', head, '--', 'true'], 0, /^/],
			[['dashboard', head], 1, /has no dashboard/],
			[['config'], 0, /outputs/],
			[['doctor'], 5, /Slurm did not answer|✗/],
			[['completion', 'bash'], 0, /complete/],
			[['complete', 'zsh', 'connect', ''], 0, new RegExp(`^${head}`, 'm')],
		];
		await controller('stop');
		const said = await Promise.all(rows.map(([words]) => alice.rayslurm(words, { cwd, timeoutMs: 150_000 }))).finally(
			() => controller('start'),
		);
		for (const [index, [words, code, says]] of rows.entries()) {
			expect({ words, code: said[index]?.code, all: said[index]?.all }).toMatchObject({
				code,
				all: expect.stringMatching(says),
			});
		}
		expect(await jobState(head)).toBe('RUNNING');
	});
});
