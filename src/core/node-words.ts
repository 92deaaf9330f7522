// How a user's wishes for a node are frozen into a job: as words of the supervisor's own command line, and back.
// Ray's options travel apart from these, after `--`.
import { type KeepRayLogs, readKeeping } from './ray-logs.ts';
import { Trouble } from './trouble.ts';

export interface FrozenNode {
	readonly portOffset?: { readonly offset: number; readonly from: 'flag' | 'environment' } | undefined;
	readonly objectStoreBytes: number;
	readonly interface?: string | undefined;
	readonly insecureNoAuth: boolean;
	readonly debug: boolean;
	/** undefined: when the job ends badly. */
	readonly keepRayLogs?: KeepRayLogs | undefined;
}

/** For node:util parseArgs. */
export const FROZEN_NODE_OPTIONS = {
	'port-offset': { type: 'string' },
	'port-offset-from': { type: 'string' },
	'object-store-bytes': { type: 'string' },
	interface: { type: 'string' },
	'insecure-no-auth': { type: 'boolean' },
	debug: { type: 'boolean' },
	'keep-ray-logs': { type: 'string' },
	scheduler: { type: 'string' },
} as const;

export function frozenNodeWords(node: FrozenNode): string[] {
	return [
		`--object-store-bytes=${node.objectStoreBytes}`,
		...(node.portOffset
			? [`--port-offset=${node.portOffset.offset}`, `--port-offset-from=${node.portOffset.from}`]
			: []),
		...(node.interface === undefined ? [] : [`--interface=${node.interface}`]),
		...(node.insecureNoAuth ? ['--insecure-no-auth'] : []),
		...(node.debug ? ['--debug'] : []),
		...(node.keepRayLogs === undefined ? [] : [`--keep-ray-logs=${node.keepRayLogs}`]),
	];
}

type Values = Readonly<Record<string, string | boolean | undefined>>;

export function readFrozenNode(values: Values): FrozenNode {
	const offset = values['port-offset'];
	return {
		portOffset:
			offset === undefined
				? undefined
				: {
						offset: wholeNumber(values, 'port-offset'),
						from: values['port-offset-from'] === 'environment' ? 'environment' : 'flag',
					},
		objectStoreBytes: wholeNumber(values, 'object-store-bytes'),
		interface: text(values, 'interface'),
		insecureNoAuth: values['insecure-no-auth'] === true,
		debug: values['debug'] === true,
		...readKept(values),
	};
}

function readKept(values: Values): { readonly keepRayLogs?: KeepRayLogs } {
	const kept = text(values, 'keep-ray-logs');
	return kept === undefined ? {} : { keepRayLogs: readKeeping(kept, '--keep-ray-logs') };
}

export function text(values: Values, name: string): string | undefined {
	const value = values[name];
	return typeof value === 'string' ? value : undefined;
}

export const TYPED_BY_ITSELF = 'rayslurm itself types this command; rayslurm --help lists those for people';

export function needed(values: Values, name: string): string {
	const value = text(values, name);
	if (value === undefined) throw new Trouble('usage', `--${name} is missing`, { hint: TYPED_BY_ITSELF });
	return value;
}

export function wholeNumber(values: Values, name: string): number {
	const word = needed(values, name);
	const number = Number(word);
	if (/^-?\d+$/.test(word) && Number.isSafeInteger(number)) return number;
	throw new Trouble('usage', `--${name}: not a whole number: ${word}`, { hint: TYPED_BY_ITSELF });
}
