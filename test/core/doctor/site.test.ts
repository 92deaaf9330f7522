// What Slurm says of itself, and what follows from it.
import { describe, expect, it } from 'vitest';
import { associationFindings, enforcesLimits, parseAssociations } from '../../../src/core/doctor/association-rules.ts';
import type { SiteEvidence } from '../../../src/core/doctor/evidence.ts';
import type { Look } from '../../../src/core/doctor/look.ts';
import { passesOnProcesses, policyFindings } from '../../../src/core/doctor/policy-rules.ts';
import { localFindings, schedulerFindings } from '../../../src/core/doctor/scheduler-rules.ts';
import { parseConfig, parseFields, parsePartitions, wordIn } from '../../../src/core/doctor/site-config.ts';
import { levels, spoken } from './spoken.ts';

const CONFIG = `Configuration data as of 2026-11-21T16:41:21
AccountingStorageBackupHost = (null)
JobRequeue              = 1
KillWait                = 30 sec
MaxArraySize            = 1001
MaxJobCount             = 10000
MinJobAge               = 300 sec
OverTimeLimit           = 0 min
PreemptMode             = REQUEUE
PowerPlugin             = 
ProctrackType           = proctrack/cgroup
PropagateResourceLimits = ALL
PropagateResourceLimitsExcept = (null)
SelectTypeParameters    = CR_CORE_MEMORY
SlurmctldHost[0]        = vm(10.77.0.254)
SlurmctldParameters     = (null)
SLURM_VERSION           = 22.05.8
TaskPlugin              = task/affinity,task/cgroup

Slurmctld(primary) at vm is UP
`;
const with_ = (changes: Record<string, string>) => new Map([...parseConfig(CONFIG), ...Object.entries(changes)]);

describe('scontrol show config', () => {
	it('is read by its names; what is not set is empty', () => {
		const config = parseConfig(CONFIG);
		expect(config.get('SLURM_VERSION')).toBe('22.05.8');
		expect(config.get('SlurmctldHost[0]')).toBe('vm(10.77.0.254)');
		expect(config.get('SlurmctldParameters')).toBe('');
		expect(config.get('PowerPlugin')).toBe('');
		expect(config.get('ProctrackType')).toBe('proctrack/cgroup');
	});

	it.each([
		['rl_enable,rl_bucket_size=50', 'rl_enable', ''],
		['idle_on_node_suspend,rl_bucket_size=50', 'rl_bucket_size', '50'],
		['xrl_enable', 'rl_enable', undefined],
		['', 'rl_enable', undefined],
	])('of %j, %s is %j', (value, word, found) => {
		expect(wordIn(with_({ SlurmctldParameters: value }), 'SlurmctldParameters', word)).toBe(found);
	});
});

describe('policies', () => {
	it('that bite nobody are said to', () => {
		expect(spoken(policyFindings(parseConfig(CONFIG)))).toEqual([
			'✓ No policy of this site is known to bite heads or clients',
		]);
	});

	it.each([
		['KillWait', '5 sec', '! KillWait is 5 s'],
		['OverTimeLimit', 'UNLIMITED', '✓ OverTimeLimit is UNLIMITED'],
		['OverTimeLimit', '10 min', '✓ OverTimeLimit is 10 min'],
		['SlurmctldParameters', 'rl_enable', '! Requests are rationed: 30 at once, then 2 a second'],
		[
			'SlurmctldParameters',
			'rl_enable,rl_bucket_size=7,rl_refill_rate=3',
			'! Requests are rationed: 7 at once, then 3 a',
		],
		['ProctrackType', 'proctrack/linuxproc', '! proctrack/linuxproc'],
		['ProctrackType', 'proctrack/pgid', '! proctrack/pgid'],
		['TaskPlugin', 'task/none', '! TaskPlugin is task/none'],
		['TaskPlugin', 'task/affinity', '! TaskPlugin is task/affinity'],
		['SelectTypeParameters', 'CR_CORE', '! SelectTypeParameters is CR_CORE: memory is not counted'],
		['JobRequeue', '0', '! JobRequeue is 0'],
		['MaxArraySize', '0', '! MaxArraySize is 0'],
		['MaxArraySize', '101', '✓ MaxArraySize is 101: --workers 100 at most'],
		['MaxJobCount', '500', '✓ MaxJobCount is 500'],
		['MinJobAge', '10 sec', '! MinJobAge is 10 s'],
		['JobSubmitPlugins', 'lua', '✓ The site looks at each job as it is submitted (lua)'],
		['JobContainerType', 'job_container/tmpfs', '✓ Each job has a /tmp of its own'],
	])('%s = %s', (name, value, said) => {
		const found = spoken(policyFindings(with_({ [name]: value })));
		expect(found.filter((line) => line.startsWith(said))).toHaveLength(1);
		expect(spoken(policyFindings(parseConfig(CONFIG))).some((line) => line.startsWith(said))).toBe(false);
	});

	it.each([
		[{}, true],
		[{ PropagateResourceLimits: 'NONE' }, false],
		[{ PropagateResourceLimits: 'NOFILE,NPROC' }, true],
		[{ PropagateResourceLimits: 'NOFILE' }, false],
		[{ PropagateResourceLimits: '', PropagateResourceLimitsExcept: 'NPROC' }, false],
		[{ PropagateResourceLimits: '', PropagateResourceLimitsExcept: 'MEMLOCK' }, true],
	])('ulimit -u reaches jobs with %j: %s', (changes, reaches) => {
		expect(passesOnProcesses(with_(changes))).toBe(reaches);
	});
});

