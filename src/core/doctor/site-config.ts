// What `scontrol show config` and `scontrol --oneliner show partition` say, as data.

export type SiteConfig = ReadonlyMap<string, string>;

export interface Partition {
	readonly name: string;
	readonly isDefault: boolean;
	readonly state: string;
	readonly graceSeconds: number;
	readonly preemptMode: string;
	readonly nodes: number;
}

/** `Name   = value`; what is not set reads (null). */
export function parseConfig(text: string): SiteConfig {
	const lines = text.matchAll(/^(\w[\w[\]]*)\s*= ?(.*)$/gm);
	return new Map([...lines].map(([, name = '', value = '']) => [name, value.trim() === '(null)' ? '' : value.trim()]));
}

export function parsePartitions(text: string): readonly Partition[] {
	return text
		.split('\n')
		.map((line) => parseFields(line))
		.filter((fields) => fields.has('PartitionName'))
		.map((fields) => ({
			name: fields.get('PartitionName') ?? '',
			isDefault: fields.get('Default') === 'YES',
			state: fields.get('State') ?? '',
			graceSeconds: Number.parseInt(fields.get('GraceTime') ?? '0', 10) || 0,
			preemptMode: fields.get('PreemptMode') ?? 'OFF',
			nodes: Number.parseInt(fields.get('TotalNodes') ?? '0', 10) || 0,
		}));
}

/** `Name=value Name=value …` on one line; a value goes on to the next name. */
export function parseFields(line: string): ReadonlyMap<string, string> {
	const fields = line.matchAll(/(?:^|\s)([A-Z][A-Za-z/:]*)=(.*?)(?=\s+[A-Z][A-Za-z/:]*=|\s*$)/g);
	return new Map([...fields].map(([, name = '', value = '']) => [name, value]));
}

/** The number a value begins with: `5 sec`, `1001`, `10 min`. */
export function numberIn(config: SiteConfig, name: string): number | undefined {
	const digits = /^\d+/.exec(config.get(name) ?? '')?.[0];
	return digits === undefined ? undefined : Number(digits);
}

/** Among comma-separated words: present, or its value. */
export function wordIn(config: SiteConfig, name: string, word: string): string | undefined {
	for (const each of (config.get(name) ?? '').split(',')) {
		const [key = '', value = ''] = each.split('=');
		if (key.toLowerCase() === word) return value;
	}
	return undefined;
}
