import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { manPage } from '../../src/core/man-page.ts';

const page = manPage({
	version: '1.2.3',
	commands: [
		{
			name: 'try it',
			usage: 'rayslurm try it [OPTIONS] JOB…\n       rayslurm try it again',
			about:
				'.dots and \'quotes\' at the beginning, a \\ and ~/x and `y` and "z" in the middle, and so many words that they take another line',
			options: [
				{ name: 'dry-run', kind: 'switch', describe: 'nothing is done' },
				{ name: 'venv', kind: 'text', describe: 'a setting' },
			],
			examples: [['eval "$($0 try it)"', 'an example']],
			footer: "'tis the end",
		},
	],
	settings: [{ name: 'venv', kind: 'text', describe: 'a folder', variables: ['RAYSLURM_VENV'], otherwise: 'none' }],
	exitCodes: [['0', 'done']],
});

describe('the manual page', () => {
	it('tells of commands, options, settings and exit codes', () => {
		const lines = page.split('\n');
		for (const line of [
			'.TH RAYSLURM 1 "" "rayslurm 1.2.3" "User Commands"',
			'.SS try it',
			'\\fBrayslurm try it again\\fR',
			'\\fB\\-\\-dry\\-run\\fR',
			'nothing is done',
			'Settings: \\-\\-venv',
			'\\fBeval \\(dq$(rayslurm try it)\\(dq\\fR',
			'\\fB\\-\\-venv VENV\\fR',
			'a folder. Where nothing is said: none. Variables: RAYSLURM_VENV.',
			'\\fB0\\fR',
		])
			expect(lines).toContain(line);
	});

	it('begins no line of text with what roff takes for a command, and has no long lines', () => {
		expect(page).toContain('\n\\&.dots and \\(aqquotes\\(aq');
		for (const line of page.split('\n')) {
			if (/^[.']/.test(line)) expect(line).toMatch(/^\.(?:TH|SH|SS|TP|PP|br|BR)\b/);
			expect(line.length).toBeLessThan(90);
		}
	});

	const lacks = spawnSync('groff', ['--version']).status === 0 ? '' : ' (skipped: it is not installed)';
	it.skipIf(lacks)(`groff has nothing to say${lacks}`, () => {
		const { stderr, stdout, status } = spawnSync('groff', ['-man', '-ww', '-Tascii'], {
			input: page,
			encoding: 'utf8',
		});
		expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
		expect(stdout.replaceAll(/\x1b\[[\d;]*m/g, '')).toContain(`.dots and 'quotes' at the beginning, a \\ and ~/x`);
	});
});
