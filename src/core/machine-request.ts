// What a batch job asks of one machine: its options, read as sbatch reads them. What one machine cannot do is refused; what
// means nothing on it (a partition, an account) is taken as said.
import { type ArrayTasks, readArray } from './array-indices.ts';
import { counted } from './counted.ts';
import { type Dependency, readDependency } from './dependency.ts';
import { type JobExport, readJobExport } from './job-export.ts';
import { sbatchMegabytes } from './megabytes.ts';
import { shownWord } from './option-table.ts';
import { type SbatchOption, sbatchTimeSeconds } from './sbatch-options.ts';
import { readWarning, type Warning } from './signal-option.ts';
import type { Machine } from './take-turns.ts';
import { Trouble } from './trouble.ts';

export interface MachineRequest {
	readonly name: string;
	readonly cpus: number;
	/** As said with -c; undefined: not said. */
	readonly cpusPerTask: number | undefined;
	readonly tasks: number;
	readonly memoryMb: number;
	/** As said; undefined: it was not said for each CPU. */
	readonly memoryMbPerCpu: number | undefined;
	readonly gpus: number;
	/** undefined: no limit. */
	readonly limitSeconds: number | undefined;
	readonly warning: Warning | undefined;
	readonly dependency: { readonly text: string; readonly parsed: Dependency } | undefined;
	readonly array: ArrayTasks | undefined;
	/** Patterns, from `directory`; undefined: Slurm's default, and errors go with the output. */
	readonly output: string | undefined;
	readonly error: string | undefined;
	readonly input: string | undefined;
	readonly append: boolean;
	readonly directory: string | undefined;
	readonly exported: JobExport;
}

/** Of these the one said last counts alone. */
const ALTERNATIVES = [['mem', 'mem-per-cpu', 'mem-per-gpu']];

const CANNOT: ReadonlyMap<string, string> = new Map([
	['begin', 'jobs begin when there is room for them'],
	['deadline', 'it ends no job before its time limit'],
	['hold', 'nothing would release the job'],
	['constraint', 'one machine has no list of features'],
	['licenses', 'it counts none'],
	['bb', 'there is no burst buffer'],
	['bbf', 'there is no burst buffer'],
	['container', 'it starts no containers'],
	['nodefile', 'one machine is one node'],
	['uid', 'jobs run as who submits them'],
	['gid', 'jobs run as who submits them'],
	['clusters', 'it is one machine'],
	['wrap', 'it runs scripts'],
	['export-file', 'it reads no files of variables'],
	['test-only', '--dry-run is the option that only looks'],
]);

export function readMachineRequest(
	options: readonly SbatchOption[],
	scriptName: string,
	machine: Machine,
	hostName: string,
): MachineRequest {
	const values = lastValues(options);
	for (const [option, because] of CANNOT) if (values.has(option)) throw cannot(`--${option}`, because);
	checkNodes(values, hostName);
	const whole = (name: string) => (values.has(name) ? wholeNumber(`--${name}`, values.get(name) ?? '') : undefined);
	const cpusPerTask = whole('cpus-per-task');
	const gpus = gpusOf(values);
	const tasks = Math.max(1, whole('ntasks') ?? whole('ntasks-per-node') ?? whole('tasks-per-node') ?? 1);
	const cpusPerGpu = whole('cpus-per-gpu');
	const cpus = values.has('exclusive')
		? machine.cpus
		: Math.max(tasks * (cpusPerTask ?? 1), (cpusPerGpu ?? 0) * gpus, whole('mincpus') ?? 1);
	const { memoryMb, memoryMbPerCpu } = memoryOf(values, cpus, gpus, machine);
	checkFits({ cpus, memoryMb, gpus }, machine);
	const seconds = sbatchTimeSeconds(values.get('time') ?? 'UNLIMITED');
	const dependency = values.get('dependency');
	const array = values.get('array');
	const signal = values.get('signal');
	return {
		name: values.get('job-name') ?? scriptName,
		cpus,
		cpusPerTask,
		tasks,
		memoryMb,
		memoryMbPerCpu,
		gpus,
		limitSeconds: seconds === Number.POSITIVE_INFINITY ? undefined : seconds,
		warning: signal === undefined ? undefined : readWarning(signal),
		dependency: dependency ? { text: dependency, parsed: readDependency(dependency) } : undefined,
		array: array === undefined ? undefined : readArray(array),
		output: values.get('output'),
		error: values.get('error'),
		input: values.get('input'),
		append: values.get('open-mode')?.toLowerCase().startsWith('a') ?? false,
		directory: values.get('chdir'),
		exported: readJobExport(values.get('export')),
	};
}