const PARTITIONS = `PartitionName=main AllowGroups=ALL Default=YES DefaultTime=NONE GraceTime=0 MaxTime=UNLIMITED Nodes=dws-[01-04] PreemptMode=OFF State=UP TotalCPUs=32 TotalNodes=4 JobDefaults=(null)
PartitionName=low AllowGroups=ALL Default=NO GraceTime=10 PreemptMode=REQUEUE State=UP TotalNodes=4
PartitionName=old AllowGroups=ALL Default=NO GraceTime=0 PreemptMode=CANCEL State=DOWN TotalNodes=0
`;

const seen = <T>(value: T, ms = 10): Look<T> => ({ kind: 'seen', value, ms });

function site(more: Partial<SiteEvidence> = {}): SiteEvidence {
	return {
		config: seen(parseConfig(CONFIG)),
		partitions: seen(parsePartitions(PARTITIONS)),
		limits: seen({ partition: 'main', cpusPerNode: 8, memoryMb: 24_105 }),
		...more,
	};
}

describe('the scheduler', () => {
	it('answers, and its default partition allows what it allows', () => {
		expect(spoken(schedulerFindings(site(), undefined))).toEqual([
			'✓ Slurm 22.05.8 answered in 0.01 s',
			'✓ Partition main: no time limit, 8 CPUs a node, 23 GB a node; heads ask for 24 h, 8 CPUs and 200 GB, or what it allows',
		]);
	});

	it('is slow', () => {
		expect(levels(schedulerFindings(site({ config: seen(parseConfig(CONFIG), 4_200) }), undefined))).toEqual([
			'warning',
			'ok',
		]);
	});

	it.each([
		[{ kind: 'silent', afterMs: 10_000 } as const, '✗ Slurm did not answer in 10 s'],
		[
			{ kind: 'failed', message: 'did not answer: Unable to contact' } as const,
			'✗ Slurm did not answer: Unable to contact',
		],
		[
			{ kind: 'failed', message: 'scontrol is not in PATH', hint: 'load it' } as const,
			'✗ Slurm: scontrol is not in PATH',
		],
	])('%j: that is all that is said of it', (config, said) => {
		const silent = { kind: 'silent', afterMs: 10_000 } as const;
		expect(spoken(schedulerFindings(site({ config, partitions: silent, limits: silent }), undefined))).toEqual([said]);
	});

	it.each([
		[
			'low',
			/^! Jobs in low can be preempted \(REQUEUE\) without warning: Slurm tells batch jobs nothing of its GraceTime/,
		],
		['old', /^✗ Partition old is DOWN/],
		['old', /^✗ Partition old has no nodes/],
		['old', /^! Jobs in old can be preempted \(CANCEL\) without warning: no GraceTime/],
		['none', /^✗ There is no partition none; there are main, low, old/],
	])('partition %s: %s', (wished, said) => {
		expect(spoken(schedulerFindings(site(), wished)).filter((line) => said.test(line))).toHaveLength(1);
	});

	it('a partition whose jobs are told in time, and one of a cluster that preempts nobody', () => {
		const told = site({ config: seen(with_({ SlurmctldParameters: 'preempt_send_user_signal' })) });
		expect(spoken(schedulerFindings(told, 'low'))[1]).toMatch(/^✓ Jobs in low can be preempted .* told 10 s before/);
		const never = site({ config: seen(with_({ PreemptMode: 'OFF' })) });
		expect(levels(schedulerFindings(never, 'low'))).toEqual(['ok', 'ok']);
	});

	it('there is no default partition', () => {
		const partitions = seen(parsePartitions(PARTITIONS.replace('Default=YES', 'Default=NO')));
		expect(schedulerFindings(site({ partitions }), undefined).at(-1)).toMatchObject({
			level: 'warning',
			fix: 'add -p main',
		});
	});

	it('half an hour is short', () => {
		const limits = seen({ partition: 'main', seconds: 1_800, cpusPerNode: 8, memoryMb: 24_105 });
		expect(spoken(schedulerFindings(site({ limits }), undefined)).at(-1)).toMatch(
			/^! Partition main ends jobs after 30 min/,
		);
	});

	it('is this machine', () => {
		const machine = { cpus: 4, totalBytes: 16 * 2 ** 30 };
		const limits = seen({ partition: 'local', cpusPerNode: 1, memoryMb: 5_000 });
		expect(spoken(localFindings('The local scheduler', 'box', limits, machine))).toEqual([
			'✓ The local scheduler answered in 0.01 s',
			'✓ box has 4 CPUs and 16 GB; a head or client gets 1 CPU and 4 GB unless you say otherwise',
		]);
	});
});

describe('what accounts may', () => {
	it.each([
		['phys||1|', ['! Account phys may have 1 job at once: a head has no clients beside it']],
		['phys|gpu|8|5', ['! Account phys in gpu may have 5 jobs at once, heads and clients together']],
		['phys||100|200', []],
		['phys|||', []],
		['', []],
		['sacctmgr: error: x', []],
	])('%j', (row, said) => {
		expect(spoken(associationFindings(parseAssociations(`${row}\n`)))).toEqual(said);
	});

	it.each([
		['none', false],
		['associations,limits,qos,safe', true],
		['associations', false],
		['', false],
	])('is enforced with %j: %s', (value, enforced) => {
		expect(enforcesLimits(with_({ AccountingStorageEnforce: value }))).toBe(enforced);
	});
});

describe('the fields of a job', () => {
	it('are read by name, values with spaces whole', () => {
		const fields = parseFields(
			'JobId=7 JobName=ray doctor Comment=rayslurm doctor [x] TimeLimit=00:02:00 Partition=main',
		);
		expect(Object.fromEntries(fields)).toEqual({
			JobId: '7',
			JobName: 'ray doctor',
			Comment: 'rayslurm doctor [x]',
			TimeLimit: '00:02:00',
			Partition: 'main',
		});
	});
});
