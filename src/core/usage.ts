// A help page's usage line says which words a command takes. Completion reads it, so that it is written once.

/** What may stand at a place: a literal word, or the name of a kind, such as TARGET. */
export interface UsageWord {
	readonly anyOf: readonly string[];
	readonly repeats: boolean;
}

export interface Usage {
	readonly words: readonly UsageWord[];
	/** sbatch's options are taken as well. */
	readonly sbatch: boolean;
	/** What `--` opens: options of ray start, or somebody's own command. */
	readonly dashes: 'ray' | 'command' | undefined;
}

/** `rayslurm connect TARGET [OPTIONS] [SBATCH OPTIONS] [-- RAY START OPTIONS] [SCRIPT.py ARGS…]` */
export function readUsage(usage: string, name: string): Usage {
	const [first = ''] = usage.split('\n'); // Further lines show the same command in another light.
	const all = first.slice('rayslurm '.length + name.length);
	const ray = all.includes('-- RAY START OPTIONS');
	const [before = '', behind] = all.replace(/\[-- RAY START OPTIONS\]/g, '').split(/\[?-- /);
	const text = before.replace(/\[(?:\w+ )*OPTIONS\]/g, '').replace(/\s+or\s+/g, '|');
	const words = text
		.replace(/\[--[^\]]*\]|--\S+/g, '')
		.split(/[\s[\]]+/)
		.filter((word) => word !== '' && !word.startsWith('ARGS'))
		.map((word) => ({ anyOf: word.replace(/…|\.\.\./g, '').split('|'), repeats: /…|\.\.\./.test(word) }));
	return {
		words,
		sbatch: all.includes('[SBATCH OPTIONS]'),
		dashes: ray ? 'ray' : behind === undefined ? undefined : 'command',
	};
}
