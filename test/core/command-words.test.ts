import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { likelyMisplaced, splitConnectWords, splitHeadWords } from '../../src/core/command-words.ts';
import { ownOptionTable } from '../../src/core/option-table.ts';
import { SBATCH_TABLE } from '../../src/core/sbatch-table.ts';

const OWN = ownOptionTable([
	{ name: 'wait', takes: 'none' },
	{ name: 'follow', takes: 'none', short: 'f' },
	{ name: 'parsable', takes: 'none' },
	{ name: 'dry-run', takes: 'none' },
	{ name: 'name', takes: 'required' },
	{ name: 'output-dir', takes: 'required' },
	{ name: 'port-offset', takes: 'required' },
	{ name: 'again', takes: 'optional' },
]);

const nothing = { own: [], sbatch: [], ray: [], scriptArgs: [], help: false };

function connect(...words: string[]) {
	return splitConnectWords(words, OWN);
}

function head(...words: string[]) {
	return splitHeadWords(words, OWN);
}

describe('connect', () => {
	it.each([
		{ words: [], expected: {} },
		{ words: ['12345'], expected: { target: '12345' } },
		{ words: ['10.0.0.1:6379', 'x.py'], expected: { target: '10.0.0.1:6379', script: 'x.py' } },
		{
			words: ['1', '--pyxis-mounts=/a:/b', 'x.py'],
			expected: {
				target: '1',
				sbatch: [{ name: 'pyxis-mounts', value: '/a:/b', words: ['--pyxis-mounts=/a:/b'] }],
				script: 'x.py',
			},
		},
		{ words: ['-', 'x.py'], expected: { target: '-', script: 'x.py' } },
		{
			words: ['12345', 'a/b.py', '--help', '--', '', '-n', '004', '--script', 'x.py', '--wait'],
			expected: {
				target: '12345',
				script: 'a/b.py',
				scriptArgs: ['--help', '--', '', '-n', '004', '--script', 'x.py', '--wait'],
			},
		},
		{
			words: ['--wait', '12345', '--output-dir', '/x y', '-f', '--no-dry-run', 'x.py'],
			expected: { target: '12345', own: ['--wait', '--output-dir=/x y', '--follow', '--no-dry-run'], script: 'x.py' },
		},
		{
			words: ['-p', 'gpu', 'latest', '--time', '1:00', '-N2', 'x.py', '1e-3'],
			expected: {
				target: 'latest',
				sbatch: [
					{ name: 'partition', value: 'gpu', words: ['-p', 'gpu'] },
					{ name: 'time', value: '1:00', words: ['--time', '1:00'] },
					{ name: 'nodes', value: '2', words: ['-N2'] },
				],
				script: 'x.py',
				scriptArgs: ['1e-3'],
			},
		},
		{
			words: ['12345', '-p', 'tune.py', 'x.py'],
			expected: {
				target: '12345',
				sbatch: [{ name: 'partition', value: 'tune.py', words: ['-p', 'tune.py'] }],
				script: 'x.py',
			},
		},
		{
			words: ['12345', '-HWO', '--pars'],
			expected: {
				target: '12345',
				own: ['--wait', '--parsable'],
				sbatch: [
					{ name: 'hold', words: ['-H'] },
					{ name: 'overcommit', words: ['-O'] },
				],
			},
		},
		{
			words: ['12345', '--script', 'run', '--help'],
			expected: { target: '12345', script: 'run', scriptArgs: ['--help'] },
		},
		{ words: ['12345', '--script=--x', 'y.py'], expected: { target: '12345', script: '--x', scriptArgs: ['y.py'] } },
		{
			words: ['12345', '-t5', '--', '--num-cpus', '2', '--no-monitor', '--future=1', '-v', 'x.py', '--', 'y'],
			expected: {
				target: '12345',
				sbatch: [{ name: 'time', value: '5', words: ['-t5'] }],
				ray: ['--num-cpus', '2', '--no-monitor', '--future=1', '-v'],
				script: 'x.py',
				scriptArgs: ['--', 'y'],
			},
		},
		{ words: ['12345', '--'], expected: { target: '12345' } },
		{ words: ['12345', '--', 'x.py'], expected: { target: '12345', script: 'x.py' } },
		{ words: ['12345', '--', '--script', 'x'], expected: { target: '12345', script: 'x' } },
		{
			words: ['12345', '--', '--resources', 'x.py', 'y.py'],
			expected: { target: '12345', ray: ['--resources', 'x.py'], script: 'y.py' },
		},
		{
			words: ['--comment', '--', '12345'],
			expected: { target: '12345', sbatch: [{ name: 'comment', value: '--', words: ['--comment', '--'] }] },
		},
		{ words: ['--help', '--bogus'], expected: { help: true } },
		{ words: ['12345', '-h', 'x.py'], expected: { target: '12345', help: true } },
		{ words: ['12345', '-Hh'], expected: { target: '12345', sbatch: [{ name: 'hold', words: ['-H'] }], help: true } },
		{ words: ['12345', '--hel'], expected: { target: '12345', help: true } },
		{ words: ['12345', '--', '--help'], expected: { target: '12345', help: true } },
	])('$words', ({ words, expected }) => {
		expect(connect(...words)).toEqual({ ...nothing, ...expected });
	});

	it('reads our own names before sbatch can take them for its own', () => {
		const own = ownOptionTable([{ name: 'part', takes: 'required', short: 'H' }]);
		expect(splitConnectWords(['1', '--part', 'a', '-Hb', '--parti', 'c'], own)).toMatchObject({
			own: ['--part=a', '--part=b'],
			sbatch: [{ name: 'partition', value: 'c' }],
		});
	});

	const rule = '; a script ends in .py or follows --script';
	it.each([
		{ words: ['1', 'x'], message: `unexpected word 'x'${rule}` },
		{ words: ['1', ''], message: `unexpected word ''${rule}` },
		{ words: ['1', 'a\nb'], message: `unexpected word "a\\nb"${rule}` },
		{ words: ['1', '--exclusive', 'user'], message: `unexpected word 'user'${rule}`, hint: /write --exclusive=user/ },
		{ words: ['1', '--again', '2h', 'x.py'], message: `unexpected word '2h'${rule}`, hint: /write --again=2h/ },
		{ words: ['1', '--again=1h', '2h'], message: `unexpected word '2h'${rule}`, hint: /--script 2h$/ },
		{ words: ['--exclusive', '1', 'user'], message: `unexpected word 'user'${rule}`, hint: /--script user$/ },
		{ words: ['1', '--', 'x'], message: `unexpected word 'x'${rule}` },
		{ words: ['1', '--', '--', 'x.py'], message: `unexpected word '--'${rule}` },
		{ words: ['1', '--', '--future', '5'], message: `unexpected word '5'${rule}`, hint: /write --future=5/ },
		{ words: ['1', '--', '--future=1', '5'], message: `unexpected word '5'${rule}`, hint: /--script 5$/ },
		{ words: ['x.py'], message: "No cluster is named before 'x.py'", hint: /job id/ },
		{ words: ['--time=5', 'x.py', '1'], message: "No cluster is named before 'x.py'" },
		{ words: ['--script', 'x', '1'], message: "No cluster is named before 'x'" },
		{ words: ['--', '--num-cpus=1'], message: "No cluster is named before '--'" },
		{ words: ['1', '--script'], message: "'--script' needs a value" },
		{ words: ['1', '--script='], message: '--script names no file' },
		{ words: ['1', '--time'], message: "'--time' needs a value" },
		{ words: ['1', '--wait=1'], message: "'--wait' takes no value" },
		{ words: ['1', '--ti', '5'], message: "'--ti' could be any of several options", hint: /--time, --time-min/ },
		{ words: ['1', '--tmie=5'], message: "unknown option '--tmie=5'", hint: /did you mean --time/ },
		{ words: ['1', '--output-dri=x'], message: "unknown option '--output-dri=x'", hint: /did you mean --output-dir\?/ },
		{ words: ['1', '--dry'], message: "unknown option '--dry'", hint: /did you mean --dry-run\?/ },
		{ words: ['1', '--scrpt=x'], message: "unknown option '--scrpt=x'", hint: /did you mean --script\?/ },
		{ words: ['1', '--xyzzy'], message: "unknown option '--xyzzy'", hint: /--help/ },
		{ words: ['1', '-Z'], message: "unknown option '-Z'", hint: /--help/ },
		{ words: ['1', '--num-cpus=4'], message: "unknown option '--num-cpus=4'", hint: /-- --num-cpus=4/ },
		{ words: ['1', '--', '--wait'], message: "'--wait' is no option of ray start", hint: /before --/ },
		{ words: ['1', '--', '--time=5'], message: "'--time=5' is no option of ray start", hint: /before --/ },
		{ words: ['1', '--', '-c', '4'], message: "unknown option '-c'" },
		{ words: ['1', '--', '--num-cpus'], message: "'--num-cpus' needs a value" },
	])('$words: $message', ({ words, message, ...more }) => {
		const error = failure(() => connect(...words));
		expect(error).toMatchObject({ kind: 'usage', message });
		expect(error).toHaveProperty('hint', expect.stringMatching(more.hint ?? /\w/));
	});
});

