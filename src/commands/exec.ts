// rayslurm exec
import { withChanges } from '../core/cluster-variables.ts';
import type { ForegroundProgram } from '../core/foreground-program.ts';
import { saysTaskEnd, saysToldToEnd } from '../core/hushed-lines.ts';
import { bashWords } from '../core/quote.ts';
import type { Changes } from '../core/shell-lines.ts';
import { BEGUN, notStarted, steersSrun } from '../core/step-words.ts';
import { Trouble } from '../core/trouble.ts';
import { headNotRunning } from '../flows/find-head.ts';
import { takesJobs, untilDashboardIsKnown } from './await-dashboard.ts';
import { dashboardFromHere, NOWHERE } from './dashboard-address.ts';
import type { HelpPage, OwnOption } from './own-options.ts';
import { goesWith, readTyped } from './own-words.ts';
import { say } from './progress.ts';
import { isHeadsMachine, type Reached, reach, TARGET_OPTIONS, urlOnHead, variablesFor } from './reached.ts';
import type { Command, Shell } from './shell.ts';

const OPTIONS: readonly OwnOption[] = [
	{ name: 'on-head', kind: 'switch', describe: "on the head's node, inside its job: the default where that can be" },
	{ name: 'here', kind: 'switch', describe: 'on this machine, which need not be a node of the cluster' },
	{ name: 'dry-run', kind: 'switch', describe: 'show the command line, and run nothing' },
	{ name: 'json', kind: 'switch', describe: 'with --dry-run: show it as JSON' },
	...TARGET_OPTIONS,
];

export const page: HelpPage = {
	usage: 'rayslurm exec TARGET [OPTIONS] -- COMMAND…',
	about:
		"Runs a command with a cluster's environment: ray status, ray job submit, ray.init(address=\"auto\"), Jupyter. It runs on the head's node, inside the head's job, in this folder and with this shell's environment; its terminal, signals and exit code are yours.",
	options: OPTIONS,
	examples: [
		['$0 exec 12345 -- ray status', 'what Ray itself says'],
		['$0 exec latest -- ray job submit --working-dir . -- python train.py', 'a job of Ray, followed to its end'],
		['$0 exec tuning -- python driver.py', 'ray.init(address="auto") finds the cluster'],
		['$0 exec 12345 --here -- ray status', 'on this machine instead'],
	],
	footer:
		'For Jupyter: rayslurm exec TARGET -- jupyter lab --no-browser --port 8899, and from your own machine a tunnel as rayslurm dashboard shows it, with that port.',
};

/** Slurm's controller knows its nodes again five seconds after it was started anew, and later where they are many. */
const NOT_YET_MS = 30_000;
const AGAIN_MS = 1_000;

export const command: Command = async (shell) => {
	const end = shell.words.indexOf('--');
	// Without -- the command's words are read all the same, to show where it belongs.
	const words = end < 0 ? withoutCommand(shell.words) : shell.words.slice(0, end);
	const typed = await readTyped(shell, words, page, 1);
	if (typed === undefined) return 0;
	const [target] = typed.plain;
	const program = end < 0 ? [] : shell.words.slice(end + 1);
	if (program.length === 0) {
		throw new Trouble('usage', 'Which command? It stands after --', {
			hint: `rayslurm exec ${target ?? 'latest'} -- ${bashWords(end < 0 && target !== undefined && words.length < shell.words.length ? shell.words.slice(words.length) : ['ray', 'status'])}`,
		});
	}
	const { own } = typed;
	goesWith(own, 'json', 'dry-run');
	if (own['here'] === true && own['on-head'] === true)
		throw new Trouble('usage', '--here and --on-head: one of them', { hint: 'leave one of them out' });
	// Inside the head's job nothing has to lead there from here.
	const reached = await reach(shell, typed, 'exec', () => own['on-head'] === true);
	if (own['dry-run']) {
		const { argv, changes } = (await isHere(reached))
			? await here(shell, reached, program)
			: onHead(shell, reached, program);
		const environment = Object.fromEntries([...changes].map(([name, value]) => [name, value ?? null]));
		const facts = { schemaVersion: 1, command: argv, environment };
		shell.out(own['json'] ? `${JSON.stringify(facts)}\n` : `${bashWords([...envWords(changes), ...argv])}\n`);
		return 0;
	}
	if (takesJobs(program)) await untilDashboardIsKnown(shell, reached);
	if (await isHere(reached)) return shell.runHere(await here(shell, reached, program));
	return runOnHead(shell, reached, program);
};

