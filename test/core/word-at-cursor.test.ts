import { describe, expect, it } from 'vitest';
import { ownOptionTable } from '../../src/core/option-table.ts';
import { readUsage } from '../../src/core/usage.ts';
import { wordAtCursor } from '../../src/core/word-at-cursor.ts';

const own = ownOptionTable([
	{ name: 'wait', takes: 'none' },
	{ name: 'on-end', takes: 'required' },
	{ name: 'script', takes: 'required' },
	{ name: 'renew', takes: 'optional' },
	{ name: 'help', takes: 'none', short: 'h' },
]);

const USAGE = {
	connect: 'rayslurm connect TARGET [OPTIONS] [SBATCH OPTIONS] [-- RAY START OPTIONS] [SCRIPT.py ARGS…]',
	submit: 'rayslurm submit [OPTIONS] [SBATCH OPTIONS] [-- RAY START OPTIONS]',
	stop: 'rayslurm stop JOB… [OPTIONS]',
	status: 'rayslurm status [OPTIONS] [TARGET or JOB]',
	exec: 'rayslurm exec TARGET [OPTIONS] -- COMMAND…',
	completion: 'rayslurm completion bash|zsh|fish',
	list: 'rayslurm list [OPTIONS]',
	batch: 'rayslurm batch [OPTIONS] [SBATCH OPTIONS] SCRIPT [ARGS…]',
	logs: 'rayslurm logs JOB [OPTIONS]\n       rayslurm logs JOB --ray [NAME] [OPTIONS]',
	jobs: 'rayslurm jobs [JOB…] [OPTIONS]',
	'worker add': 'rayslurm worker add TARGET [N] [--cpus N]',
};
const word = (...anyOf: string[]) => ({ kind: 'word', anyOf });
const options = { kind: 'options', of: 'command' };
const value = (option: string, prefix = '') => ({ kind: 'value', option, prefix });
const FILE = { kind: 'file' };
const NOTHING = { kind: 'nothing' };

describe('the usage line', () => {
	it.each([
		['connect', { words: ['TARGET', 'SCRIPT.py'], sbatch: true, dashes: 'ray' }],
		['submit', { words: [], sbatch: true, dashes: 'ray' }],
		['stop', { words: ['JOB…'], sbatch: false, dashes: undefined }],
		['status', { words: ['TARGET|JOB'], sbatch: false, dashes: undefined }],
		['exec', { words: ['TARGET'], sbatch: false, dashes: 'command' }],
		['completion', { words: ['bash|zsh|fish'], sbatch: false, dashes: undefined }],
		['batch', { words: ['SCRIPT'], sbatch: true, dashes: undefined }],
		['list', { words: [], sbatch: false, dashes: undefined }],
		['logs', { words: ['JOB'], sbatch: false, dashes: undefined }],
		['jobs', { words: ['JOB…'], sbatch: false, dashes: undefined }],
		['worker add', { words: ['TARGET', 'N'], sbatch: false, dashes: undefined }],
	] as const)('%s', (name, { words, ...more }) => {
		const usage = readUsage(USAGE[name], name);
		expect(usage).toEqual({
			...more,
			words: words.map((each) => ({ anyOf: each.replace('…', '').split('|'), repeats: each.endsWith('…') })),
		});
	});
});

describe('what may stand at the cursor', () => {
	it.each([
		['connect', [], '', word('TARGET')],
		['connect', [], '-', options],
		['connect', ['5'], '', word('SCRIPT.py')],
		['connect', ['5'], '--ti', options],
		['connect', ['5', '--on-end'], '', value('on-end')],
		['connect', ['5', '--on-end'], '--', value('on-end')],
		['connect', ['5'], '--on-end=k', value('on-end', '--on-end=')],
		['connect', ['5'], '--renew=', value('renew', '--renew=')],
		['connect', ['5', '--renew'], '', word('SCRIPT.py')],
		['connect', ['5'], '--wait=', NOTHING],
		['connect', ['5', '-t'], '', value('time')],
		['connect', ['5', '-t', '5'], '', word('SCRIPT.py')],
		['connect', ['5', '-t5'], '', word('SCRIPT.py')],
		['connect', ['5', '--partition'], 'x', value('partition')],
		['connect', ['5', '--chdir=x'], '', word('SCRIPT.py')],
		['connect', ['--wait'], '', word('TARGET')],
		['connect', ['5', 'x.py'], '', FILE],
		['connect', ['5', 'x.py'], '--on-end=', FILE],
		['connect', ['5', '--script', 'x'], '', FILE],
		['connect', ['5', '--'], '', word('SCRIPT.py')],
		['connect', ['5', '--'], '--num', { kind: 'options', of: 'ray' }],
		['connect', ['5', '--', '--num-cpus'], '', NOTHING],
		['connect', ['5', '--', '--num-cpus=1', 'x.py'], '--', FILE],
		['connect', ['5', '--what'], '', word('SCRIPT.py')],
		['batch', ['-c', '2'], '', word('SCRIPT')],
		['batch', ['-c', '2'], '--', options],
		['batch', ['-c', '2', 'job.sh'], '--', FILE],
		['submit', [], '', options],
		['submit', [], 'x', NOTHING],
		['submit', ['--'], '--', { kind: 'options', of: 'ray' }],
		['stop', [], '', word('JOB')],
		['stop', ['1', '2'], '', word('JOB')],
		['stop', ['1', '-t'], '', word('JOB')],
		['status', [], '', word('TARGET', 'JOB')],
		['status', ['1'], '', options],
		['exec', ['1', '--'], '', FILE],
		['exec', ['1', '--', 'ray'], '--x', FILE],
		['completion', [], 'b', word('bash', 'zsh', 'fish')],
	] as const)('%s %j %j', (name, words, current, expected) => {
		expect(wordAtCursor({ usage: readUsage(USAGE[name], name), own }, words, current)).toEqual(expected);
	});
});
