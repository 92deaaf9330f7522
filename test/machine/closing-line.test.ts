// The closing line, as a run of vitest prints it: tiny projects, each run for real.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execaNode } from 'execa';
import { describe, expect, it } from 'vitest';

const reporter = resolve(import.meta.dirname, '../closing-line.ts');
const vitest = resolve(import.meta.dirname, '../../node_modules/vitest/vitest.mjs');

const PASSES = "it('passes', () => {});";
const FAILS = "it('fails', () => { throw new Error('as it should'); });";
const SKIPS = "it.skip('skips', () => {});";
const HOOK =
	"describe('hooked', () => { beforeAll(() => { throw new Error('as it should'); }); it('never runs', () => {}); });";
const FLAKY = "let tries = 0; it('wavers', { retry: 1 }, () => { if (++tries < 2) throw new Error('as it should'); });";
const SETUP_THROWS = "export default () => { throw new Error('no machine'); };";
const TEARDOWN_FAILS = 'export default () => () => { console.log("late words"); process.exitCode = 1; };';

async function closingOf(tests: string, setup?: string, env: Record<string, string> = {}) {
	const root = await mkdtemp(join(tmpdir(), 'closing-line-'));
	try {
		const config = { globals: true, reporters: ['default', reporter], ...(setup && { globalSetup: './setup.js' }) };
		await writeFile(join(root, 'package.json'), '{"type":"module"}');
		await writeFile(join(root, 'vitest.config.js'), `export default { test: ${JSON.stringify(config)} };`);
		await writeFile(join(root, 'some.test.js'), tests);
		if (setup) await writeFile(join(root, 'setup.js'), setup);
		const options = { cwd: root, reject: false, all: true, extendEnv: false } as const;
		const { PATH = '' } = process.env;
		const { all, exitCode } = await execaNode(vitest, ['run'], { ...options, env: { PATH, NO_COLOR: '1', ...env } });
		return { line: all.split('\n').at(-1), code: exitCode, all };
	} finally {
		await rm(root, { recursive: true, force: true });
	}
}

describe.concurrent('the last line of a run', () => {
	it.each([
		['counts passed and failed', [PASSES, PASSES, FAILS], undefined, '2 passed, 1 failed', 1],
		['counts skipped ones when there are some', [PASSES, SKIPS], undefined, '1 passed, 0 failed, 1 skipped', 0],
		['counts a hook that breaks', [FAILS, HOOK], undefined, '0 passed, 2 failed, 1 skipped', 1],
		['counts a file that breaks', [PASSES, 'throw 1;'], undefined, '0 passed, 1 failed', 1],
		['comes when set-up fails', [PASSES], SETUP_THROWS, '0 passed, 1 failed', 1],
		['comes after a teardown, and counts its failure', [PASSES], TEARDOWN_FAILS, '1 passed, 1 failed', 1],
	])('%s', { timeout: 30_000 }, async (_, tests, setup, line, code) => {
		expect(await closingOf(tests.join('\n'), setup)).toMatchObject({ line, code });
	});

	it('names a test that passed when it was tried again, and tells what went wrong at first', {
		timeout: 30_000,
	}, async () => {
		const { line, all } = await closingOf(`${PASSES}${FLAKY}`);
		expect(line).toBe('2 passed, 0 failed');
		expect(all.match(/^passed when tried again: .*$/gm)).toEqual(['passed when tried again: some.test.js > wavers']);
		expect(all.match(/^went wrong: .*$/gm)).toEqual(['went wrong: some.test.js > wavers: as it should']);
	});

	it('counts a skip as a failure where nothing may skip, and names it', { timeout: 30_000 }, async () => {
		const { line, code, all } = await closingOf(`${PASSES}${SKIPS}`, undefined, { RAYSLURM_REQUIRE: 'slurm' });
		expect({ line, code }).toEqual({ line: '1 passed, 1 failed', code: 1 });
		expect(all).toContain('some.test.js > skips');
	});
});
