// rayslurm serve-signs: what the node it runs on shows of Serve, as one line of JSON. `rayslurm wait --for serve` types it.
import { readJobWords } from './job-words.ts';
import type { Command } from './shell.ts';

export const command: Command = async (shell) => {
	const { values } = readJobWords({
		args: [...shell.words],
		options: { address: { type: 'string' }, url: { type: 'string', multiple: true } },
	});
	const { node } = await shell.world('slurm');
	shell.out(`${JSON.stringify(await node.serveSigns(values.address ?? '', values.url ?? []))}\n`);
	return 0;
};
