import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	numberOf,
	resolveSettings,
	SETTING_NAMES,
	SETTINGS,
	type SettingName,
	type SettingSources,
	strongestOf,
	switchOf,
	textOf,
	variablesOf,
} from '../../src/core/settings.ts';

const NONE: SettingSources = { flags: {}, environment: {}, dotenv: {}, files: [] };
const from = (sources: Partial<SettingSources>) => resolveSettings({ ...NONE, ...sources });
const inFile = (content: unknown) => from({ files: [{ path: '/p/rayslurm.yaml', content }] });

/** One value of one setting in one layer, the strongest layer first. */
const LAYERS = ['flag', 'RAYSLURM_', 'guide', 'RAYSLURM_ in .env', 'guide in .env', 'project', 'user', 'site'] as const;

function put(layer: (typeof LAYERS)[number], name: SettingName, text: string, sources: SettingSources): SettingSources {
	const [own = '', guide = own] = variablesOf(name);
	const file = (index: number) =>
		sources.files.map((each, i) =>
			i === index ? { ...each, content: { ...(each.content as object), [name]: text } } : each,
		);
	switch (layer) {
		case 'flag':
			return { ...sources, flags: { ...sources.flags, [name]: text } };
		case 'RAYSLURM_':
			return { ...sources, environment: { ...sources.environment, [own]: text } };
		case 'guide':
			return own === guide ? sources : { ...sources, environment: { ...sources.environment, [guide]: text } };
		case 'RAYSLURM_ in .env':
			return { ...sources, dotenv: { ...sources.dotenv, [own]: text } };
		case 'guide in .env':
			return own === guide ? sources : { ...sources, dotenv: { ...sources.dotenv, [guide]: text } };
		default:
			return { ...sources, files: file(['project', 'user', 'site'].indexOf(layer)) };
	}
}

describe('a setting', () => {
	const files = ['/p/rayslurm.yaml', '/u/rayslurm.yaml', '/etc/rayslurm.yaml'].map((path) => ({ path, content: {} }));
	const hasGuide = (name: SettingName) => variablesOf(name).length > 1;

	it('comes from the strongest layer that has it, whichever layers have which', () => {
		const given = fc.array(fc.tuple(fc.constantFrom(...LAYERS), fc.constantFrom(...SETTING_NAMES)), { maxLength: 60 });
		fc.assert(
			fc.property(given, (given) => {
				let sources: SettingSources = { ...NONE, files };
				const strongest = new Map<SettingName, number>();
				for (const [layer, name] of given) {
					if (layer.startsWith('guide') && !hasGuide(name)) continue;
					sources = put(layer, name, `${name} of ${layer}`, sources);
					const rank = LAYERS.indexOf(layer);
					strongest.set(name, Math.min(rank, strongest.get(name) ?? rank));
				}
				const settings = resolveSettings(sources);
				expect([...settings.keys()].sort()).toEqual([...strongest.keys()].sort());
				for (const [name, rank] of strongest) expect(textOf(settings, name)).toBe(`${name} of ${LAYERS[rank]}`);
			}),
		);
	});

	it('says where it came from, and where its paths count from', () => {
		const settings = from({
			flags: { venv: './a' },
			environment: { RAYSLURM_CONDA: './b', USER_PORT_OFFSET: '0' },
			dotenv: { OUTPUT_DIR: 'c' },
			dotenvFolder: '/project',
			files: [{ path: '/u/rayslurm.yaml', content: { setup: 'd.sh' } }],
		});
		expect(Object.fromEntries(settings)).toEqual({
			venv: { text: './a', source: '--venv', layer: 'flag', rank: 0 },
			conda: { text: './b', source: 'RAYSLURM_CONDA', layer: 'environment', rank: 1 },
			'port-offset': { text: '0', source: 'USER_PORT_OFFSET', layer: 'environment', rank: 1 },
			'output-dir': { text: 'c', source: 'OUTPUT_DIR in .env', layer: 'environment', rank: 2, folder: '/project' },
			setup: {
				...{ text: 'd.sh', source: 'setup in /u/rayslurm.yaml', file: '/u/rayslurm.yaml' },
				...{ layer: 'file', rank: 3, folder: '/u' },
			},
		});
	});

	it.each([
		['an empty variable is as none', { environment: { RAYSLURM_VENV: '' }, dotenv: { RAYSLURM_VENV: '/b' } }, '/b'],
		['0 counts as set', { environment: { RAYSLURM_VENV: '0' }, dotenv: { RAYSLURM_VENV: '/b' } }, '0'],
		['our name tops that of a guide', { environment: { OUTPUT_DIR: '/a', RAYSLURM_OUTPUT_DIR: '/b' } }, '/b'],
		[
			'a file of nothing',
			{
				files: [
					{ path: '/p', content: null },
					{ path: '/q', content: { venv: '/b' } },
				],
			},
			'/b',
		],
		['a flag that was not given', { flags: { venv: undefined }, environment: { RAYSLURM_VENV: '/b' } }, '/b'],
		['names that every object has', { environment: JSON.parse('{"__proto__":{"RAYSLURM_VENV":"/x"}}') }, undefined],
	])('%s', (_, sources: Partial<SettingSources>, text) => {
		const settings = from(sources);
		expect(textOf(settings, 'venv') ?? textOf(settings, 'output-dir')).toBe(text);
	});

	it('that is empty on the command line is an error, not the folder one stands in', () => {
		expect(() => from({ flags: { 'output-dir': '' } })).toThrowError(
			expect.objectContaining({ kind: 'usage', message: '--output-dir needs a value' }),
		);
	});

	it('has variables of its own that no other has', () => {
		const all = SETTING_NAMES.flatMap(variablesOf);
		expect(new Set(all).size).toBe(all.length);
		expect(variablesOf('output-dir')).toEqual(['RAYSLURM_OUTPUT_DIR', 'OUTPUT_DIR']);
		for (const name of all)
			expect(name).toMatch(
				/^(RAYSLURM_[A-Z_]+|USER_PORT_OFFSET|IDLE_CHECK_ENABLED|RAY_OBJECT_STORE|WORKSPACE_DIR|OUTPUT_DIR)$/,
			);
	});
});

