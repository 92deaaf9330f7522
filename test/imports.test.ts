// The rooms of src and the doors between them; how large a file may be; and what no file of the project may name.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { transformSync } from 'esbuild';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const src = join(root, 'src');

const ANY = /./;
const NONE = /$^/;
/** Computes, and touches nothing. */
const PURE_PACKAGES = /^@?date-fns\//;

/** Whose files a room's files may import, and which packages: node's own modules are for rooms that may have the world. */
const DOORS: Readonly<Record<string, { readonly rooms: readonly string[]; readonly packages: RegExp }>> = {
	cli: { rooms: ['commands', 'core', 'adapters'], packages: ANY },
	commands: { rooms: ['commands', 'flows', 'core'], packages: ANY },
	flows: { rooms: ['flows', 'core'], packages: PURE_PACKAGES },
	core: { rooms: ['core'], packages: NONE },
	adapters: { rooms: ['adapters', 'core'], packages: ANY },
};
/** Folders of texts, and the one file that takes each. */
const TEXTS = new Map([
	['templates', 'commands/templates.ts'],
	['examples', 'commands/demo.ts'],
]);
const PURE = ['core', 'flows'];
const LONGEST_FILE = 250;

const ignored = readFileSync(join(root, '.gitignore'), 'utf8')
	.split('\n')
	.flatMap((line) => /^(\w+)(?:\/\*?)?$/.exec(line)?.[1] ?? []);
const skipped = new Set([...ignored, '.git']);

function filesBelow(folder: string): string[] {
	return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
		if (skipped.has(entry.name)) return [];
		const path = join(folder, entry.name);
		return entry.isDirectory() ? filesBelow(path) : entry.isFile() ? [path] : [];
	});
}

const sources = filesBelow(src)
	.filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
	.map((path) => ({ path, name: relative(src, path), text: readFileSync(path, 'utf8') }));

/** `cli.ts` is a room of its own. */
function roomOf(name: string): string {
	return name.includes('/') ? (name.split('/')[0] ?? '') : name.replace(/\.ts$/, '');
}

