// A picture that is drawn again and again in its place on the terminal, on the second screen that terminals have, so that
// what stood there before is there again afterwards, however this ends: q, ctrl-C, a signal, a mistake of ours.
import type { Shell } from './shell.ts';

const ENTER = '\x1b[?1049h\x1b[?25l';
const LEAVE = '\x1b[?25h\x1b[?1049l';
const CTRL_C = '\x03';
const CTRL_Z = '\x1a';
const HUNG_UP = 129;

/** Where the terminal is gone Node would abort over setting it right. Who is ended by a signal sets nothing. */
function endByHangUp(): void {
	process.removeAllListeners('SIGHUP');
	process.kill(process.pid, 'SIGHUP');
}

/** draw: the lines of the picture; those that find no room are left out, before the last. Returns the exit code. */
export async function showLive(shell: Shell, draw: () => Promise<readonly string[]>, everyMs: number): Promise<number> {
	const { stdin, stdout } = process;
	const keys = stdin.isTTY === true;
	let lines: readonly string[] = [];
	let timer: NodeJS.Timeout | undefined;
	let drawing = false;
	let again = false;

	const paint = () => {
		const rows = stdout.rows || 24;
		const shown =
			lines.length <= rows - 1
				? lines
				: [...lines.slice(0, Math.max(0, rows - 3)), `… ${lines.length - rows + 2} more lines`, ...lines.slice(-1)];
		stdout.write(`\x1b[H${shown.map((line) => `${line}\x1b[K\n`).join('')}\x1b[J`);
	};
	const enter = () => {
		stdout.write(ENTER);
		if (keys) stdin.setRawMode(true);
	};
	const leave = () => {
		if (keys) stdin.setRawMode(false);
		stdout.write(LEAVE);
	};
	const stopping = shell.onStop();
	return new Promise<number>((resolve, reject) => {
		const end = (code: number, error?: unknown) => {
			clearTimeout(timer);
			stdin.off('data', hear).pause();
			stdout.off('resize', look);
			process.off('exit', leave);
			stopping.release();
			leave();
			if (error === undefined) resolve(code);
			else reject(error);
		};
		const hear = (bytes: Buffer) => {
			const text = bytes.toString('latin1');
			if (text.includes(CTRL_C)) end(130);
			else if (/q/i.test(text)) end(0);
			else if (text.includes(CTRL_Z)) suspend();
		};
		const suspend = () => {
			leave();
			process.once('SIGCONT', () => {
				enter();
				paint();
			});
			process.kill(process.pid, 'SIGTSTP');
		};
		const look = () => {
			clearTimeout(timer);
			again = drawing;
			if (drawing) return;
			drawing = true;
			draw().then(
				(drawn) => {
					drawing = false;
					lines = drawn;
					paint();
					timer = setTimeout(look, again ? 0 : everyMs);
				},
				(error) => end(1, error),
			);
		};
		enter();
		process.once('exit', leave);
		void stopping.signalled.then((code) => {
			if (code === HUNG_UP) process.once('exit', endByHangUp);
			end(code);
		});
		stdin.on('data', hear);
		stdout.on('resize', look);
		look();
	});
}
