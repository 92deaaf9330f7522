// Takes a job over: reads what it asks, makes its folder, starts its keeper, writes its entry, and gives turns.
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { expandPattern } from '../../../core/file-pattern.ts';
import { type EntryFacts, type Keeper, roleIn } from '../../../core/job-entry.ts';
import { inherited } from '../../../core/job-export.ts';
import { jobVariables } from '../../../core/job-variables.ts';
import { NAMES } from '../../../core/layout.ts';
import { type MachineRequest, readMachineRequest } from '../../../core/machine-request.ts';
import { bashWord, bashWords } from '../../../core/quote.ts';
import { interpreterOf, optionsOf } from '../../../core/sbatch-lines.ts';
import { Trouble } from '../../../core/trouble.ts';
import type { JobId, Submission } from '../../../core/world.ts';
import { clearOld } from './clear-old.ts';
import { KILL_WAIT_MS, thisMachine, wishedCpus } from './machine.ts';
import { makePlace, type Place } from './place.ts';
import { startKeepers } from './start-keepers.ts';
import { addEntry, readTable, thisTable } from './table.ts';
import { exportsOf, giveTurns, locked } from './turns.ts';

interface Task {
	readonly id: JobId;
	readonly mark: string;
	readonly array: EntryFacts['array'];
}

interface Read {
	readonly request: MachineRequest;
	/** The program of the script's first line. */
	readonly program: readonly string[];
}

async function read({ script, scriptPath, options }: Submission): Promise<Read> {
	const request = readMachineRequest(optionsOf(script, options), basename(scriptPath), await thisMachine(), hostname());
	return { request, program: interpreterOf(script) };
}

export async function checkHere(place: Place, submission: Submission, coming: JobId | undefined): Promise<void> {
	checkDependency((await read(submission)).request, await lastId(place), coming);
}

export async function submitHere(place: Place, self: readonly string[], submission: Submission): Promise<JobId> {
	const asked = await read(submission);
	const { request } = asked;
	checkDependency(request, await lastId(place)); // Before anything is made; and again, once nobody else submits.
	await makePlace(place);
	return locked(place, async () => {
		await clearOld(place);
		const last = await lastId(place);
		checkDependency(request, last);
		const first = last + 1;
		const tasks = tasksOf(request, first);
		await writeLastId(place, last + tasks.length);
		for (const task of tasks) await writeFolder(place, self, submission, asked, task);
		const keepers = await startKeepers(
			place,
			tasks.map(({ id }) => id),
			inherited(request.exported, process.env),
		);
		const { bootId, pidSpace } = thisTable();
		for (const task of tasks) {
			const keeper = keepers.get(task.id);
			if (keeper === undefined) throw notStarted(task.id);
			await addEntry(place, {
				id: task.id,
				state: { kind: 'pending', reason: 'None' },
				facts: factsOf(request, task, { ...keeper, bootId, pidSpace }, submission.scriptPath),
			});
		}
		await giveTurns(place);
		return String(first);
	});
}

function notStarted(id: JobId): Trouble {
	return new Trouble('failed', `The keeper of job ${id} did not start`, {
		hint: 'are there too many processes? ulimit -u says how many you may have',
	});
}

/** What is forgotten by now is over; what never was is a slip of the finger. */
function checkDependency({ dependency }: MachineRequest, last: number, coming?: JobId): void {
	const jobs = dependency?.parsed.conditions.map(({ job }) => job) ?? [];
	const never = jobs.find((job) => job !== coming && Number.parseInt(job, 10) > last);
	if (never === undefined) return;
	throw new Trouble('failed', `Job dependency problem: there was never a job ${never} here`, {
		hint: 'rayslurm local jobs lists those that are not over',
	});
}

/** Ids go on counting after a reboot, and whatever is cleared away. */
async function lastId(place: Place): Promise<number> {
	const last = Number((await readFile(place.lastId, 'utf8').catch(() => '0')).trim());
	return Math.max(Number.isSafeInteger(last) ? last : 0, ...[...readTable(place).keys()].map(Number));
}

async function writeLastId(place: Place, last: number): Promise<void> {
	const file = await open(place.lastId, 'w', 0o600);
	try {
		await file.writeFile(`${last}\n`);
		await file.datasync();
	} finally {
		await file.close();
	}
}

function tasksOf({ array }: MachineRequest, first: number): readonly Task[] {
	const mark = () => randomBytes(6).toString('hex');
	if (array === undefined) return [{ id: String(first), mark: mark(), array: undefined }];
	return array.indices.map((index, at) => ({
		id: String(first + at),
		mark: mark(),
		array: { job: String(first), index, atOnce: array.atOnce },
	}));
}

function factsOf(request: MachineRequest, { mark, array }: Task, keeper: Keeper, scriptPath: string): EntryFacts {
	const { cpus, memoryMb, gpus, limitSeconds, name } = request;
	return {
		cpus,
		memoryMb,
		gpus,
		limitSeconds,
		hasDependency: request.dependency !== undefined,
		array,
		name,
		...roleIn(NAMES.script.exec(basename(scriptPath))?.[1]),
		mark,
		keeper,
	};
}

/** All that the keeper needs, so that it need ask nobody. */
async function writeFolder(
	place: Place,
	self: readonly string[],
	{ script, words: scriptWords = [] }: Submission,
	{ request, program }: Read,
	{ id, mark, array }: Task,
): Promise<void> {
	const folder = place.folderOf(id);
	await mkdir(folder, { mode: 0o700 });
	const { username: userName, uid, gid } = userInfo();
	const hostName = hostname();
	const directory = resolve(request.directory ?? '.');
	const words = { job: id, name: request.name, host: hostName, user: userName, array };
	const output = request.output ?? (array === undefined ? 'slurm-%j.out' : 'slurm-%A_%a.out');
	const file = (pattern: string) => resolve(directory, expandPattern(pattern, words));
	const { warning } = request;
	const plan = {
		_mark: `RAYSLURM_LOCAL_JOB=${id}-${mark}`,
		_mark_value: `${id}-${mark}`,
		_state: place.root,
		_submitter: String(process.pid),
		_machine_cpus: String(wishedCpus() ?? ''),
		_directory: directory,
		_output: file(output),
		_error: file(request.error ?? output),
		_append: request.append ? '1' : '',
		_input: request.input === undefined ? '/dev/null' : file(request.input),
		_limit: String(request.limitSeconds ?? ''),
		_warning: warning?.signal ?? '',
		_warn_before: String(warning?.secondsBefore ?? 0),
		_warn_batch: warning?.batchShellOnly ? '1' : '',
		_kill_wait: String(KILL_WAIT_MS / 10),
	};
	const assignments = Object.entries(plan).map(([name, value]) => `${name}=${bashWord(value)}\n`);
	const lists = `_self=(${bashWords(self)})\n_program=(${bashWords(program)})\n_words=(${bashWords(scriptWords)})\n`;
	const variables = {
		...jobVariables(request, { id, array, hostName, userName, uid, gid, submitDirectory: process.cwd() }),
		RAYSLURM_SCHEDULER: 'local',
		RAYSLURM_LOCAL_STATE: place.root,
		...(wishedCpus() === undefined ? {} : { RAYSLURM_LOCAL_CPUS: String(wishedCpus()) }),
	};
	const write = (name: string, text: string) => writeFile(join(folder, name), text, { mode: 0o600 });
	await Promise.all([
		write('plan', assignments.join('') + lists),
		write('variables', exportsOf(variables)),
		write('script', script),
		...(request.dependency === undefined ? [] : [write('dependency', request.dependency.text)]),
	]);
}
