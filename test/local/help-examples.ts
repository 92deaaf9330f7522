// Every example of every help page, as a person types it on one machine. What stands for a person's own is put in its place:
// ids, an address, the sizes of their machine. Lanes run side by side, each a person's day with a home of its own.

/** Standard output and both together; `code` as a shell says it. */
export interface Ran {
	readonly stdout: string;
	readonly all: string;
	readonly code: number;
}

export interface Place {
	/** Shared by all commands of a lane, and by no other. */
	readonly home: string;
	/** What the local scheduler gives to jobs. */
	readonly cpus: number;
}

export interface Typing {
	/** Typed as an answer, on a terminal. */
	readonly answer?: string;
	/** ctrl-C is pressed when this has been printed. */
	readonly until?: RegExp;
}

/** A line in bash, or in another shell. */
export type Type = (shell: string, line: string, place: Place, typing?: Typing) => Promise<Ran>;

export interface Page {
	readonly name: string;
	readonly examples: readonly string[];
	readonly json: boolean;
	readonly dryRun: boolean;
}

/** Files that examples name, in a person's folder. */
export const FILES: Readonly<Record<string, string>> = {
	'tune.py': 'import sys\nprint("tune", sys.argv[1:])\n',
	'driver.py': 'import ray\nray.init(address="auto")\nprint("nodes:", len(ray.nodes()))\n',
	'train.py': 'print("trained")\n',
	'job.sh': '#!/bin/bash\necho job "$@"\n',
};

interface Row extends Typing {
	/** 0 unless said. */
	readonly code?: number;
	/** What the output must hold. */
	readonly says?: RegExp;
	/** Why it is not run as it stands; it is with --dry-run. */
	readonly dry?: string;
}

const FOLLOWED = { code: 130 };
const FROM_THE_NETWORK = { dry: 'an environment is made from the network, which takes minutes' };

/** Examples that do more than end with 0. */
export const ROWS: Readonly<Record<string, Row>> = {
	'rayslurm status tuning --watch=5': { ...FOLLOWED, until: /"heads":\[\{/ },
	'rayslurm wait 12345 --nodes 5 --timeout 10m': { ...FOLLOWED, until: /… \d of 5 nodes/ },
	'rayslurm wait latest --for serve --timeout 5m': { ...FOLLOWED, until: /… Serve / },
	'rayslurm logs -f -n 20 12345': { ...FOLLOWED, until: /Ready/ },
	'rayslurm connect latest -N 2 -c 16': { code: 2, says: /one machine is one node/ },
	'rayslurm python create': FROM_THE_NETWORK,
	'rayslurm python create 2.60.0': FROM_THE_NETWORK,
	'rayslurm python create 2.60.0 --python 3.12': FROM_THE_NETWORK,
	'rayslurm python remove 2.60.0': { answer: 'y', says: /Removed 2\.60\.0, 2\.60\.0-py3\.12/ },
	'rayslurm demo': { dry: 'demo.test.ts runs it' },
	'rayslurm demo --keep': { dry: 'demo.test.ts runs it' },
	'rayslurm demo --ray 2.60.0': FROM_THE_NETWORK,
	'rayslurm exec latest -- ray job submit --working-dir . -- python train.py': { says: /^trained$/m },
	'rayslurm exec tuning -- python driver.py': { says: /^nodes: \d$/m },
};

/** The example lines of a help page, and which options it has. */
export function readPage(name: string, help: string): Page {
	const [, shown = ''] = /^Examples:\n((?:.+\n)+)/m.exec(help) ?? [];
	const lines = shown.split('\n').filter((line) => /^ {2}\S/.test(line));
	const examples = lines.map((line) => line.trim().split(/ {2,}/)[0] ?? '');
	return { name, examples, json: /^ +--json /m.test(help), dryRun: /^ +--dry-run /m.test(help) };
}

export function shellFor(example: string): string {
	if (example.endsWith('| source')) return 'fish';
	return example.includes('completion zsh') ? 'zsh' : 'bash';
}

/** Programs that not every machine has. */
export const OPTIONAL = ['zsh', 'fish', 'man'] as const;

/** Of those. */
export function needOf(example: string): string | undefined {
	return example.includes('| man ') ? 'man' : OPTIONAL.find((shell) => shell === shellFor(example));
}

/** The same command with these options, without what stands around it. */
export function withOptions({ name, examples }: Page, options: readonly string[]): string {
	const plain = examples
		.filter((each) => each.startsWith(`rayslurm ${name}`))
		.map((each) => each.split(' | ')[0] ?? '');
	// --dry-run goes with these.
	const line = plain.find((each) => / --(?:open|job)\b/.test(each)) ?? plain[0] ?? '';
	return [`rayslurm ${name}`, ...options].join(' ') + line.slice(`rayslurm ${name}`.length);
}

/** This machine need not have a GPU, nor much memory. */
const SIZES: readonly (readonly [string, string])[] = [
	['--mem=64G', '--mem=2G'],
	['--gres=gpu:1', '--gres=gpu:0'],
	['--worker-gpus 1', '--worker-gpus 0'],
];

/** `own`: what an example's word stands for here. */
export function inPlace(example: string, own: Readonly<Record<string, string | undefined>>): string {
	const line = SIZES.reduce((text, [shown, here]) => text.replace(shown, here), example);
	return line.replace(/(?<=[\s:])(?:10\.0\.0\.1:6379|FILE|\d+(?:_\d+)?)(?=[\s)]|$)/g, (word) => own[word] ?? word);
}
