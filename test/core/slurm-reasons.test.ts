import { expect, it } from 'vitest';
import { dependencyInWords, reasonInWords } from '../../src/core/slurm-reasons.ts';

it.each([
	['Priority', 'other jobs come first (Priority)'],
	['Resources', 'waiting for free resources (Resources)'],
	['Configuring', 'its nodes are starting (Configuring)'],
	['QOSMaxJobsPerUserLimit', 'a limit of its quality of service is reached (QOSMaxJobsPerUserLimit)'],
	['QOSMaxCpuPerJobLimit', "one job asks for more than its quality of service's limit (QOSMaxCpuPerJobLimit)"],
	['AssocGrpCpuLimit', 'a limit of its account is reached (AssocGrpCpuLimit)'],
	['AssocMaxCpuPerJobLimit', 'one job asks for more than its account may (AssocMaxCpuPerJobLimit)'],
	['PartitionTimeLimit', 'asks for more time than its partition allows (PartitionTimeLimit)'],
	[
		'ReqNodeNotAvail, UnavailableNodes:dws-01',
		'a node it needs is not available (ReqNodeNotAvail, UnavailableNodes:dws-01)',
	],
	[
		'Nodes required for job are DOWN, DRAINED or reserved for jobs in higher priority partitions',
		'the nodes it needs are down, drained or reserved (Nodes required for job are DOWN, DRAINED or reserved for jobs in higher priority partitions)',
	],
	['(launch failed requeued held)', 'could not be launched, now held (launch failed requeued held)'],
	['SomethingNew', 'SomethingNew'],
	['', 'no reason given'],
	['Bad\nnews\x1b[31m', 'Bad news [31m'],
])('%s', (reason, words) => {
	expect(reasonInWords(reason)).toBe(words);
});

it.each([
	['Dependency', 'afterok:7553002(unfulfilled)', 'waiting for afterok:7553002 (Dependency)'],
	['Dependency', 'afterok:7553002', 'waiting for afterok:7553002 (Dependency)'],
	[
		'Dependency',
		'after:7+5(unfulfilled),afterany:8_*(unfulfilled)',
		'waiting for after:7+5, afterany:8_* (Dependency)',
	],
	['Dependency', 'afterok:7(failed)?afterok:8(unfulfilled)', 'waiting for afterok:7?afterok:8 (Dependency)'],
	['Dependency', 'singleton(unfulfilled)', 'waiting for singleton (Dependency)'],
	[
		'Dependency',
		'after:1,after:2,after:3,after:4,after:5',
		'waiting for after:1, after:2, after:3 and 2 more (Dependency)',
	],
	[
		'DependencyNeverSatisfied',
		'afterany:8(unfulfilled),afterok:7(failed)',
		'waits for afterok:7, which cannot come true any more, so it will never start (DependencyNeverSatisfied)',
	],
	['Dependency', '(null)', undefined],
	['Dependency', '', undefined],
	['Dependency', 'after:1\x1b[31m', undefined],
	['Priority', 'afterok:7(unfulfilled)', undefined],
])('%s with %j', (reason, dependency, words) => {
	expect(dependencyInWords(reason, dependency)).toBe(words);
});
