import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HeadInfo, infoPorts, parseInfo, renderInfo } from '../../src/core/connection.ts';
import { readLines } from '../../src/core/info-lines.ts';
import { planPorts } from '../../src/core/ports.ts';

const GUIDE = `RAY_ADDRESS=10.0.0.1:6379
RAY_PORT=6379
HEAD_NODE=dws-01
HEAD_IP=10.0.0.1
SLURM_JOB_ID=12345
USER_PORT_OFFSET=0
STARTED=2025-10-28T10:30:00+00:00
`;
const guide: HeadInfo = {
	rayAddress: '10.0.0.1:6379',
	rayPort: 6379,
	headNode: 'dws-01',
	headIp: '10.0.0.1',
	slurmJobId: '12345',
	userPortOffset: 0,
	started: '2025-10-28T10:30:00+00:00',
	ports: {},
	more: new Map(),
};
const ours: HeadInfo = {
	...guide,
	rayslurmVersion: '0.1.0',
	rayVersion: '2.60.0',
	pythonVersion: '3.11.7',
	incarnation: '0-abcdef',
	clusterName: 'night',
	environment: "/home/al's env",
	authMode: 'token',
	authTokenPath: '/home/alice/out puts/.rayslurm/token',
	state: 'ready',
	ports: infoPorts(planPorts(0)),
	more: new Map([['GCS_STORAGE', 'rocksdb']]),
};
const EXPORT = 'export RAY_ADDRESS RAY_AUTH_MODE RAY_AUTH_TOKEN_PATH';

const hostile = fc.oneof(
	fc.string({ unit: fc.integer({ min: 1, max: 0xd7ff }).map((code) => String.fromCodePoint(code)) }),
	fc
		.array(
			fc.constantFrom(
				'$(touch x)',
				'`touch x`',
				"'",
				'"',
				'\\',
				'\n',
				'\r',
				'\t',
				' ',
				';',
				'&',
				'|',
				'>',
				'touch x',
				'$',
				'${',
				'}',
				'~',
				'!',
				'*',
				'#',
				'\x01',
				'\x7f',
				'é',
				'\u2028',
				'\ufeff',
				'😀',
				'-n',
				'=',
				"$'",
				'0',
			),
			{ maxLength: 12 },
		)
		.map((parts) => parts.join('')),
);
const port = fc.integer({ min: 1, max: 65_535 });
const info: fc.Arbitrary<HeadInfo> = fc
	.record({
		address: fc.oneof(
			fc.ipV4().map((ip) => [ip, ip] as const),
			fc.constant(['fd00::12', '[fd00::12]'] as const),
		),
		rayPort: port,
		offset: fc.integer({ min: 0, max: 52_000 }),
		words: fc.record(
			{
				rayslurmVersion: hostile,
				rayVersion: hostile,
				pythonVersion: hostile,
				incarnation: hostile,
				clusterName: hostile,
				dashboard: hostile,
				environment: hostile,
			},
			{ requiredKeys: [] },
		),
		tokenPath: fc.option(
			hostile.map((text) => `/${text}`),
			{ nil: undefined },
		),
		state: fc.constantFrom('joinable', 'ready', 'degraded', undefined),
		authMode: fc.constantFrom('token', 'disabled', undefined),
		ports: fc.record({ dashboard: port, rayClient: port, workersMin: port, workersMax: port }, { requiredKeys: [] }),
		more: fc.dictionary(fc.constantFrom('FUTURE_A', 'X9', 'Y_', 'RAY_X', '__proto__', 'constructor'), hostile, {
			maxKeys: 3,
		}),
	})
	.map(({ address: [ip, shownIp], rayPort, offset, words, tokenPath, state, authMode, ports, more }) => ({
		...guide,
		rayAddress: `${shownIp}:${rayPort}`,
		rayPort,
		headIp: ip,
		userPortOffset: offset,
		...words,
		...(tokenPath === undefined ? {} : { authTokenPath: tokenPath }),
		...(state === undefined ? {} : { state }),
		...(authMode === undefined ? {} : { authMode }),
		ports,
		more: new Map(Object.entries(more)),
	}));

