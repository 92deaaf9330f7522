import { describe, expect, it } from 'vitest';
import { readMachineRequest } from '../../src/core/machine-request.ts';
import { optionsOf } from '../../src/core/sbatch-lines.ts';

const machine = { cpus: 8, memoryMb: 16_000, gpus: 2 };
const asked = (...argv: string[]) => readMachineRequest(optionsOf('', argv), 'job.sh', machine, 'vm.example');

describe('a job asks one machine for', () => {
	it('one processor and its share of the memory, unless it says more', () => {
		expect(asked()).toMatchObject({ name: 'job.sh', cpus: 1, memoryMb: 2_000, gpus: 0, limitSeconds: undefined });
	});

	it.each([
		[['-c', '3'], { cpus: 3, cpusPerTask: 3, memoryMb: 6_000 }],
		[['-n', '4', '-c', '2'], { cpus: 8, tasks: 4 }],
		[['--ntasks-per-node=2'], { cpus: 2, tasks: 2 }],
		[['--exclusive'], { cpus: 8 }],
		[['--mem=2G'], { memoryMb: 2048 }],
		[['--mem=0'], { memoryMb: 16_000 }],
		[['--mem-per-cpu=100', '-c', '3'], { memoryMb: 300, memoryMbPerCpu: 100 }],
		[['--mem=1G', '--mem-per-cpu=100', '-c2'], { memoryMb: 200 }],
		[['--mem-per-cpu=1G', '--mem=300'], { memoryMb: 300, memoryMbPerCpu: undefined }],
		[['--gres=gpu:2', '--mem-per-gpu=1G'], { gpus: 2, memoryMb: 2048 }],
		[['--gres=gpu'], { gpus: 1 }],
		[['--gres=gpu:a100:2'], { gpus: 2 }],
		[['--gres=gpu:a100'], { gpus: 1 }],
		[['--gres=none'], { gpus: 0 }],
		[['-G', '1'], { gpus: 1 }],
		[['--gpus-per-node=v100:1'], { gpus: 1 }],
		[['--time=1:30'], { limitSeconds: 120 }],
		[['--time=0'], { limitSeconds: undefined }],
		[['--signal=B:USR1@30'], { warning: { signal: 'USR1', secondsBefore: 30, batchShellOnly: true } }],
		[['--signal=10@5'], { warning: { signal: 'USR1', secondsBefore: 5, batchShellOnly: false } }],
		[['--signal=SIGTERM'], { warning: { signal: 'TERM', secondsBefore: 60, batchShellOnly: false } }],
		[['--signal=RB:INT@9'], { warning: { signal: 'INT', secondsBefore: 9, batchShellOnly: true } }],
		[['--open-mode=append'], { append: true }],
		[['-N', '1', '-p', 'gpu', '-A', 'me', '-q', 'x', '--reservation=r', '--comment=c', '-w', 'vm'], { cpus: 1 }],
		[['-N', '1-4'], { cpus: 1 }],
		[['--dependency='], { dependency: undefined }],
	])('%j', (argv, wanted) => {
		expect(asked(...argv)).toMatchObject(wanted);
	});

	it.each([
		['-N2'],
		['--nodes=2-3'],
		['--nodelist=other'],
		['--exclude=vm'],
		['--constraint=fast'],
		['--gres=fpga:1'],
		['--licenses=x'],
		['--begin=now+1hour'],
		['--hold'],
		['--mem=lots'],
		['--signal=B:NONE'],
	])('%s is refused with something to do', (option) => {
		expect(() => asked(option)).toThrow(expect.objectContaining({ kind: 'usage', hint: expect.anything() }));
	});

	it.each([
		[
			'--cpus-per-task=9',
			'asks for 9 CPUs, and this machine has 8',
			'-c 8, or let jobs share processors: --local-cpus 9',
		],
		['--mem=16001M', 'asks for 16001 MB of memory, and this machine has 16000 MB', '--mem=16000'],
		['--gpus=3', 'asks for 3 GPUs, and this machine has 2', '--gpus=2'],
	])('%s is more than there is', (option, message, hint) => {
		const trouble = { message: expect.stringContaining(message), hint: expect.stringContaining(hint) };
		expect(() => asked(option)).toThrow(expect.objectContaining({ kind: 'failed', ...trouble }));
	});

	it('a GPU where there is none, which is said in so many words', () => {
		const without = () => readMachineRequest(optionsOf('', ['--gres=gpu:1']), 'job.sh', { ...machine, gpus: 0 }, 'vm');
		expect(without).toThrow(/asks for 1 GPU, and this machine has none/);
	});
});
