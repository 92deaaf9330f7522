// rayslurm local cancel: ends jobs of this machine: SIGTERM to all their processes, SIGKILL half a minute later.
import { arrayOf, nameOf } from '../core/task-names.ts';
import { Trouble } from '../core/trouble.ts';
import { recordNeverBegan, recordTakenOut } from '../flows/taken-out.ts';
import { findJob } from './find-job.ts';
import { checkJobIds, listJobs, openLocal } from './local-command.ts';
import { type HelpPage, settingOptions } from './own-options.ts';
import type { Project } from './project.ts';
import type { Command, Shell } from './shell.ts';

export const page: HelpPage = {
	usage: 'rayslurm local cancel JOB… [OPTIONS]',
	about:
		'Ends jobs of this machine: SIGTERM to all their processes, SIGKILL half a minute later. Jobs that wait are taken out of the line. JOB_INDEX is one task of an array.',
	options: [
		{ name: 'dry-run', kind: 'switch', describe: 'show which jobs would be ended, and end none' },
		{ name: 'json', kind: 'switch', describe: 'print facts as JSON' },
		...settingOptions(['local-cpus', 'debug']),
	],
	examples: [
		['$0 local cancel 12', 'one job'],
		['$0 local cancel 12 13_2', 'two, of which one is task 2 of array 13'],
		['$0 local cancel 12 --dry-run', 'what would be ended'],
	],
	footer: 'rayslurm local jobs lists them.',
};

export const command: Command = async (shell) => {
	const opened = await openLocal(shell, page);
	if (opened === undefined) return 0;
	const { own, plain, scheduler, project } = opened;
	if (plain.length === 0) throw new Trouble('usage', 'Which jobs?', { hint: 'rayslurm local jobs lists them' });
	checkJobIds(plain);
	const jobs = await scheduler.mine(plain);
	const missing = jobs.filter(({ state }) => state.kind === 'gone').map(({ job }) => job);
	const living = jobs.filter(({ state }) => state.kind !== 'gone' && state.kind !== 'ended');
	const waiting = living.filter(({ state }) => state.kind === 'pending').map(nameOf);
	if (!own['dry-run']) {
		await scheduler.cancel(plain);
		if (waiting.length > 0) await noteTakenOut(shell, project, new Set(waiting)).catch(() => {});
	}
	const facts = { [own['dry-run'] ? 'wouldCancel' : 'cancelled']: living.map(nameOf) };
	if (own['dry-run'] && !own['json']) shell.out(`Would cancel:\n${listJobs(living)}`);
	if (missing.length > 0) {
		throw new Trouble('no-such-job', `No such job: ${missing.join(', ')}`, {
			hint: 'rayslurm local jobs lists them',
			facts,
		});
	}
	if (own['json']) shell.out(`${JSON.stringify({ schemaVersion: 1, ...facts })}\n`);
	return 0;
};

/** Of heads and clients it is put down that they never begin. A convenience, as everything that reads files alone. */
async function noteTakenOut(shell: Shell, project: Project, names: ReadonlySet<string>): Promise<void> {
	const world = await shell.world('local');
	for (const job of new Set([...names].map((name) => arrayOf(name) ?? name))) {
		const found = await findJob(world, project.layout, job, { cwd: shell.cwd }).catch(() => undefined);
		if (found === undefined) continue;
		const { layout, clients } = found;
		if (found.kind === 'head') await recordNeverBegan(world, layout, job);
		const never = clients.filter((client) => client.events.length === 0 && names.has(nameOf(client)));
		const placed = never.map((client) => ({ name: nameOf(client), corner: layout.head(client.headName) }));
		await recordTakenOut(world, placed);
	}
}
