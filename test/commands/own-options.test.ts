import { describe, expect, it } from 'vitest';
import { type HelpPage, helpOf, readOwnOptions, settingOptions, tableOf } from '../../src/commands/own-options.ts';
import { SETTING_NAMES } from '../../src/core/settings.ts';

const page: HelpPage = {
	usage: 'rayslurm try [OPTIONS]',
	about: 'Tries.',
	options: [
		{ name: 'name', kind: 'text', describe: 'a name' },
		{ name: 'dry-run', kind: 'switch', describe: 'nothing is done' },
		...settingOptions(['port-offset', 'debug']),
	],
	examples: [['$0 try --name x', 'an example']],
	footer: 'The end.',
};

async function read(...words: string[]) {
	const { _: rest = [], $0: _, ...values } = (await readOwnOptions(words, page)) as Record<string, unknown>;
	expect(rest).toEqual([]);
	return values;
}

describe("rayslurm's own options", () => {
	it.each([
		[[], {}],
		[['--name=x'], { name: 'x' }],
		[['--name=1e-3'], { name: '1e-3' }],
		[['--name=007'], { name: '007' }],
		[['--name=a=b c\n'], { name: 'a=b c\n' }],
		[['--name=--dry-run'], { name: '--dry-run' }],
		[['--name="quoted"'], { name: '"quoted"' }],
		[['--name='], { name: '' }],
		[['--name=a', '--name=b'], { name: 'b' }],
		[['--port-offset=-40'], { 'port-offset': '-40' }],
		[['--dry-run'], { 'dry-run': true }],
		[['--no-dry-run'], { 'dry-run': false }],
		[['--dry-run', '--no-dry-run'], { 'dry-run': false }],
		[['--dry-run', '--debug', '--name=true'], { 'dry-run': true, debug: true, name: 'true' }],
	])('%j', async (words, values) => {
		expect(await read(...words)).toEqual(values);
	});

	it('are told apart from all others by a table, with --help as -h and the --scheduler of every command', () => {
		const table = tableOf(page.options);
		expect([...table.long]).toEqual([
			['name', 'required'],
			['dry-run', 'none'],
			['no-dry-run', 'none'],
			['port-offset', 'required'],
			['debug', 'none'],
			['no-debug', 'none'],
			['scheduler', 'required'],
			['help', 'none'],
			['no-help', 'none'],
		]);
		expect([...table.short]).toEqual([['h', 'help']]);
		expect(table.abbreviations).toBe(false);
	});

	it('hold every setting unless fewer are named', () => {
		expect(settingOptions().map(({ name }) => name)).toEqual(SETTING_NAMES);
		expect(settingOptions(['debug'])).toEqual([expect.objectContaining({ name: 'debug', kind: 'switch' })]);
	});

	it('are all in the help, with examples that begin as they are typed', async () => {
		const help = await helpOf(page, undefined);
		expect(help).toMatch(/^rayslurm try \[OPTIONS\]\n\nTries\./);
		for (const { name, describe } of page.options) {
			expect(help).toContain(`--${name}`);
			expect(help.replace(/\s+/g, ' ')).toContain(describe);
		}
		expect(help).toContain('rayslurm try --name x');
		expect(help).toContain('The end.');
		expect(help).not.toMatch(/--(version|scheduler)/);
	});

	it('fit the terminal that shows them, but for examples, which are to be copied', async () => {
		const { page } = await import('../../src/commands/connect.ts');
		for (const columns of [60, 80, 200]) {
			const lines = (await helpOf(page, columns)).split('\n').filter((line) => !line.startsWith('  rayslurm'));
			const longest = Math.max(...lines.map(({ length }) => length));
			expect(longest).toBeLessThanOrEqual(Math.min(columns, 100));
			expect(longest).toBeGreaterThan(Math.min(columns, 100) - 10);
		}
	});
});
