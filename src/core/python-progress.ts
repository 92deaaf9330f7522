// What pip and uv are doing, from a line of theirs. Their lines are for people and change; one that is not understood is
// not shown, and nothing depends on it.

export interface Doing {
	readonly what: string;
	/** Long enough to be worth a line of its own where lines stay. */
	readonly long: boolean;
}

/** Of a download; smaller ones are over before one has read of them. */
const LONG_MEGABYTES = 10;

export function readDoing(line: string): Doing | undefined {
	const text = line.trim();
	const pip =
		/^(Downloading|Using cached) (\S+?)-(\d[^-\s]*)-\S*\.(?:whl|tar\.gz)(?:\.metadata)? \(([\d.]+) ([kMG]?i?B)\)$/.exec(
			text,
		);
	if (pip) {
		const [, how, name = '', version = '', size = '', unit = ''] = pip;
		const what = `${how === 'Downloading' ? 'downloading' : 'taking'} ${name.replaceAll('_', '-')} ${version} (${size} ${unit})`;
		return { what: how === 'Downloading' ? what : `${what} from pip's cache`, long: isLong(size, unit) };
	}
	const uv = /^Downloading (\S+) \(([\d.]+)([KMG]?iB)\)$/.exec(text);
	if (uv) {
		const [, name = '', size = '', unit = ''] = uv;
		return { what: `downloading ${name} (${size} ${unit})`, long: isLong(size, unit) };
	}
	const collecting = /^Collecting ([A-Za-z0-9_.-]+)/.exec(text)?.[1];
	if (collecting !== undefined) return { what: `looking for ${collecting}`, long: false };
	const installing = /^Installing collected packages: (.*)$/.exec(text)?.[1];
	if (installing !== undefined) return { what: `installing ${installing.split(', ').length} packages`, long: true };
	const prepared = /^Prepared (\d+) packages/.exec(text)?.[1];
	if (prepared !== undefined) return { what: `installing ${prepared} packages`, long: true };
	const building = /^Building wheel for (\S+)|^Building (\S+)$/.exec(text);
	if (building) return { what: `compiling ${building[1] ?? building[2]}`, long: true };
	return undefined;
}

function isLong(size: string, unit: string): boolean {
	return unit.startsWith('G') || (unit.startsWith('M') && Number(size) >= LONG_MEGABYTES);
}