describe('a file of settings', () => {
	const path = '/p/rayslurm.yaml';

	it.each([
		['a list', ['venv: x'], `${path}: not a list of settings`],
		['a word', 'venv', `${path}: not a list of settings`],
		['a number', 7, `${path}: not a list of settings`],
		['an unknown key', { vnev: '/x' }, `${path}: no such setting: 'vnev'`],
		['__proto__', JSON.parse('{"__proto__":{"venv":"/x"}}'), `${path}: no such setting: '__proto__'`],
		['constructor', { constructor: 'x' }, `${path}: no such setting: 'constructor'`],
		['a key on two lines', { 'a\nb': 'x' }, `${path}: no such setting: "a\\nb"`],
		['NaN', { 'port-offset': Number.NaN }, `${path}: port-offset is not a word or a number`],
		['infinity', { 'object-store': Number.POSITIVE_INFINITY }, `${path}: object-store is not a word or a number`],
		['a list as a value', { module: ['a', 'b'] }, `${path}: module is not a word or a number`],
		['a map as a value', { venv: { path: '/x' } }, `${path}: venv is not a word or a number`],
		['null as a value', { venv: null }, `${path}: venv is not a word or a number`],
		['nothing as a value', { venv: '' }, `${path}: venv has no value`],
	])('may not be or hold %s', (_, content, message) => {
		expect(() => inFile(content)).toThrowError(expect.objectContaining({ kind: 'usage', message }));
	});

	it('is checked although a flag hides it', () => {
		expect(() => from({ flags: { venv: '/x' }, files: [{ path, content: { venv: [] } }] })).toThrowError(path);
	});

	it('holds words, numbers and switches', () => {
		const settings = inFile({ venv: '/x', 'port-offset': 2420, 'object-store': 1.5, debug: true });
		expect([...settings.values()].map(({ text }) => text)).toEqual(['2420', '1.5', '/x', 'true']);
	});

	it('never becomes a setting that is not in the list, nor anything but text', () => {
		fc.assert(
			fc.property(
				fc.oneof(fc.anything(), fc.dictionary(fc.constantFrom(...SETTING_NAMES, '__proto__'), fc.anything())),
				(content) => {
					try {
						for (const [name, { text }] of inFile(content)) {
							expect(Object.hasOwn(SETTINGS, name)).toBe(true);
							expect(typeof text).toBe('string');
						}
					} catch (error) {
						expect(error).toMatchObject({ kind: 'usage', message: expect.stringContaining(path) });
					}
				},
			),
		);
	});
});