describe('bash sources what we write', () => {
	let folder: string;
	beforeAll(() => {
		folder = mkdtempSync(join(tmpdir(), 'rayslurm-test-'));
	});
	afterAll(() => rmSync(folder, { recursive: true }));

	/** What each key is for bash after `source`, all texts in one bash; and that nothing was run that leaves a trace. */
	function sourced(texts: readonly string[]): ReadonlyMap<string, string>[] {
		const keys = texts.map((text) => [...readLines(text).entries.keys()]);
		for (const [index, text] of texts.entries()) {
			writeFileSync(join(folder, `${index}.info`), text);
			writeFileSync(join(folder, `${index}.keys`), (keys[index] ?? []).map((key) => `${key}\n`).join(''));
		}
		const script = `for ((i = 0; i < ${texts.length}; i++)); do
			( . ./$i.info || exit 9; while IFS= read -r k; do printf '%s\\0' "\${!k}"; done <$i.keys ) || exit 8
		done`;
		const environment = { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8' };
		const output = execFileSync('bash', ['-c', script], { cwd: folder, env: environment, encoding: 'utf8' });
		const values = output.split('\0');
		expect(readdirSync(folder).filter((name) => !/^\d+\.(info|keys)$/.test(name))).toEqual([]);
		return keys.map((names) => new Map(names.map((name) => [name, values.shift() ?? ''])));
	}

	// No shrinking: each try starts a bash.
	it('and gets the same values, running nothing', () => {
		fc.assert(
			fc.property(fc.array(info, { minLength: 25, maxLength: 25 }), (infos) => {
				const texts = infos.map(renderInfo);
				for (const [index, seen] of sourced(texts).entries()) {
					const { authTokenPath, environment, more } = infos[index] ?? guide;
					if (authTokenPath !== undefined) expect(seen.get('RAY_AUTH_TOKEN_PATH')).toBe(authTokenPath);
					if (environment !== undefined) expect(seen.get('ENVIRONMENT')).toBe(environment);
					for (const [key, value] of more) expect(seen.get(key)).toBe(value);
					expect(seen).toEqual(readLines(texts[index] ?? '').entries);
				}
			}),
			{ numRuns: 3, endOnFailure: true },
		);
	});

	it('agrees on the value of every word that we accept, whoever wrote it', () => {
		const piece = fc.constantFrom(
			...[
				"'",
				"'a'",
				"'a b'",
				"\\'",
				'"',
				'"a b"',
				'"\\$"',
				'"\\a"',
				"$'",
				"$'\\n'",
				"$'\\012'",
				"$'\\''",
				"$'\\400'",
				"$'\\000'",
			],
			...[
				'a',
				'~',
				'$',
				'$a',
				'`id`',
				'\\',
				'\\a',
				' ',
				'=',
				':',
				'[a]',
				'{a,b}',
				'*',
				'#',
				';',
				'&',
				'!',
				'é',
				'\u2028',
				'$"',
				'()',
			],
		);
		const words = fc.array(fc.array(piece, { maxLength: 4 }), { minLength: 200, maxLength: 200 });
		fc.assert(
			fc.property(words, (each) => {
				const accepted = each
					.map((parts, index) => `X${index}=${parts.join('')}\n`)
					.filter((line) => parseInfo(GUIDE + line).ok);
				expect(accepted.length).toBeGreaterThan(30);
				const text = GUIDE + accepted.join('');
				expect(sourced([text])).toEqual([readLines(text).entries]);
			}),
			{ numRuns: 5, endOnFailure: true },
		);
	});

	it('agrees on every damaged text that we still accept', () => {
		const damage = fc.tuple(fc.nat(), fc.nat({ max: 3 }), fc.constantFrom('', 'a', '0', "'", '\n', '$', ';', '='));
		const damaged = fc.tuple(info, damage).map(([each, [at, remove, insert]]) => {
			const characters = [...renderInfo(each)]; // A file holds whole ones.
			characters.splice(at % (characters.length + 1), remove, insert);
			return characters.join('');
		});
		fc.assert(
			fc.property(fc.array(damaged, { minLength: 60, maxLength: 60 }), (texts) => {
				const good = texts.filter((text) => parseInfo(text).ok);
				for (const [index, seen] of sourced(good).entries()) expect(seen).toEqual(readLines(good[index] ?? '').entries);
			}),
			{ numRuns: 3, endOnFailure: true },
		);
	});

	it('and the address and how to log in are exported', () => {
		writeFileSync(join(folder, '0.info'), renderInfo(ours));
		const script =
			". ./0.info; exec python3 -c \"import os; print(os.environ['RAY_ADDRESS'], os.environ['RAY_AUTH_TOKEN_PATH'])\"";
		expect(execFileSync('bash', ['-c', script], { cwd: folder, encoding: 'utf8' })).toBe(
			'10.0.0.1:6379 /home/alice/out puts/.rayslurm/token\n',
		);
	});
});

describe('renderInfo', () => {
	it('writes the fixed keys first, as the contract shows them, and the export last', () => {
		const text = renderInfo(ours);
		expect(text.startsWith(`${GUIDE}RAYSLURM_VERSION=0.1.0\n`)).toBe(true);
		expect(text.endsWith(`GCS_STORAGE=rocksdb\n${EXPORT}\n`)).toBe(true);
		expect(text).toContain("\nENVIRONMENT='/home/al'\\''s env'\n");
		expect(text).toContain('\nCLIENT_SERVER_PORT=10001\n');
	});

	it.each([
		['a key of the shell', { more: new Map([['PATH', '/x']]) }],
		['a key that exists', { more: new Map([['RAY_PORT', '1']]) }],
		['no key', { more: new Map([['a b', '1']]) }],
		['an address that is another', { rayAddress: '10.0.0.2:6379' }],
		['a relative token path', { authTokenPath: 'token' }],
	])('refuses %s', (_, change) => {
		expect(() => renderInfo({ ...ours, ...change })).toThrow();
	});
});

describe('parseInfo', () => {
	it('reads back what was written', () => {
		fc.assert(
			fc.property(info, (each) => {
				expect(parseInfo(renderInfo(each))).toEqual({ ok: true, info: each });
			}),
			{ numRuns: 200 },
		);
	});

	it("reads the file of the guide's script", () => {
		expect(parseInfo(GUIDE)).toEqual({ ok: true, info: guide });
	});

	it.each([
		['unknown keys', `${GUIDE}NEW_KEY='a b'\n`, { more: new Map([['NEW_KEY', 'a b']]) }],
		['a state it does not know', `${GUIDE}STATE=draining\n`, { more: new Map([['STATE', 'draining']]) }],
		['double quotes', GUIDE.replace('dws-01', '"dws-01"'), { headNode: 'dws-01' }],
		['a Z and fractions', GUIDE.replace('00+00:00', '00.123Z'), { started: '2025-10-28T10:30:00.123Z' }],
		['an empty further value', `${GUIDE}CLUSTER_NAME=\n`, { clusterName: '' }],
		['__proto__', `${GUIDE}__proto__=x\n`, { more: new Map([['__proto__', 'x']]) }],
	])('reads %s', (_, text, expected) => {
		expect(parseInfo(text)).toMatchObject({ ok: true, info: expected });
		expect(Object.prototype).not.toHaveProperty('x');
	});

	it.each([
		['empty', ''],
		['too-large', `${GUIDE}X=${'x'.repeat(65_536)}\n`],
		['bom', `\ufeff${GUIDE}`],
		['crlf', GUIDE.replaceAll('\n', '\r\n')],
		['binary', GUIDE.replace('dws-01', 'dws\0-01')],
		['binary', '\x7fELF\x02\x01\x01\0'],
		['truncated', GUIDE.slice(0, -1)],
		['truncated', `${GUIDE}RAYSLURM_VERSION=0.1.0\nRAY_VERSION=2.60.0\n`],
		['missing-key', GUIDE.slice(0, 100).replace(/[^\n]*$/, '')],
		['missing-key', `${EXPORT}\n`],
		['duplicate-key', `${GUIDE}RAY_PORT=6379\n`],
		['malformed-line', `${GUIDE}\n`],
		['malformed-line', `# written by hand\n${GUIDE}`],
		['malformed-line', `${EXPORT}\n${GUIDE}`],
		['malformed-line', `${GUIDE}export PATH\n`],
		['malformed-line', `${GUIDE}${EXPORT} PATH\n`],
		['malformed-line', `${GUIDE}touch x\n`],
		['malformed-line', `${GUIDE}X=a b\n`],
		['malformed-line', `${GUIDE}X=$(touch x)\n`],
		['malformed-line', `${GUIDE}X="$(touch x)"\n`],
		['malformed-line', `${GUIDE}X="\`touch x\`"\n`],
		['malformed-line', `${GUIDE}X=~/a\n`],
		['malformed-line', `${GUIDE}X='a\n`],
		['malformed-line', `${GUIDE}X=$'\\000'\n`],
		['malformed-line', `${GUIDE}X=a;touch x\n`],
		['malformed-line', `${GUIDE}X+=a\n`],
		['malformed-line', `${GUIDE}X[0]=a\n`],
		['malformed-line', `${GUIDE} X=a\n`],
		['bad-value', GUIDE.replace('RAY_PORT=6379', 'RAY_PORT=6380')],
		['bad-value', GUIDE.replace('HEAD_IP=10.0.0.1', 'HEAD_IP=10.0.0.2')],
		['bad-value', GUIDE.replaceAll('10.0.0.1', '10.0.0.256')],
		['bad-value', GUIDE.replaceAll('10.0.0.1', '10.0.1')],
		['bad-value', GUIDE.replaceAll('10.0.0.1', 'head.example')],
		['bad-value', GUIDE.replaceAll('6379', '65536')],
		['bad-value', GUIDE.replaceAll('6379', '06379')],
		['bad-value', GUIDE.replaceAll('6379', '0')],
		['bad-value', GUIDE.replace('12345', '12345_1')],
		['bad-value', GUIDE.replace('12345', '-1')],
		['bad-value', GUIDE.replace('12345', '0')],
		['bad-value', GUIDE.replace('12345', '')],
		['bad-value', GUIDE.replace('dws-01', '-oProxyCommand=x')],
		['bad-value', GUIDE.replace('OFFSET=0', 'OFFSET=1e3')],
		['bad-value', GUIDE.replace('2025-10-28T', '2025-13-28T')],
		['bad-value', GUIDE.replace('+00:00', '')],
		['bad-value', GUIDE.replace('2025-10-28T10:30:00+00:00', "'Tue Oct 28'")],
		['bad-value', `${GUIDE}RAY_AUTH_MODE=none\n`],
		['bad-value', `${GUIDE}RAY_AUTH_TOKEN_PATH=token\n`],
		['bad-value', `${GUIDE}DASHBOARD_PORT=http\n`],
	])('refuses with %s: %j', (reason, text) => {
		expect(parseInfo(text)).toMatchObject({ ok: false, reason });
	});

	it('takes no beginning of a file of ours for a whole one, but the seven keys of the guide', () => {
		const text = renderInfo(ours);
		const whole = Array.from({ length: text.length }, (_, end) => text.slice(0, end)).filter(
			(part) => parseInfo(part).ok,
		);
		expect(whole).toEqual([GUIDE]);
	});

	it('never shows a long value whole', () => {
		const parsed = parseInfo(GUIDE.replace('dws-01', 'x/'.repeat(5_000)));
		expect(parsed.ok ? '' : parsed.message.length).toBeLessThan(120);
	});
});
