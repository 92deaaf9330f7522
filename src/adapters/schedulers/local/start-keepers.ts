// Starts the keepers of jobs: in a session of their own, without a terminal, and children of nobody, so that they outlive
// the shell, the log-in and the job from which they were submitted.
import { spawn } from 'node:child_process';
import { Trouble } from '../../../core/trouble.ts';
import { keeperScript } from './keeper-script.ts';
import type { Place } from './place.ts';

/** A keeper says that it is there within milliseconds; a machine may be very busy. */
const START_LIMIT_MS = 30_000;

export async function startKeepers(
	place: Place,
	ids: readonly string[],
	environment: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, { readonly pid: number; readonly startTime: string }>> {
	const script = await keeperScript(place);
	const child = spawn('bash', ['-p', script, 'start', place.entries], {
		detached: true,
		cwd: '/',
		env: { ...environment, PATH: environment['PATH'] || '/usr/bin:/bin' },
		stdio: ['pipe', 'pipe', 'ignore'],
	});
	child.stdin.on('error', () => {});
	child.stdin.end(`${ids.join('\n')}\n`);
	let text = '';
	child.stdout.setEncoding('utf8').on('data', (part: string) => {
		text += part;
	});
	const timer = setTimeout(() => child.stdout.destroy(), START_LIMIT_MS);
	await new Promise<void>((resolve, reject) => {
		child.once('error', (cause) =>
			reject(
				new Trouble('program-missing', `bash could not be started: ${cause.message}`, {
					hint: 'the local scheduler needs bash 4 or later in PATH',
					cause,
				}),
			),
		);
		// Each keeper closes it when it has spoken.
		child.stdout.once('close', resolve);
	}).finally(() => clearTimeout(timer));
	child.unref();
	const lines = [...text.matchAll(/^(\d+) (\d+) (\d+)$/gm)];
	return new Map(lines.map(([, id = '', pid, startTime = '']) => [id, { pid: Number(pid), startTime }]));
}
