// rayslurm local jobs: this machine's jobs of mine that are not over, or those asked for, whatever became of them.
import { reasonInWords } from '../core/slurm-reasons.ts';
import { Trouble } from '../core/trouble.ts';
import type { KnownState } from '../core/world.ts';
import type { Command } from './shell.ts';

const HELP = `rayslurm local jobs [--json] [JOB…]

This machine's jobs of mine that are not over; with JOB, those, ended ones of seven days too.

Examples:
  rayslurm local jobs
  rayslurm local jobs 12 13 --json
`;

export const command: Command = async (shell) => {
	const options = shell.words.filter((word) => word.startsWith('-'));
	if (options.includes('--help') || options.includes('-h')) {
		shell.out(HELP);
		return 0;
	}
	const unknown = options.find((word) => word !== '--json');
	if (unknown !== undefined) throw new Trouble('usage', `No such option: ${unknown}`, { hint: 'see --help' });
	const { scheduler } = await shell.world('local');
	const asked = shell.words.filter((word) => !word.startsWith('-'));
	const odd = asked.find((word) => !/^[1-9]\d{0,9}$/.test(word));
	if (odd !== undefined)
		throw new Trouble('usage', `Not a job id: ${JSON.stringify(odd)}`, { hint: 'a number such as 12' });
	const jobs = (await scheduler.mine?.(asked.length === 0 ? undefined : asked)) ?? [];
	if (options.length > 0) shell.out(`${JSON.stringify({ schemaVersion: 1, jobs })}\n`);
	else for (const { job, name, state } of jobs) shell.out(`${[job.padStart(6), name, inWords(state)].join('  ')}\n`);
	return jobs.some(({ state }) => state.kind === 'gone') ? 3 : 0;
};

function inWords(state: KnownState): string {
	switch (state.kind) {
		case 'pending':
			return `pending: ${reasonInWords(state.reason)}`;
		case 'running':
			return state.ends === undefined ? 'running' : `running until ${state.ends}`;
		case 'ended':
			return `ended: ${state.how}${state.exitCode === undefined ? '' : `, code ${state.exitCode}`}`;
		case 'gone':
			return 'no such job';
		case 'unknown':
			return `not known: ${state.why}`;
		default:
			return state.kind;
	}
}