function lastValues(options: readonly SbatchOption[]): ReadonlyMap<string, string | undefined> {
	const values = new Map<string, string | undefined>();
	for (const { name, value } of options) {
		for (const other of ALTERNATIVES.find((names) => names.includes(name)) ?? []) values.delete(other);
		values.set(name, value);
	}
	return values;
}

/** -N is N or MIN-MAX. */
function checkNodes(values: ReadonlyMap<string, string | undefined>, hostName: string): void {
	const nodes = values.get('nodes');
	if (nodes !== undefined && !/^1(?:-\d+)?$/.test(nodes)) throw cannot(`--nodes=${nodes}`, 'one machine is one node');
	const names = [hostName, hostName.split('.')[0], 'localhost'];
	const list = values.get('nodelist');
	if (list !== undefined && !names.includes(list)) throw cannot(`--nodelist=${list}`, `this machine is ${hostName}`);
	const excluded = values.get('exclude')?.split(',') ?? [];
	if (excluded.some((name) => names.includes(name))) throw cannot('--exclude', 'this machine is the only one');
}

/** --gpus, --gpus-per-node and --gres=gpu[:KIND]:N say the same where there is one node. */
function gpusOf(values: ReadonlyMap<string, string | undefined>): number {
	const said = ['gpus', 'gpus-per-node', 'gpus-per-task', 'gpus-per-socket'].map((name) => values.get(name));
	const listed = (values.get('gres') ?? '').split(',').filter((each) => !/^(?:none)?$/i.test(each));
	const other = listed.find((each) => !/^gpu(?::|$)/.test(each));
	if (other !== undefined) throw cannot(`--gres=${other}`, 'GPUs are all that it counts');
	const counts = [...said.filter((each) => each !== undefined), ...listed.map((each) => each.replace(/^gpu:?/, ''))];
	return Math.max(
		0,
		...counts.map((each) =>
			/^(?:\w*:)?$|^[A-Za-z]\w*$/.test(each) ? 1 : wholeNumber('--gpus', each.replace(/^.*:/, '')),
		),
	);
}

function memoryOf(values: ReadonlyMap<string, string | undefined>, cpus: number, gpus: number, machine: Machine) {
	const said = (name: string) => (values.has(name) ? sbatchMegabytes(values.get(name) ?? '', `--${name}`) : undefined);
	const memoryMbPerCpu = said('mem-per-cpu');
	const wanted =
		said('mem') ??
		times(memoryMbPerCpu, cpus) ??
		times(said('mem-per-gpu'), gpus) ??
		Math.floor((machine.memoryMb * Math.min(cpus, machine.cpus)) / machine.cpus);
	return { memoryMb: wanted === 0 ? machine.memoryMb : wanted, memoryMbPerCpu };
}

function times(amount: number | undefined, number: number): number | undefined {
	return amount === undefined ? undefined : amount * number;
}

function checkFits({ cpus, memoryMb, gpus }: Machine, machine: Machine): void {
	const most = (option: string) => `ask for that at most: ${option}`;
	if (cpus > machine.cpus) {
		const share = `or let jobs share processors: --local-cpus ${cpus}`;
		throw tooMuch(counted(cpus, 'CPU'), String(machine.cpus), `${most(`-c ${machine.cpus}`)}, ${share}`);
	}
	if (memoryMb > machine.memoryMb)
		throw tooMuch(`${memoryMb} MB of memory`, `${machine.memoryMb} MB`, most(`--mem=${machine.memoryMb}`));
	if (gpus <= machine.gpus) return;
	if (machine.gpus === 0) throw tooMuch(counted(gpus, 'GPU'), 'none', 'leave that out here');
	throw tooMuch(counted(gpus, 'GPU'), String(machine.gpus), most(`--gpus=${machine.gpus}`));
}

function tooMuch(asked: string, there: string, hint: string): Trouble {
	const message = `The job would never start: it asks for ${asked}, and this machine has ${there} for jobs`;
	return new Trouble('failed', message, { hint });
}

function wholeNumber(option: string, text: string): number {
	if (/^\d{1,9}$/.test(text)) return Number(text);
	throw new Trouble('usage', `${option}: not a whole number: ${shownWord(text)}`, { hint: `write ${option}=2` });
}

function cannot(option: string, because: string): Trouble {
	return new Trouble('usage', `${option} cannot be met by the local scheduler: ${because}`, {
		hint: 'leave it out here; on a cluster it means what it says',
	});
}