it.each([
	[['--seed', '42', 'wait', '--waiting', '-W'], []],
	[
		['--wait', '--gres=gpu:1', '--wait'],
		['--wait', '--gres'],
	],
])('behind the script, %j: probably meant for before it', (words, names) => {
	expect(likelyMisplaced(words)).toEqual(names);
});

describe('head submit', () => {
	it.each([
		{ words: [], expected: {} },
		{
			words: ['--name', 'mine', '--wait', '--mem=200G', '--', '--num-cpus=4', '--resources', '{}'],
			expected: {
				own: ['--name=mine', '--wait'],
				sbatch: [{ name: 'mem', value: '200G', words: ['--mem=200G'] }],
				ray: ['--num-cpus=4', '--resources', '{}'],
			},
		},
		{ words: ['--help'], expected: { help: true } },
		{ words: ['--', '-h'], expected: { help: true } },
	])('$words', ({ words, expected }) => {
		const { scriptArgs: _, ...none } = nothing;
		expect(head(...words)).toEqual({ ...none, ...expected });
	});

	it.each([
		{ words: ['12345'], message: "unexpected word '12345'" },
		{ words: ['--again', 'after'], message: "unexpected word 'after'", hint: /write --again=after/ },
		{ words: ['x.py'], message: "unexpected word 'x.py'", hint: /connect/ },
		{ words: ['--', 'x.py'], message: "unexpected word 'x.py'", hint: /connect/ },
		{ words: ['--script', 'x'], message: "unknown option '--script'" },
	])('$words: $message', ({ words, message, ...more }) => {
		const error = failure(() => head(...words));
		expect(error).toMatchObject({ kind: 'usage', message });
		if ('hint' in more) expect(error).toHaveProperty('hint', expect.stringMatching(more.hint));
		else expect(error).not.toHaveProperty('hint', expect.stringContaining('--script'));
	});
});

