// Why a job is still pending, in a few words. Slurm's own word stays with it, for whoever wants to look it up.
import type { JobState } from './job-state.ts';

const WORDS: ReadonlyMap<string, string> = new Map([
	['None', 'not looked at yet'],
	['Priority', 'other jobs come first'],
	['Resources', 'waiting for free resources'],
	['Configuring', 'its nodes are starting'],
	['Dependency', 'waiting for another job'],
	['DependencyNeverSatisfied', 'the job it waits for ended the wrong way, so it will never start'],
	['BeginTime', 'its start time has not come'],
	['Cleaning', 'being cleaned up after a requeue'],
	['JobHeldUser', 'held by its owner'],
	['JobHeldAdmin', 'held by an administrator'],
	['JobArrayTaskLimit', 'its array runs as many tasks as it may'],
	['Reservation', 'waiting for its reservation'],
	['ReservationDeleted', 'its reservation was deleted'],
	['ReqNodeNotAvail', 'a node it needs is not available'],
	['NodeDown', 'a node it needs is down'],
	['BadConstraints', 'no node can ever meet its constraints'],
	['Licenses', 'waiting for a licence'],
	['PartitionDown', 'its partition is down'],
	['PartitionInactive', 'its partition is inactive'],
	['PartitionNodeLimit', 'asks for more nodes than its partition allows'],
	['PartitionTimeLimit', 'asks for more time than its partition allows'],
	['PartitionConfig', 'its partition cannot give what it asks for'],
	['InvalidAccount', 'its account is not valid'],
	['InvalidQOS', 'its quality of service is not valid'],
	['AccountNotAllowed', 'its account may not use this partition'],
	['QOSNotAllowed', 'its quality of service may not be used here'],
	['QOSTimeLimit', 'its quality of service has used up its time'],
	['NonZeroExitCode', 'its last run failed'],
	['launch failed requeued held', 'could not be launched, now held'],
	['job requeued in held state', 'requeued and held'],
]);

/** Whole families: QOSMaxJobsPerUserLimit, AssocGrpCpuLimit, AssocMaxJobsLimit, MaxMemPerLimit … */
const FAMILIES: readonly (readonly [RegExp, string])[] = [
	[/^QOS.*(?:PerJob|PerNode|Minutes)/, "one job asks for more than its quality of service's limit"],
	[/^QOS.*Limit/, 'a limit of its quality of service is reached'],
	[/^Assoc.*(?:PerJob|PerNode|Minutes)/, 'one job asks for more than its account may'],
	[/^Assoc.*Limit/, 'a limit of its account is reached'],
	[/Nodes required for job are DOWN, DRAINED/, 'the nodes it needs are down, drained or reserved'],
];

/** What the scheduler knows of it, else its reason in words. */
export function whyPending({ reason, words }: Pending): string {
	return words ?? reasonInWords(reason);
}

/** With what to type. */
export function whyPendingAndTodo(state: Pending): string {
	return `${whyPending(state)}${state.todo ? `; ${state.todo}` : ''}`;
}

type Pending = Extract<JobState, { kind: 'pending' }>;

/** For example: "other jobs come first (Priority)". */
export function reasonInWords(reason: string): string {
	const plain = reason.replace(/[\x00-\x1f\x7f]+/g, ' ').replace(/^\((.*)\)$/, '$1');
	if (plain === '' || plain === 'null') return 'no reason given';
	const word = plain.split(/[,:(]/)[0]?.trim() ?? '';
	const words = WORDS.get(word) ?? FAMILIES.find(([form]) => form.test(plain))?.[1];
	return words === undefined ? plain : `${words} (${plain})`;
}

const MOST_NAMED = 3;

/** Which job is waited for, of squeue's %E: `afterok:12(unfulfilled),after:13+5(unfulfilled)`. undefined: it says nothing of it. */
export function dependencyInWords(reason: string, dependency: string): string | undefined {
	if (!/^Dependency(?:NeverSatisfied)?$/.test(reason) || !/^[a-z][\w:+*,?()[\]-]*$/i.test(dependency)) return undefined;
	const all = dependency.split(',');
	const failed = all.filter((each) => each.includes('(failed)'));
	const never = reason !== 'Dependency';
	const meant = (never && failed.length > 0 ? failed : all).map((each) => each.replace(/\(\w+\)/g, ''));
	const more = meant.length > MOST_NAMED ? ` and ${meant.length - MOST_NAMED} more` : '';
	const named = `${meant.slice(0, MOST_NAMED).join(', ')}${more}`;
	return never
		? `waits for ${named}, which cannot come true any more, so it will never start (${reason})`
		: `waiting for ${named} (${reason})`;
}