describe('settings that exclude each other', () => {
	const names = ['setup', 'module', 'venv', 'conda'] as const;

	it('count as they were said most strongly', () => {
		const settings = from({
			flags: { venv: '/typed', debug: true },
			files: [{ path: '/etc/rayslurm.yaml', content: { setup: '/site.sh', conda: 'site' } }],
		});
		expect([...strongestOf(settings, names).keys()]).toEqual(['venv']);
	});

	it('of one layer all count, and none is none', () => {
		const settings = inFile({ setup: '/site.sh', conda: 'site', debug: true });
		expect([...strongestOf(settings, names).keys()]).toEqual(['setup', 'conda']);
		expect(strongestOf(from({ flags: { debug: true } }), names).size).toBe(0);
	});
});

describe('a switch', () => {
	it.each([
		[['1', 'true', 'TRUE', 'yes', 'on'], true],
		[['0', 'false', 'no', 'Off'], false],
	])('%j', (texts, on) => {
		for (const text of texts) expect(switchOf(from({ environment: { RAYSLURM_DEBUG: text } }), 'debug')).toBe(on);
	});

	it('can be taken back by a flag, and is off by default', () => {
		expect(switchOf(from({}), 'debug')).toBe(false);
		expect(switchOf(from({ flags: { debug: false }, environment: { RAYSLURM_DEBUG: '1' } }), 'debug')).toBe(false);
		expect(switchOf(from({ flags: { debug: true } }), 'debug')).toBe(true);
	});

	it.each(['2', 'maybe', ' ', 'truee'])('cannot be %j', (text) => {
		expect(() => switchOf(from({ environment: { RAYSLURM_DEBUG: text } }), 'debug')).toThrowError(
			expect.objectContaining({ kind: 'usage', message: `RAYSLURM_DEBUG: neither true nor false: '${text}'` }),
		);
	});
});

describe('a number', () => {
	const offset = (text: string) => from({ environment: { USER_PORT_OFFSET: text } });
	const store = (text: string) => from({ environment: { RAY_OBJECT_STORE: text } });

	it.each([
		['0', 0],
		['-100', -100],
		['052000', 52_000],
	])('%s', (text, number) => {
		expect(numberOf(offset(text), 'port-offset')).toBe(number);
	});

	it.each([
		['0.08', 0.08],
		['20', 20],
	])('%s GB', (text, number) => {
		expect(numberOf(store(text), 'object-store')).toBe(number);
	});

	it('is undefined where it is not given', () => {
		expect(numberOf(from({}), 'port-offset')).toBeUndefined();
	});

	it.each([
		...[
			' ',
			'1.5',
			'1e3',
			'0x10',
			'1000001',
			'-1000001',
			'NaN',
			'Infinity',
			'9'.repeat(400),
			'1_000',
			'1,5',
			'٣',
			' 1',
		].map((text) => [text, 'port-offset'] as const),
		...['20GB', '0.079', '1000001', '1.', '.5', '1e1', '-20', 'NaN', 'Infinity'].map(
			(text) => [text, 'object-store'] as const,
		),
	])('cannot be %j', (text, name) => {
		const settings = name === 'port-offset' ? offset(text) : store(text);
		expect(() => numberOf(settings, name)).toThrowError(
			expect.objectContaining({
				kind: 'usage',
				message: expect.stringMatching(/^(USER_PORT_OFFSET|RAY_OBJECT_STORE): not a (whole )?number from .* to /),
			}),
		);
	});
});