const anyWord = fc.oneof(
	fc.string({ unit: 'binary' }),
	fc.constantFrom(
		'--help',
		'-h',
		'--',
		'',
		'-',
		'--script',
		'x.py',
		'--time',
		'$(id)',
		'`id`',
		"it's",
		'a\nb',
		'#SBATCH -p x',
	),
);

/** Options as they may be typed, with what they must be read as. */
const typedOption = fc
	.constantFrom(...SBATCH_TABLE.long)
	.filter(([name]) => !OWN.long.has(name) && name !== 'help')
	.chain(([name, takes]) => {
		const letter = [...SBATCH_TABLE.short].find(([, long]) => long === name)?.[0];
		const dashed = letter === undefined ? [`--${name}`] : [`--${name}`, `-${letter}`];
		if (takes === 'none') return fc.constantFrom(...dashed).map((typed) => ({ words: [typed], read: { name } }));
		const value = anyWord;
		if (takes === 'optional') {
			return fc.oneof(
				fc.constantFrom(...dashed).map((typed) => ({ words: [typed], read: { name } })),
				value.map((value) => ({ words: [`--${name}=${value}`], read: { name, value } })),
			);
		}
		return fc.oneof(
			fc
				.tuple(fc.constantFrom(...dashed), value)
				.map(([typed, value]) => ({ words: [typed, value], read: { name, value } })),
			value.map((value) => ({ words: [`--${name}=${value}`], read: { name, value } })),
			value.map((value) => ({
				words: letter === undefined || value === '' ? [`--${name}`, value] : [`-${letter}${value}`],
				read: { name, value },
			})),
		);
	});

describe('whatever is typed', () => {
	it("the script's words are the script's", () => {
		fc.assert(
			fc.property(fc.array(anyWord), fc.array(typedOption), (scriptArgs, options) => {
				const before = options.flatMap(({ words }) => words);
				expect(connect('1', ...before, 'x.py', ...scriptArgs)).toMatchObject({
					script: 'x.py',
					scriptArgs,
					help: false,
				});
				expect(connect('1', ...before, '--', '--num-cpus', 'y.py', 'x.py', ...scriptArgs).scriptArgs).toEqual(
					scriptArgs,
				);
				expect(connect('1', ...before, '--script', 'run', ...scriptArgs)).toMatchObject({ script: 'run', scriptArgs });
			}),
		);
	});

	it("sbatch's options are found on both sides of the target, in their order", () => {
		fc.assert(
			fc.property(fc.array(typedOption), fc.array(typedOption), (left, right) => {
				const found = connect(
					...left.flatMap(({ words }) => words),
					'1',
					...right.flatMap(({ words }) => words),
					'x.py',
				);
				expect(found).toMatchObject({ target: '1', script: 'x.py' });
				expect(found.sbatch.map(({ words: _, ...read }) => read)).toEqual([...left, ...right].map(({ read }) => read));
				expect(found.sbatch.flatMap(({ words }) => words)).toEqual([...left, ...right].flatMap(({ words }) => words));
			}),
		);
	});

	it('it is cut or refused, never anything else', () => {
		const words = fc.array(
			fc.oneof(
				anyWord,
				typedOption.map(({ words }) => words[0] ?? ''),
			),
		);
		fc.assert(
			fc.property(words, (words) => {
				for (const cut of [connect, head]) {
					try {
						cut(...words);
					} catch (error) {
						expect(error).toMatchObject({ kind: 'usage' });
					}
				}
			}),
		);
	});
});

function failure(cut: () => unknown): unknown {
	try {
		cut();
	} catch (error) {
		return error;
	}
	return undefined;
}
