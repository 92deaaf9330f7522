// The Ray environments that rayslurm keeps, in the file system and in /proc.
import { access, constants, readdir, readFile, readlink, realpath, rm, stat, unlink } from 'node:fs/promises';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import type { KeptEnvironment } from '../../core/kept-environment.ts';
import type { PythonEnvironments } from '../../core/python-environments.ts';
import { pythonOf } from '../../core/python-words.ts';
import { run } from '../run.ts';
import { listKept, MADE_FOLDER, noteUse, readUses } from './kept.ts';

export const pythonEnvironments: PythonEnvironments = {
	programs: async () => ({ uv: await inPath('uv'), python3: await inPath('python3') }),
	list: listKept,
	works,
	making: async (wish, action) => (await import('./making.ts')).making(wish, action),
	noteUse,
	uses: ({ folder }) => readUses(folder),
	processes,
	async remove({ folder }) {
		const place = await realpath(folder);
		await unlink(folder); // Its name first: half an environment has none.
		// Only what was made beside it: a link may have been put there by hand.
		if (dirname(place) !== join(await realpath(dirname(folder)), MADE_FOLDER)) return;
		await rm(place, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
	},
};

/** Relative entries are not followed: they depend on where one stands. */
async function inPath(program: string): Promise<string | undefined> {
	for (const folder of (process.env['PATH'] ?? '').split(delimiter).filter((each) => isAbsolute(each))) {
		const path = join(folder, program);
		if (
			await access(path, constants.X_OK).then(
				() => true,
				() => false,
			)
		)
			return path;
	}
	return undefined;
}

const VERSION_OF_RAY = 'import importlib.metadata as m; print("\\n" + m.version("ray"))';

/** Asked without importing Ray: 0.05 s instead of a second. */
async function works({ folder, rayVersion }: KeptEnvironment): Promise<boolean> {
	const outcome = await run([pythonOf(folder), '-I', '-c', VERSION_OF_RAY], { timeoutMs: 60_000, cwd: '/' });
	// A machine that is too slow to answer is no reason to make it anew.
	return outcome.timedOut || (outcome.code === 0 && outcome.stdout.trim().split('\n').at(-1) === rayVersion);
}

/** One after another: a busy machine has thousands, and ours are few. */
async function processes({ folder }: KeptEnvironment) {
	const place = await realpath(folder);
	const found = [];
	for (const pid of await readdir('/proc')) {
		if (!/^\d+$/.test(pid) || Number(pid) === process.pid || !(await isMine(pid))) continue;
		const commandLine = await readText(`/proc/${pid}/cmdline`);
		// Its program, its words, or a library that it has loaded.
		const runs =
			(await readlink(`/proc/${pid}/exe`).catch(() => '')).startsWith(`${place}/`) ||
			[place, folder].some((each) => commandLine.includes(`${each}/`)) ||
			(await readText(`/proc/${pid}/maps`)).includes(` ${place}/`);
		if (runs) found.push({ pid: Number(pid), command: commandLine.split('\0').join(' ').trim() });
	}
	return found;
}

function isMine(pid: string): Promise<boolean> {
	return stat(`/proc/${pid}`).then(
		({ uid }) => uid === process.getuid?.(),
		() => false,
	);
}

/** Empty where it is somebody else's, or has ended. */
function readText(path: string): Promise<string> {
	return readFile(path, 'utf8').catch(() => '');
}
