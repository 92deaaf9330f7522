// The one rule for output folders, where it is enforced and what it tells a person.
import { expect, it } from 'vitest';
import { layoutOf } from '../../src/core/layout.ts';
import type { Standing, Step } from '../../src/core/own-ground.ts';
import { submitProbe } from '../../src/flows/doctor/probe-job.ts';
import { groundTrouble, requireOwnGround } from '../../src/flows/own-ground.ts';
import { submitJob } from '../../src/flows/submit-job.ts';
import { strawWorld } from './straw-world.ts';

const layout = layoutOf('/lab/me/outputs');

function worldWith(...folders: Partial<Standing>[]) {
	const did: string[] = [];
	const { world, files } = strawWorld({
		scheduler: { title: 'Slurm', submit: async () => did.push('submitted') },
	} as never);
	const asked: string[] = [];
	const wayTo = async (path: string): Promise<readonly Step[]> => {
		asked.push(path);
		return folders.map((each) => ({
			folder: { path: '/', mode: 0o755, trusted: true, mine: true, groupIsMine: false, ...each },
			entryTrusted: true,
		}));
	};
	return { world: { ...world, files: { ...world.files, wayTo } }, files, did, asked };
}

it('looks as far as the folder of the logs, and is content', async () => {
	const { world, asked } = worldWith({}, { path: '/lab/me' });
	await requireOwnGround(world, layout);
	expect(asked).toEqual(['/lab/me/outputs/slurm_logs']);
});

it('names the folder that everybody can write to, and what mends it', async () => {
	const { world } = worldWith({}, { path: '/lab', mode: 0o2775 }, { path: "/lab/me's", mode: 0o777 });
	await expect(requireOwnGround(world, layout)).rejects.toMatchObject({
		kind: 'failed',
		message: "The output folder /lab/me/outputs can be swapped for another: everybody can write to /lab/me's",
		hint: `chmod go-w '/lab/me'\\''s'; or choose one in a folder of your own, such as --output-dir=~/ray-outputs`,
	});
});

it('notes a folder that its group can write to, and lets it be', async () => {
	const { world } = worldWith({}, { path: '/lab', mode: 0o2775 });
	expect(await requireOwnGround(world, layout)).toBe(
		'The output folder /lab/me/outputs can be swapped for another: others of its group can write to /lab; chmod go-w /lab; or choose one in a folder of your own, such as --output-dir=~/ray-outputs',
	);
	const pi = worldWith({ path: '/lab', mode: 0o755, mine: false, trusted: false });
	expect(await requireOwnGround(pi.world, layout)).toBeUndefined();
	expect(await groundTrouble(pi.world, layout)).toMatchObject({
		message: 'The output folder /lab/me/outputs can be swapped for another: /lab belongs to somebody else',
		refused: false,
	});
});

it("says no chmod for a folder that is root's", async () => {
	const { world } = worldWith({ path: '/lab', mode: 0o777, mine: false });
	await expect(requireOwnGround(world, layout, () => 'do this')).rejects.toMatchObject({ hint: 'do this' });
});

it('lets nothing be written or submitted', async () => {
	const { world, files, did } = worldWith({ path: '/lab', mode: 0o777 });
	const submission = { script: 'x', scriptPath: '/x', options: [] };
	await expect(submitJob(world, layout, { submission, log: String })).rejects.toMatchObject({ kind: 'failed' });
	const probe = { submission, folder: '/x', comment: '', minutes: 1, leadSeconds: 1 };
	await expect(submitProbe(world, layout, probe, '{}')).rejects.toMatchObject({ kind: 'failed' });
	expect([files.size, did]).toEqual([0, []]);
});
