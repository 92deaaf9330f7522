// TAB in real shells on a terminal: what is typed arrives as words of the command, whatever files and jobs are called.
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { nodeForUsers } from '../testbed/app.ts';
import { bundle, describeReal, person } from '../testbed/bed.ts';

const alice = person('alice');
const HOSTILE = ['tune.py', 'we ird.py', 'x$(touch pwned).py', "q'uote.py", 'a:b.py', 'new\nline.py', 'data.csv'];
const AT = new Date().toISOString();

/** Interactive, without the person's own files; then what makes rayslurm known. */
const SHELLS = {
	bash: ['bash --norc --noprofile -i', 'eval "$(rayslurm completion bash)"'],
	zsh: ['zsh -f -i', 'eval "$(rayslurm completion zsh)"'],
	fish: ['fish --no-config -i', 'rayslurm completion fish | source'],
} as const;

/** Keys, and the words that then reach the command. */
const ROWS: readonly (readonly [keys: string, words: readonly string[]])[] = [
	['rayslurm conn\tlat\ttun\t', ['connect', 'latest', 'tune.py']],
	['rayslurm connect 7\twe\t', ['connect', '77', 'we ird.py']],
	['rayslurm connect 77 x\t', ['connect', '77', 'x$(touch pwned).py']],
	['rayslurm connect 77 q\t', ['connect', '77', "q'uote.py"]],
	['rayslurm connect 77 a:\t', ['connect', '77', 'a:b.py']],
	['rayslurm connect 77 --rejoi\t --setup=da\ttu\t', ['connect', '77', '--rejoin', '--setup=data.csv', 'tune.py']],
	['rayslurm wait 7\t8\t', ['wait', '778']],
	['rayslurm head su\t--on-end=k\t--renew=b\t', ['head', 'submit', '--on-end=keep', '--renew=before']],
	['rayslurm head submit --on-end k\t', ['head', 'submit', '--on-end', 'keep']],
	['rayslurm templ\tej\tcl\t', ['template', 'eject', 'client']],
];

describeReal('completion', () => {
	let cwd: string;
	beforeAll(async () => {
		cwd = await alice.workspace();
		const program = `case $1 in complete | completion) exec ${nodeForUsers()} ${bundle} "$@" ;; esac`;
		// What was typed is written down, and nothing is submitted.
		const record = '{ printf "%s\\0" "$@" && printf "\\0"; } >>"$RECORD"';
		await alice.write(join(cwd, 'bin/rayslurm'), `#!/bin/sh\n${program}\n${record}\n`, 0o755);
		for (const name of HOSTILE) await alice.write(join(cwd, 'work', name), '');
		const head = join(cwd, 'work/outputs/.rayslurm/heads/77');
		const line = (event: object) => `${JSON.stringify({ at: AT, ...event })}\n`;
		const options = { job: '77', submitted: AT, script: '/x', options: [], typed: [] };
		await alice.write(join(head, 'head.json'), line(options), 0o600);
		await alice.write(join(head, 'events.jsonl'), line({ step: 'running', node: 'n' }), 0o600);
		const script = 'evil\n$(touch pwned)`touch pwned`\x1b[31m.py';
		await alice.write(join(head, 'clients/778.json'), line({ job: '778', submitted: AT, script }), 0o600);
	});

	it.each(Object.entries(SHELLS))('in %s', async (name, [shell, setUp]) => {
		const record = join(cwd, `record-${name}`);
		await rm(record, { force: true });
		const keys = [setUp, ...ROWS.map(([typed]) => typed), 'exit'].map((each) => `${each}\r`);
		// script gives the shell a terminal.
		const running = alice.start(['script', '-qefc', shell, '/dev/null'], {
			cwd: join(cwd, 'work'),
			env: {
				PATH: `${join(cwd, 'bin')}:/usr/bin:/bin`,
				TERM: 'xterm',
				RECORD: record,
				XDG_STATE_HOME: join(cwd, 'state'),
			},
			input: keys.join(''),
		});
		const { all } = await running.done;
		const text = await readFile(record, 'utf8').catch(() => '');
		const typed = text.split('\0\0').slice(0, -1);
		expect(
			typed.map((words) => words.split('\0')),
			all,
		).toEqual(ROWS.map(([, words]) => words));
		await expect(readFile(join(cwd, 'work/pwned'))).rejects.toMatchObject({ code: 'ENOENT' });
	});
});
