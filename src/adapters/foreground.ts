// Runs one command in the person's place: its own standard streams, every signal once, its exit code (128+n for a signal).
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import type { ForegroundProgram } from '../core/foreground-program.ts';
import { hushing } from '../core/hushed-lines.ts';
import { Trouble } from '../core/trouble.ts';

/** SIGUSR1 among them: without a handler of ours node would open its debugger to everybody on this host. */
const PASSED_ON = ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const;
const DELIVERED = { SIGTERM: 'TERM', SIGHUP: 'HUP', SIGQUIT: 'QUIT' } as const;
const FROM_THE_KEYBOARD: readonly string[] = ['SIGINT', 'SIGQUIT'];

export async function runForeground({ argv, environment, hushed, deliver }: ForegroundProgram): Promise<number> {
	const [program = '', ...words] = argv;
	const heard: NodeJS.Signals[] = [];
	let delivered = false;
	let pass = (signal: NodeJS.Signals) => void heard.push(signal);
	const hear = (signal: NodeJS.Signals) => pass(signal);
	for (const signal of PASSED_ON) process.on(signal, hear);
	try {
		const child = spawn(program, words, {
			env: Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined)),
			stdio: ['inherit', 'inherit', hushed === undefined ? 'inherit' : 'pipe'],
		});
		pass = (signal) => {
			// The terminal has told it already: it is in our process group.
			if (FROM_THE_KEYBOARD.includes(signal) && isInForeground()) return;
			const name = DELIVERED[signal as keyof typeof DELIVERED];
			// Once: who is told twice is in a hurry.
			if (deliver === undefined || name === undefined || delivered) child.kill(signal);
			else {
				delivered = true;
				void deliver(name)
					.catch(() => false)
					.then((gone) => gone || child.kill(signal));
			}
		};
		child.once('spawn', () => {
			for (const signal of heard.splice(0)) pass(signal);
		});
		if (child.stderr && hushed) {
			const lines = hushing(hushed);
			child.stderr.on('data', (bytes: Buffer) => process.stderr.write(lines.more(bytes.toString('latin1')), 'latin1'));
			child.stderr.on('end', () => process.stderr.write(lines.rest(), 'latin1'));
		}
		return await new Promise<number>((resolve, reject) => {
			child.once('error', (error: NodeJS.ErrnoException) => reject(notStarted(program, error)));
			// close: what it said has been read to its end.
			child.once('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']));
		});
	} finally {
		for (const signal of PASSED_ON) process.off(signal, hear);
	}
}

function notStarted(program: string, error: NodeJS.ErrnoException): Trouble {
	if (error.code === 'ENOENT')
		return new Trouble('program-missing', `Command not found: ${program}`, {
			hint: 'is it spelt as it should be, and in the PATH of this environment?',
		});
	const message = `Cannot run ${program}: ${error.code === 'EACCES' ? 'permission denied' : error.message}`;
	return new Trouble('failed', message, { cause: error, exitCode: error.code === 'EACCES' ? 126 : 1 });
}

/** Has this process group the terminal? Then ctrl-C reached all of it. */
function isInForeground(): boolean {
	try {
		const stat = readFileSync('/proc/self/stat', 'latin1');
		const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		return group === foreground;
	} catch {
		return process.stdin.isTTY === true;
	}
}
