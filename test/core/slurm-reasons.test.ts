import { expect, it } from 'vitest';
import { reasonInWords } from '../../src/core/slurm-reasons.ts';

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
