// Asks a person before something is lost. Without a terminal nobody can answer, and nothing is taken for a yes.
import { createInterface } from 'node:readline/promises';
import { Trouble } from '../core/trouble.ts';

export async function confirm(question: string): Promise<boolean> {
	if (!process.stdin.isTTY || !process.stderr.isTTY) {
		throw new Trouble('usage', `${question} Nobody can answer without a terminal`, { hint: '--yes answers' });
	}
	const asking = createInterface({ input: process.stdin, output: process.stderr });
	// ctrl-D is no; ctrl-C ends the command.
	const gone = new Promise<string>((resolve, reject) => {
		asking.once('close', () => resolve(''));
		asking.once('SIGINT', () => {
			process.stderr.write('\n'); // Behind the question.
			reject(new Trouble('interrupted', 'Interrupted: nothing was done'));
		});
	});
	const answer = await Promise.race([asking.question(`${question} [y/N] `), gone]).finally(() => asking.close());
	return /^y(es)?$/i.test(answer.trim());
}
