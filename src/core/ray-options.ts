// The words after `--`: options for `ray start`. Those that the port plan, the private folder or the token own are refused with
// what to use instead; what overrides our own words is taken out and checked; the rest goes to Ray as typed.
import {
	type OptionTable,
	optionTrouble,
	type ReadOption,
	readOption,
	shownWord,
	type TakesValue,
} from './option-table.ts';
import type { Role } from './ports.ts';
import { RAY_REFUSALS } from './ray-refusals.ts';
import { Trouble } from './trouble.ts';

const FLAGS = `
	head block no-redirect-output enable-object-reconstruction no-monitor ray-debugger-external disable-usage-stats
	enable-resource-isolation verbose help`;

// Ray 2.40 to 2.60, those that --help hides included.
const VALUES = `
	node-ip-address address port node-name redis-username redis-password redis-shard-ports redis-max-memory
	object-manager-port node-manager-port gcs-server-port min-worker-port max-worker-port worker-port-list
	ray-client-server-port memory object-store-memory num-cpus num-gpus resources include-dashboard dashboard-host
	dashboard-port dashboard-agent-listen-port dashboard-agent-grpc-port dashboard-grpc-port runtime-env-agent-port
	plasma-directory object-spilling-directory autoscaling-config plasma-store-socket-name raylet-socket-name temp-dir storage
	system-config metrics-export-port tracing-startup-hook labels labels-file include-log-monitor system-reserved-cpu
	system-reserved-memory cgroup-path proxy-server-url log-style log-color`;

/** click knows no abbreviations. */
export const RAY_TABLE: OptionTable = {
	long: new Map<string, TakesValue>([
		...listed(FLAGS).map((name) => [name, 'none'] as const),
		...listed(VALUES).map((name) => [name, 'required'] as const),
	]),
	short: new Map([['v', 'verbose']]),
	abbreviations: false,
};

/** Memory is in bytes. */
export type ReadRayOptions = {
	numCpus?: number;
	numGpus?: number;
	resources?: Record<string, number>;
	labels?: Record<string, string>;
	objectStoreMemory?: number;
	memory?: number;
	includeDashboard?: boolean;
	/** Words for `ray start`, as typed, without those above that are merged with ours: all but resources. */
	passed: string[];
};

/** The option at words[index]. One that the table lacks, `--x` or `--x=y`, is left to Ray: a newer one may know it. */
export function readRayOption(
	words: readonly string[],
	index: number,
): { options: ReadOption[]; next: number; known: boolean } | undefined {
	const reading = readOption(RAY_TABLE, words, index);
	if (reading && 'fault' in reading) throw optionTrouble(reading);
	if (reading) return { ...reading, known: true };
	const word = words[index];
	const unknown = /^--([A-Za-z][^=]*)(?:=|$)/.exec(word ?? '');
	if (word === undefined || unknown?.[1] === undefined) return undefined;
	return { options: [{ name: unknown[1], words: [word] }], next: index + 1, known: false };
}

export function readRayOptions(words: readonly string[], role: Role): ReadRayOptions {
	const found: ReadRayOptions = { passed: [] };
	for (let index = 0; index < words.length; ) {
		const reading = readRayOption(words, index);
		if (!reading) {
			throw new Trouble('usage', `Not an option of ray start: ${shownWord(words[index] ?? '')}`, {
				hint: 'write options for ray start as --name=value',
			});
		}
		for (const option of reading.options) take(option, role, found);
		index = reading.next;
	}
	return found;
}

/** Of a head's words those that the other nodes of its job are started with as well. */
export function wordsForEveryNode(words: readonly string[]): readonly string[] {
	const kept: string[] = [];
	for (let index = 0; index < words.length; ) {
		const reading = readRayOption(words, index) ?? { options: [], next: index + 1 };
		const headOnly = reading.options.some(({ name }) => RAY_REFUSALS.get(name)?.role === 'client');
		if (!headOnly) kept.push(...words.slice(index, reading.next));
		index = reading.next;
	}
	return kept;
}

function take(option: ReadOption, role: Role, found: ReadRayOptions): void {
	const refusal = RAY_REFUSALS.get(option.name);
	if (refusal && (refusal.role === undefined || refusal.role === role)) {
		throw new Trouble('usage', `ray start's --${option.name} cannot be given: ${refusal.because}`, {
			hint: refusal.hint,
		});
	}
	const value = option.value ?? '';
	if (option.name === 'num-cpus') found.numCpus = readCount(option.name, value);
	else if (option.name === 'num-gpus') found.numGpus = readCount(option.name, value);
	else if (option.name === 'memory') found.memory = readCount(option.name, value, 'a number of bytes', 8e9);
	else if (option.name === 'object-store-memory') {
		found.objectStoreMemory = readCount(option.name, value, 'a number of bytes', 8e9);
	} else if (option.name === 'labels') found.labels = readLabels(value);
	else {
		if (option.name === 'resources') found.resources = readResources(value);
		if (option.name === 'include-dashboard') found.includeDashboard = !/^(?:0|f|false|n|no|off)$/i.test(value);
		found.passed.push(...option.words);
	}
}

function readCount(name: string, text: string, what = 'a whole number', example = 4): number {
	const count = Number(text);
	if (/^\d+$/.test(text) && Number.isSafeInteger(count)) return count;
	throw new Trouble('usage', `--${name}: not ${what}: ${shownWord(text)}`, {
		hint: `write it as in --${name}=${example}`,
	});
}

const OWN_OPTION = new Map([
	['CPU', '--num-cpus'],
	['GPU', '--num-gpus'],
	['memory', '--memory'],
	['object_store_memory', '--object-store-memory'],
]);

function readResources(text: string): Record<string, number> {
	const resources = parseJson(text);
	if (typeof resources !== 'object' || resources === null || Array.isArray(resources)) {
		throw new Trouble('usage', `--resources: not a JSON object: ${shownWord(text)}`, {
			hint: `write --resources='{"licence": 2}'`,
		});
	}
	for (const [name, quantity] of Object.entries(resources)) {
		const instead = OWN_OPTION.get(name);
		if (instead) throw new Trouble('usage', `--resources: ${name} has its own option`, { hint: `use ${instead}` });
		if (typeof quantity !== 'number' || !Number.isSafeInteger(quantity) || quantity < 0) {
			throw new Trouble('usage', `--resources: ${shownWord(name)} is ${JSON.stringify(quantity)}, not a whole number`, {
				hint: `write --resources='{"licence": 2}'`,
			});
		}
	}
	return resources as Record<string, number>;
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

// Ray's own rule, which is that of Kubernetes' labels.
const LABEL_KEY =
	/^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?\/)?[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/;

function readLabels(text: string): Record<string, string> {
	const pairs = text === '' ? [] : text.split(',').map((pair) => pair.split('=').map((part) => part.trim()));
	const labels = pairs.map(([key = '', value, ...more]) => {
		if (!LABEL_KEY.test(key) || value === undefined || !LABEL_VALUE.test(value) || more.length > 0) {
			throw new Trouble('usage', `--labels: not labels: ${shownWord(text)}`, {
				hint: 'write --labels=KEY=VALUE,KEY2=VALUE2',
			});
		}
		if (key.startsWith('rayslurm/')) {
			throw new Trouble('usage', `--labels: ${key} is set by rayslurm`, { hint: 'choose another key' });
		}
		return [key, value] as const;
	});
	return Object.fromEntries(labels);
}

function listed(text: string): string[] {
	return text.trim().split(/\s+/);
}
