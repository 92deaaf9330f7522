// The one rule for output folders, where it is enforced and what it tells a person.
import { expect, it } from 'vitest';
import { layoutOf } from '../../src/core/layout.ts';
import type { Standing, Step } from '../../src/core/own-ground.ts';
import { submitProbe } from '../../src/flows/doctor/probe-job.ts';
import { requireOwnGround } from '../../src/flows/own-ground.ts';
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

it('names the folder, and what mends it', async () => {
	const { world } = worldWith({}, { path: '/lab', mode: 0o777 }, { path: "/lab/me's", mode: 0o2775 });
	await expect(requireOwnGround(world, layout)).rejects.toMatchObject({
		kind: 'failed',
		message: "The output folder /lab/me/outputs can be swapped for another: others can write to /lab/me's",
		hint: `chmod go-w '/lab/me'\\''s' /lab; or choose one in a folder of your own, such as --output-dir=~/ray-outputs`,
	});
});

it.each<[string, Partial<Standing>, string]>([
	["that is somebody else's", { mode: 0o755, mine: false, trusted: false }, '/lab belongs to somebody else'],
	["that is root's", { mode: 0o777, mine: false }, 'others can write to /lab'],
])('says no chmod for a folder %s', async (_, more, why) => {
	const { world } = worldWith({ path: '/lab', ...more });
	await expect(requireOwnGround(world, layout, () => 'do this')).rejects.toMatchObject({
		message: `The output folder /lab/me/outputs can be swapped for another: ${why}`,
		hint: 'do this',
	});
});

it('lets nothing be written or submitted', async () => {
	const { world, files, did } = worldWith({ path: '/lab', mode: 0o777 });
	const submission = { script: 'x', scriptPath: '/x', options: [] };
	await expect(submitJob(world, layout, { submission, log: String })).rejects.toMatchObject({ kind: 'failed' });
	const probe = { submission, folder: '/x', comment: '', minutes: 1, leadSeconds: 1 };
	await expect(submitProbe(world, layout, probe, '{}')).rejects.toMatchObject({ kind: 'failed' });
	expect([files.size, did]).toEqual([0, []]);
});
