// rayslurm local jobs: this machine's jobs of mine that are not over, or those asked for, whatever became of them.
import { checkJobIds, listJobs, openLocal } from './local-command.ts';
import { type HelpPage, settingOptions } from './own-options.ts';
import { say } from './progress.ts';
import type { Command } from './shell.ts';

export const page: HelpPage = {
	usage: 'rayslurm local jobs [JOB…] [OPTIONS]',
	about:
		'Your jobs on this machine that are not over, and why they wait; with JOB, those, also ended ones of seven days.',
	options: [{ name: 'json', kind: 'switch', describe: 'print facts as JSON' }, ...settingOptions(['debug'])],
	examples: [
		['$0 local jobs', 'what runs and what waits, and why'],
		['$0 local jobs 12 13_2', 'these, also when they have ended'],
		['$0 local jobs 12 --json', 'the same for programs'],
	],
	footer: 'The exit code is 3 where there is no such job.',
};

export const command: Command = async (shell) => {
	const opened = await openLocal(shell, page);
	if (opened === undefined) return 0;
	const { own, plain, scheduler } = opened;
	checkJobIds(plain);
	const jobs = await scheduler.mine(plain.length === 0 ? undefined : plain);
	shell.out(own['json'] ? `${JSON.stringify({ schemaVersion: 1, jobs })}\n` : listJobs(jobs));
	if (jobs.length === 0)
		say(shell, 'No job of yours waits or runs here. Submit one with: rayslurm local submit SCRIPT');
	return jobs.some(({ state }) => state.kind === 'gone') ? 3 : 0;
};
