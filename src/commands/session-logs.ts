// rayslurm session-logs: lists or prints Ray's session logs of a job on the node it is started on. `rayslurm logs --ray`
// types it, for a job that runs elsewhere; it ends when its standard input does.
import { stdin } from 'node:process';
import { text, wholeNumber } from '../core/node-words.ts';
import { readJobWords } from './job-words.ts';
import { printSessionLog, sessionFolder } from './session-log.ts';
import type { Command } from './shell.ts';

export const command: Command = async (shell) => {
	const { values, positionals } = readJobWords({
		args: [...shell.words],
		allowPositionals: true,
		options: { name: { type: 'string' }, lines: { type: 'string' }, follow: { type: 'boolean' } },
	});
	const [job = ''] = positionals;
	const world = await shell.world('slurm');
	const node = world.node.hostName;
	const name = text(values, 'name');
	if (name === undefined) {
		const folder = await world.rayLogs.ofJob(job);
		const files = folder === undefined ? [] : await world.rayLogs.list(folder);
		shell.out(`${JSON.stringify({ node, files })}\n`);
		return 0;
	}
	let over = false;
	stdin.once('close', () => {
		over = true;
	});
	stdin.resume();
	const lines = values.lines === undefined ? undefined : wholeNumber(values, 'lines');
	const part = { name, lines, over: values.follow ? () => over : undefined };
	const folder = await sessionFolder(world, job, part.over);
	await printSessionLog(world, folder, `on ${node}`, part, (bytes) => shell.outBytes(bytes));
	return 0;
};
