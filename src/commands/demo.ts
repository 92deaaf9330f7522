// rayslurm demo: the whole story on this machine, told by the very commands that people type, in a folder of its own.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import demoScript from '../../examples/demo.py';
import { clusterPicture } from '../core/cluster-picture.ts';
import { layoutOf } from '../core/layout.ts';
import { bashWords } from '../core/quote.ts';
import type { Stopping } from '../core/stopping.ts';
import { Trouble } from '../core/trouble.ts';
import type { World } from '../core/world.ts';
import { queueNow, survey } from '../flows/survey.ts';
import { command as connect } from './connect.ts';
import { endDemo } from './demo-end.ts';
import { command as submitHead } from './head-submit.ts';
import { type HelpPage, type OwnOption, type OwnValues, settingOptions } from './own-options.ts';
import { goesWith, readTyped } from './own-words.ts';
import { say } from './progress.ts';
import { findProject, folderOf, type Project } from './project.ts';
import { environmentWords, type FoundEnvironment, findEnvironment, saidForNow } from './ray-environment.ts';
import type { Command, Shell } from './shell.ts';
import { command as status } from './status.ts';

const OPTIONS: readonly OwnOption[] = [
	{ name: 'keep', kind: 'switch', describe: 'leave the cluster running' },
	{ name: 'dry-run', kind: 'switch', describe: 'show the commands, and run none' },
	{ name: 'json', kind: 'switch', describe: 'with --dry-run: show them as JSON' },
	...settingOptions(['setup', 'module', 'venv', 'conda', 'ray', 'python-dir', 'debug']),
];

export const page: HelpPage = {
	usage: 'rayslurm demo [OPTIONS]',
	about:
		'From nothing to an answer on this machine, without Slurm: an environment with Ray (made if there is none), a head, a worker and a script as its clients, their answer, a look at all of it, and a clean end. What you see it type is what you type on a cluster.',
	options: OPTIONS,
	examples: [
		['$0 demo', 'the whole story; ctrl-C at any moment leaves nothing behind'],
		['$0 demo --keep', 'leave the cluster running, to go on with it'],
		['$0 demo --ray 2.60.0', 'with this Ray, made once and kept'],
	],
	footer: 'Its files are in a folder of its own in TMPDIR, which goes at the end.',
};

const SCRIPT = 'demo.py';
const SEEN = 'seen';
/** A head, a worker and a script, one processor each. */
const JOBS = 3;
/** Should the demo itself be killed, its jobs end by themselves. */
const TIME = '--time=30';

export const command: Command = async (shell) => {
	const words = await readTyped(shell, shell.words, page, 0);
	if (words === undefined) return 0;
	const { own } = words;
	checkWords(own);
	const keep = own['keep'] === true;
	const time = keep ? [] : [TIME];
	const head: Typed = ['head submit', [], ['--wait', ...time]];
	const worker = (job: string): Typed => ['connect', [job], time];
	const script = (job: string): Typed => ['connect', [job], [...time, '--follow', SCRIPT, `--nodes=${JOBS}`]];
	if (own['dry-run']) {
		const commands = [head, worker('JOB'), script('JOB'), look('JOB')];
		if (own['json']) shell.out(`${JSON.stringify({ schemaVersion: 1, commands: commands.map(wordsOf) })}\n`);
		else for (const each of commands) shell.out(`${typed(each)}\n`);
		return 0;
	}
	if (availableParallelism() < JOBS && shell.environment['RAYSLURM_LOCAL_CPUS'] === undefined) shell.promiseCpus(JOBS);
	const world = await shell.world('local');
	const project = await findProject(shell, own);
	const stopped = shell.onStop();
	say(shell, `A Ray cluster on this machine: from nothing to an answer${keep ? '' : ', and to a clean end'}.`);
	const ray = await orMade(shell, world, project);
	const folder = await mkdtemp(join(process.env['TMPDIR'] || tmpdir(), 'rayslurm-demo-'));
	const story = new Story(shell, folder, environmentWords(ray), stopped);
	const cluster = { layout: layoutOf(join(folder, 'outputs')), folder };
	const told = tell();
	let kept = false;
	try {
		const code = await Promise.race([stopped.signalled, told.catch(unless(stopped))]);
		if (code !== 0) say(shell, '\nInterrupted: ending all of it');
		kept = keep && code === 0;
		if (kept) say(shell, `\nThe cluster runs; its files are in ${folder}, for you to remove.`);
		else await endDemo(shell, world, cluster, told);
		if (code === 0) {
			if (folderOf('rayslurm', shell.environment) === undefined)
				say(
					shell,
					`\nrayslurm is not in your PATH yet: ${bashWords(['ln', '-s', shell.self[1] ?? ''])} ~/bin/rayslurm`,
				);
			say(shell, whatNext(story.head, kept, ray.kept || saidForNow(project) ? environmentWords(ray) : []));
		}
		return code;
	} catch (error) {
		await endDemo(shell, world, cluster, told);
		throw error;
	} finally {
		if (!kept) await rm(folder, { recursive: true, force: true });
	}

	async function tell(): Promise<number> {
		await writeFile(join(folder, SCRIPT), demoScript);
		process.chdir(folder);
		await story.run(submitHead, head);
		await story.run(connect, worker(story.head));
		let answered = () => {};
		const answer = new Promise<void>((resolve) => {
			answered = resolve;
		});
		process.env['RAYSLURM_DEMO_SEEN'] = join(folder, SEEN);
		const running = story.run(connect, script(story.head), (text) => {
			if (text.includes('pi is about')) answered();
		});
		await Promise.race([answer, running]);
		await story.run(status, look(story.head));
		const seen = await survey(world, [{ job: story.head, layout: cluster.layout }], queueNow(world));
		const wish = { width: shell.columns('stdout') ?? 80, plain: !speaksUtf8(shell.environment) };
		for (const view of seen.heads) shell.out(`\n${clusterPicture(view, wish).join('\n')}\n`);
		await writeFile(join(folder, SEEN), '');
		await running;
		return 0;
	}
};