function importsOf(text: string): string[] {
	const forms = [
		/^(?:import|export)\b[^'"`;]*?from\s*['"]([^'"]+)['"]/gm,
		/^import\s*['"]([^'"]+)['"]/gm,
		/\bimport\(\s*['"]([^'"]+)['"]/g,
	];
	return forms.flatMap((form) => [...text.matchAll(form)].map(([, specifier = '']) => specifier));
}

/** Without comments, which may speak of anything. */
function codeOf(text: string): string {
	return transformSync(text, { loader: 'ts', legalComments: 'none', target: 'esnext' }).code;
}

describe('imports', () => {
	it.each(sources.map(({ name, path, text }) => [name, path, text] as const))('%s', (name, path, text) => {
		const room = roomOf(name);
		const door = DOORS[room];
		expect(door, `there is no room ${room}`).toBeDefined();
		for (const specifier of importsOf(text)) {
			if (!specifier.startsWith('.')) {
				expect(door?.packages.test(specifier), `${name} imports ${specifier}`).toBe(true);
				continue;
			}
			const to = resolve(dirname(path), specifier);
			const taker = TEXTS.get(relative(root, to).split('/')[0] ?? '');
			if (taker !== undefined) {
				expect(name, `${name} imports ${specifier}`).toBe(taker);
				continue;
			}
			expect(door?.rooms, `${name} imports ${specifier}`).toContain(roomOf(relative(src, to)));
			expect(specifier).toMatch(/\.(?:ts|sh|bash|zsh|fish)$/);
		}
	});

	it('are all seen', () => {
		const seen = importsOf(
			"import {\n\ta,\n} from './a.ts';\nimport type B from \"b\";\nexport * from './c.ts';\nimport './d.ts';\nconst e = await import('./e.ts');\n",
		);
		expect(seen.sort()).toEqual(['./a.ts', './c.ts', './d.ts', './e.ts', 'b']);
	});

	it('of templates stand in one file alone', () => {
		const named = sources
			.filter(({ text }) => importsOf(text).some((each) => /templates\/|\.sbatch$/.test(each)))
			.map(({ name }) => name);
		expect(named).toEqual(['commands/templates.ts']);
	});
});

describe('the rules and the stories do without the world', () => {
	const processes = [...Object.getOwnPropertyNames(process), 'on', 'once', 'emit']
		.filter((name) => /^[a-zA-Z]+$/.test(name))
		.join('|');
	const WORLD: Readonly<Record<string, RegExp>> = {
		'node:': /['"]node:/,
		'Date.now': /\bDate\.now\b/,
		'new Date()': /\bnew Date(?:\(\s*\)|(?!\s*\())/,
		timers: /(?<![\w$.])(?:setTimeout|setInterval|setImmediate|queueMicrotask)\b/,
		process: new RegExp(`(?<![\\w$.])process\\.(?:${processes})\\b|(?<![\\w$.])process\\[`),
		chance: /\bMath\.random\b|(?<![\w$.])crypto\b/,
		performance: /(?<![\w$.])performance\b/,
		console: /(?<![\w$.])console\b/,
		network: /(?<![\w$.])fetch\(/,
		require: /(?<![\w$.])require\(/,
		global: /(?<![\w$.])globalThis\b/,
	};

	it.each(sources.filter(({ name }) => PURE.includes(roomOf(name))).map(({ name, text }) => [name, text] as const))(
		'%s',
		(name, text) => {
			const code = codeOf(text);
			for (const [what, pattern] of Object.entries(WORLD)) expect(code, `${name}: ${what}`).not.toMatch(pattern);
		},
	);

	it.each([
		['Date.now', 'const at = Date.now();'],
		['new Date()', 'const at = new Date();'],
		['new Date()', 'const at = new Date;'],
		['timers', 'await new Promise((r) => setTimeout(r, 1));'],
		['process', 'const path = process.env["PATH"];'],
		['process', 'const path = process["env"];'],
		['chance', 'const x = Math.random();'],
		['performance', 'const x = performance.now();'],
		['console', 'console.log(1);'],
		['node:', "import { readFile } from 'node:fs';\nreadFile();"],
	])('%s would be seen', (what, code) => {
		expect(codeOf(code)).toMatch(WORLD[what] ?? /$^/);
	});

	it.each([
		'const at = new Date(ms); // not Date.now()',
		'own.process.alive(); process.alive();',
		'clock.performance; /* console.log */',
	])('%s is fine', (code) => {
		for (const pattern of Object.values(WORLD)) expect(codeOf(code)).not.toMatch(pattern);
	});
});

it('what the bundle loads late is imported by name: as a whole it would come empty', () => {
	const late = /const LATE = new Set\((\[.*\])\)/.exec(readFileSync(join(src, 'bundle/start.cjs'), 'utf8'))?.[1] ?? '';
	const modules: readonly string[] = JSON.parse(late.replaceAll("'", '"'));
	expect(modules).toContain('node:crypto');
	for (const { name, text } of sources)
		for (const module of modules) {
			const uses = text.split('\n').filter((line) => line.includes(`'${module}'`));
			for (const use of uses) expect(use, name).toMatch(/^import (?:type )?\{.*\} from '[\w:/]+';$/);
		}
});

it(`no file of ours has more than ${LONGEST_FILE} lines`, () => {
	const lengths = sources
		.map(({ name, text }) => ({ name, lines: text.split('\n').length - 1 }))
		.sort((a, b) => a.lines - b.lines);
	const median = lengths[Math.floor(lengths.length / 2)]?.lines ?? 0;
	console.info(`src: ${lengths.length} files, median ${median} lines, longest ${lengths.at(-1)?.lines}`);
	expect(lengths.filter(({ lines }) => lines > LONGEST_FILE)).toEqual([]);
	expect(median).toBeLessThan(80);
});

describe('no file names', () => {
	const files = filesBelow(root).map((path) => ({ name: relative(root, path), text: readFileSync(path, 'utf8') }));
	const REGISTRIES =
		/\b(?:registry|artifactory|nexus|mirrors?|npm|pypi)\.[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:org|com|io|net|dev|cn)\b|\bpypi\.[a-z]{2,3}\b/i;
	// The folder of this checkout and what else only its machine has; a folder of one word may be anywhere.
	const places = [root, join(dirname(root), 'shared'), ['', 'opt', 'ray'].join('/')].filter(
		(path) => path.split('/').length > 2,
	);

	it('a package registry', () => {
		expect(files.filter(({ text }) => REGISTRIES.test(text)).map(({ name }) => name)).toEqual([]);
		expect(files.find(({ name }) => name === 'package-lock.json')?.text).not.toContain('"resolved"');
	});

	it('a folder of the machine it was written on', () => {
		const naming = files.filter(({ text }) =>
			places.some((place) => new RegExp(`(?<![\\w.-])${place.replaceAll('.', '\\.')}(?![\\w-])`).test(text)),
		);
		expect(naming.map(({ name }) => name)).toEqual([]);
	});

	it.each(['registry', 'npm', 'pypi'].map((name) => [name, 'example', 'org'].join('.')))('%s would be seen', (host) => {
		expect(`https://${host}/x.tgz`).toMatch(REGISTRIES);
	});
});
