// Takes a job over: reads what it asks, makes its folder, starts its keeper, writes its entry, and gives turns.

import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { expandPattern } from '../../../core/file-pattern.ts';
import type { EntryFacts, Keeper } from '../../../core/job-entry.ts';
import { inherited } from '../../../core/job-export.ts';
import { jobVariables } from '../../../core/job-variables.ts';
import { type MachineRequest, readMachineRequest } from '../../../core/machine-request.ts';
import { bashWord, bashWords } from '../../../core/quote.ts';
import { interpreterOf, optionsOf } from '../../../core/sbatch-lines.ts';
import { Trouble } from '../../../core/trouble.ts';
import type { JobId, Submission } from '../../../core/world.ts';
import { clearOld } from './clear-old.ts';
import { thisMachine, wishedCpus } from './machine.ts';
import { makePlace, type Place } from './place.ts';
import { startKeepers } from './start-keepers.ts';
import { addEntry, readTable, thisBoot, thisPidSpace } from './table.ts';
import { exportsOf, giveTurns, locked } from './turns.ts';

interface Task {
	readonly id: JobId;
	readonly mark: string;
	readonly array: EntryFacts['array'];
}

export async function submitHere(place: Place, self: readonly string[], submission: Submission): Promise<JobId> {
	const options = optionsOf(submission.script, submission.options);
	const machine = await thisMachine();
	const request = readMachineRequest(options, basename(submission.scriptPath), machine, hostname());
	const program = interpreterOf(submission.script);
	await makePlace(place);
	return locked(place, async () => {
		await clearOld(place);
		const first = await nextId(place, request.array?.indices.length ?? 1);
		const tasks = tasksOf(request, first);
		for (const task of tasks) await writeFolder(place, self, submission.script, program, request, task);
		const keepers = await startKeepers(
			place,
			tasks.map(({ id }) => id),
			inherited(request.exported, process.env),
		);
		for (const task of tasks) {
			const keeper = keepers.get(task.id);
			if (keeper === undefined) throw notStarted(task.id);
			await addEntry(place, {
				id: task.id,
				state: { kind: 'pending', reason: 'None' },
				facts: factsOf(request, task, { ...keeper, boot: thisBoot(), pidSpace: thisPidSpace() }),
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

/** Ids go on counting after a reboot, and whatever is cleared away. */
async function nextId(place: Place, count: number): Promise<number> {
	const last = Number((await readFile(place.lastId, 'utf8').catch(() => '0')).trim());
	const highest = Math.max(Number.isSafeInteger(last) ? last : 0, ...[...readTable(place).keys()].map(Number));
	const file = await open(place.lastId, 'w', 0o600);
	try {
		await file.writeFile(`${highest + count}\n`);
		await file.datasync();
	} finally {
		await file.close();
	}
	return highest + 1;
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

function factsOf(request: MachineRequest, { mark, array }: Task, keeper: Keeper): EntryFacts {
	const { cpus, memoryMb, gpus, limitSeconds, name } = request;
	return {
		cpus,
		memoryMb,
		gpus,
		limitSeconds,
		hasDependency: request.dependency !== undefined,
		array,
		name,
		mark,
		keeper,
	};
}

/** All that the keeper needs, so that it need ask nobody. */
async function writeFolder(
	place: Place,
	self: readonly string[],
	script: string,
	program: readonly string[],
	request: MachineRequest,
	{ id, mark, array }: Task,
): Promise<void> {
	const folder = place.folderOf(id);
	await mkdir(folder, { mode: 0o700 });
	const { username, uid } = userInfo();
	const host = hostname();
	const directory = resolve(request.directory ?? '.');
	const words = { job: id, name: request.name, host, user: username, array };
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
	};
	const assignments = Object.entries(plan).map(([name, value]) => `${name}=${bashWord(value)}\n`);
	const lists = `_self=(${bashWords(self)})\n_program=(${bashWords(program)})\n`;
	const variables = {
		...jobVariables(request, { id, array, hostName: host, userName: username, uid, submitDirectory: process.cwd() }),
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
