// Policies of a site, as its configuration states them, that bite heads and clients.
import { type Finding, findingsOf } from './finding.ts';
import { numberIn, type SiteConfig, wordIn } from './site-config.ts';

const say = findingsOf('Site');
type Rule = (config: SiteConfig) => readonly Finding[];

/** Below this a head that is cancelled cannot tell its clients and clear up in order. */
const SHORT_KILL_WAIT_SECONDS = 15;
/** Waits look at ended jobs at most every 30 seconds. */
const SHORT_JOB_AGE_SECONDS = 60;
const MOST_WORKERS = 1000;

export function policyFindings(config: SiteConfig): readonly Finding[] {
	const found = RULES.flatMap((rule) => rule(config));
	return found.some(({ level }) => level !== 'ok')
		? found
		: [...found, say.ok('No policy of this site is known to bite heads or clients')];
}

const killWait: Rule = (config) => {
	const seconds = numberIn(config, 'KillWait');
	if (seconds === undefined || seconds >= SHORT_KILL_WAIT_SECONDS) return [];
	return [
		say.warning(
			`KillWait is ${seconds} s: that long has a head after scancel or at its limit before it is killed`,
			'end heads with rayslurm stop JOB, which gives clients their time; and warn them longer before the limit: --signal=USR1@900',
		),
	];
};

const overTime: Rule = (config) => {
	const value = config.get('OverTimeLimit') ?? '0';
	if (/^0( |$)/.test(value) || value === '') return [];
	return [say.ok(`OverTimeLimit is ${value}: jobs may run over their time limit; heads end in time by themselves`)];
};

const rates: Rule = (config) => {
	if (wordIn(config, 'SlurmctldParameters', 'rl_enable') === undefined) return [];
	const bucket = wordIn(config, 'SlurmctldParameters', 'rl_bucket_size') || '30';
	const refill = wordIn(config, 'SlurmctldParameters', 'rl_refill_rate') || '2';
	return [
		say.warning(
			`Requests are rationed: ${bucket} at once, then ${refill} a second for each user; who asks more is made to wait`,
			'wait with rayslurm head submit --wait and connect --wait, not with loops of squeue in scripts',
		),
	];
};

const processes: Rule = (config) => {
	const type = config.get('ProctrackType') ?? '';
	if (type === '' || /cgroup/.test(type)) return [];
	return [
		say.warning(
			`${type}: processes that leave their session outlive their job`,
			'nothing to do for heads and clients, whose guard ends what is theirs; sites set ProctrackType=proctrack/cgroup',
		),
	];
};

const memory: Rule = (config) => {
	const tasks = config.get('TaskPlugin') ?? '';
	const handsOut = /MEMORY/i.test(config.get('SelectTypeParameters') ?? '');
	const found: Finding[] = [];
	if (!/cgroup/.test(tasks)) {
		found.push(
			say.warning(
				`TaskPlugin is ${tasks === '' ? 'none' : tasks}: no job is held to its memory, and each sees the whole node's`,
				'ask for what you use: --mem=SIZE (Ray is told that size); sites set TaskPlugin=task/cgroup',
			),
		);
	}
	if (!handsOut && config.has('SelectTypeParameters')) {
		found.push(
			say.warning(
				`SelectTypeParameters is ${config.get('SelectTypeParameters') || 'empty'}: memory is not counted, so neighbours may take what your head was given`,
				'where it matters, take whole nodes: --exclusive',
			),
		);
	}
	return found;
};

const requeue: Rule = (config) =>
	config.get('JobRequeue') === '0'
		? [say.warning('JobRequeue is 0: a head whose node fails is not started again', 'rayslurm head submit --requeue')]
		: [];

const sizes: Rule = (config) => {
	const size = numberIn(config, 'MaxArraySize');
	const count = numberIn(config, 'MaxJobCount');
	const found: Finding[] = [];
	if (size !== undefined && size <= 1) {
		found.push(
			say.warning('MaxArraySize is 0: there are no job arrays', 'submit workers one by one: rayslurm connect JOB'),
		);
	} else if (size !== undefined && size <= MOST_WORKERS) {
		found.push(say.ok(`MaxArraySize is ${size}: --workers ${size - 1} at most`));
	}
	if (count !== undefined && count < MOST_WORKERS) {
		found.push(say.ok(`MaxJobCount is ${count}: all users together have at most so many jobs`));
	}
	return found;
};

const jobAge: Rule = (config) => {
	const seconds = numberIn(config, 'MinJobAge');
	if (seconds === undefined || seconds >= SHORT_JOB_AGE_SECONDS) return [];
	return [
		say.warning(
			`MinJobAge is ${seconds} s: Slurm forgets ended jobs sooner than anybody asks`,
			'read how a job ended in its log: cat outputs/slurm_logs/JOB-*.err',
		),
	];
};

const plugins: Rule = (config) => {
	const names = [config.get('JobSubmitPlugins'), config.get('CliFilterPlugins')].filter(Boolean);
	if (names.length === 0) return [];
	return [
		say.ok(`The site looks at each job as it is submitted (${names.join(', ')}) and may change it; --job shows how`),
	];
};

const privateFolders: Rule = (config) =>
	/tmpfs/.test(config.get('JobContainerType') ?? '')
		? [say.ok('Each job has a /tmp of its own (job_container/tmpfs): Ray’s logs are seen from inside the job only')]
		: [];

const RULES: readonly Rule[] = [
	killWait,
	overTime,
	rates,
	processes,
	memory,
	requeue,
	sizes,
	jobAge,
	plugins,
	privateFolders,
];

/** ulimits of the shell that submits reach the job, unless the site says otherwise. */
export function passesOnProcesses(config: SiteConfig): boolean {
	const passed = config.get('PropagateResourceLimits') ?? 'ALL';
	const except = config.get('PropagateResourceLimitsExcept') ?? '';
	if (/\bNPROC\b|\bALL\b/i.test(except)) return false;
	return /\b(ALL|NPROC)\b/i.test(passed) || (passed === '' && except !== '');
}