/** The program that says to a shell what is set and unset for another. */
function envWords(changes: Changes): readonly string[] {
	const taken = [...changes].flatMap(([name, value]) => (value === undefined ? ['-u', name] : []));
	const set = [...changes].flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
	return changes.size === 0 ? [] : ['env', ...taken, ...set];
}

async function runOnHead(shell: Shell, reached: Reached, program: readonly string[]): Promise<number> {
	const { world, target, cluster } = reached;
	const { clock } = world;
	for (const patience = clock.monotonicMs() + NOT_YET_MS; ; await clock.sleep(AGAIN_MS)) {
		const { code, refused } = await runOnce(shell, reached, program);
		if (code === 0 || refused === undefined) return code;
		if (refused === 'over') throw headNotRunning(cluster.headJob ?? target);
		if (refused === 'not yet' && clock.monotonicMs() < patience) continue;
		throw new Trouble(
			'scheduler-silent',
			`${world.scheduler.title} ${refused === 'not yet' ? 'starts nothing beside the head' : 'did not answer'}, so nothing was started on the head's node`,
			{
				hint: `on this machine ray status works without it: rayslurm exec ${target} --here -- ray status`,
			},
		);
	}
}

async function runOnce(shell: Shell, reached: Reached, program: readonly string[]) {
	let refused: ReturnType<typeof notStarted>;
	let begun = false;
	let told = false;
	const prepared = onHead(shell, reached, program);
	const hushed = (line: string) => {
		if (line === BEGUN) {
			begun = true;
			return true;
		}
		const why = begun ? undefined : notStarted(line);
		refused ??= why;
		return why !== undefined || saysTaskEnd(line) || (told && saysToldToEnd(line));
	};
	const deliver: ForegroundProgram['deliver'] = async (signal) => {
		told = true;
		return (await prepared.deliver?.(signal)) ?? false;
	};
	const code = await shell.runHere({ ...prepared, hushed, deliver });
	return { code, refused };
}

/** Up to TARGET, where a command seems to follow it. */
function withoutCommand(words: readonly string[]): readonly string[] {
	const [target = '-', next = '-'] = words;
	return [target, next].some((word) => word.startsWith('-')) ? words : words.slice(0, 1);
}

async function isHere(reached: Reached): Promise<boolean> {
	const { own, cluster, world } = reached;
	if (own['here'] === true) return true;
	if (await isHeadsMachine(reached)) return true;
	if (world.scheduler.insideCommand !== undefined && cluster.info !== undefined) return false;
	if (own['on-head'] !== true) return true;
	throw new Trouble('usage', `--on-head: it is not known which job ${reached.target} is`, {
		hint: "name the cluster by its head's job id",
	});
}

/** changes: to this shell's environment. */
type Prepared = ForegroundProgram & { readonly changes: Changes };

async function here(shell: Shell, reached: Reached, argv: readonly string[]): Promise<Prepared> {
	const { url, note, stranger } = await dashboardFromHere(reached, { mayFollow: false });
	if (note !== undefined && (stranger || (url === NOWHERE && takesJobs(argv)))) say(shell, `Note: ${note}`);
	const { all, changes } = variablesFor(shell, reached, url);
	return { argv, environment: all, changes };
}

function onHead(shell: Shell, reached: Reached, program: readonly string[]): Prepared {
	const { cluster, world } = reached;
	const { info } = cluster;
	if (info === undefined || world.scheduler.insideCommand === undefined) throw new Error('There is no job to run in');
	const { all, changes } = variablesFor(shell, reached, urlOnHead(cluster.dashboard));
	const steering = Object.keys(all).filter(steersSrun);
	const changed: Changes = new Map([...changes, ...steering.map((name) => [name, undefined] as const)]);
	const name = `exec-${world.randomHex(4)}`;
	return {
		argv: world.scheduler.insideCommand({
			job: info.slurmJobId,
			node: info.headNode,
			name,
			cwd: shell.cwd,
			terminal: shell.hasTerminal,
			program,
		}),
		environment: withChanges(shell.environment, changed),
		changes: changed,
		deliver: async (signal) => (await world.scheduler.signalInside?.(info.slurmJobId, name, signal)) ?? false,
	};
}