/** Runs the commands of the story, as if they had been typed in its folder. */
class Story {
	head = 'latest';
	readonly #shell: Shell;
	readonly #words: readonly string[];
	readonly #folder: string;
	readonly #stopped: Stopping;

	constructor(shell: Shell, folder: string, environment: readonly string[], stopped: Stopping) {
		this.#shell = shell;
		this.#folder = folder;
		this.#words = [`--output-dir=${join(folder, 'outputs')}`, '--scheduler=local', ...environment];
		this.#stopped = stopped;
	}

	/** The first word, or the first two, name the command; `target` stands before its options. */
	async run(command: Command, [name, target, options]: Typed, hears: (text: string) => void = () => {}): Promise<void> {
		const { out, outBytes, err } = this.#shell;
		const line = typed([name, target, options]);
		if (this.#stopped.heard()) throw new Trouble('interrupted', `${line}: not begun`);
		say(this.#shell, `\n$ ${line}`);
		const listen = (text: string) => {
			this.head = /^Submitted head job (\d+)$/m.exec(text)?.[1] ?? this.head;
			hears(text);
		};
		const unlessStopped = (tell: () => void) => (this.#stopped.heard() ? undefined : tell());
		const code = await command({
			...this.#shell,
			words: [...target, ...(name === 'status' ? this.#words.slice(0, 2) : this.#words), ...options],
			cwd: this.#folder,
			out: (text) => {
				listen(text);
				unlessStopped(() => out(text));
			},
			outBytes: async (bytes) => {
				listen(new TextDecoder().decode(bytes));
				if (!this.#stopped.heard()) await outBytes(bytes);
			},
			err: (text) => unlessStopped(() => err(text)),
			interrupted: () => this.#stopped.signalled.then(() => {}),
		});
		if (code !== 0) throw new Trouble('failed', `${line}: ended with code ${code}`);
	}
}

type Typed = readonly [name: string, target: readonly string[], options: readonly string[]];

function wordsOf([name, target, options]: Typed): readonly string[] {
	return ['rayslurm', ...name.split(' '), ...target, ...options];
}

function typed(command: Typed): string {
	return wordsOf(command).join(' ');
}

function checkWords(own: OwnValues): void {
	goesWith(own, 'json', 'dry-run');
	if (own['scheduler'] === undefined || own['scheduler'] === 'local') return;
	throw new Trouble('usage', `--scheduler=${own['scheduler']}: the demo runs on this machine alone`, {
		hint: 'on a cluster: rayslurm head submit --wait',
	});
}

/** What fails after an interruption fails because of it. */
function unless(stopped: Stopping): (error: unknown) => Promise<number> {
	return async (error) => {
		if (stopped.heard()) return stopped.signalled;
		throw error;
	};
}

const look = (job: string): Typed => ['status', [job], []];

function speaksUtf8({ LC_ALL, LC_CTYPE, LANG }: Shell['environment']): boolean {
	return /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');
}

/** The Ray that head submit would find; where there is none, the newest, made and kept. */
async function orMade(shell: Shell, world: World, project: Project): Promise<FoundEnvironment> {
	const wish = { sbatch: [], dryRun: false };
	try {
		return await findEnvironment(shell, world, project, wish);
	} catch (error) {
		if (!(error instanceof Trouble) || error.kind !== 'program-missing' || project.settings.has('ray')) throw error;
		say(shell, 'No Ray here yet: one is made, once, and kept (rayslurm python list shows it)');
		const settings = new Map(project.settings);
		settings.set('ray', { text: 'latest', source: 'demo', layer: 'flag', rank: 0 });
		return findEnvironment(shell, world, { ...project, settings }, wish);
	}
}

function whatNext(head: string, running: boolean, environment: readonly string[]): string {
	const cpus = availableParallelism() < JOBS ? [`--local-cpus=${JOBS}`] : [];
	const lines = running
		? [['connect', head, ...cpus, ...environment, 'SCRIPT.py'], ['status'], ['stop', head, '--yes']]
		: [['head', 'submit', '--wait', ...environment], ['connect', 'latest', ...environment, 'SCRIPT.py'], ['status']];
	return `\nType next:\n${lines.map((line) => `  rayslurm ${bashWords(line)}`).join('\n')}`;
}
