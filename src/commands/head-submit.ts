// rayslurm head submit
import { splitHeadWords } from '../core/command-words.ts';
import { counted } from '../core/counted.ts';
import { environmentInWords } from '../core/environment.ts';
import { DEFAULT_IDLE_WINDOW } from '../core/idle-window.ts';
import { planPorts } from '../core/ports.ts';
import { bashWords } from '../core/quote.ts';
import { withVariables } from '../core/sbatch-variables.ts';
import { READ } from '../core/setting-readers.ts';
import type { Settings } from '../core/settings.ts';
import { RENEWALS, type Renewal } from '../core/succession.ts';
import { checkClusterName } from '../core/target.ts';
import { besides, Trouble } from '../core/trouble.ts';
import { prepareClient } from '../flows/connect-client.ts';
import { requireOwnGround } from '../flows/own-ground.ts';
import { checkHeadWords, type HeadRequest, prepareHead, submitHead } from '../flows/submit-head.ts';
import { refuseWordsEarly } from '../flows/submit-job.ts';
import { CLIENT_OPTIONS, HEAD_OPTIONS } from './cluster-options.ts';
import { dashboardTeller } from './dashboard-line.ts';
import { followHead } from './follow-head.ts';
import { HEAD_TO_COME, readWorkerWishes, submitWorkers, workersOf } from './head-workers.ts';
import { noteJobs } from './kept-python.ts';
import { type HelpPage, helpOf, readOwnOptions, tableOf } from './own-options.ts';
import { templateFor } from './own-templates.ts';
import { dryRun, noteOf, say } from './progress.ts';
import { findProject, frozenNodeOf, schedulerOf } from './project.ts';
import { environmentWords, findEnvironment, saidForNow } from './ray-environment.ts';
import type { Command } from './shell.ts';
import { TEMPLATE_PARTS } from './templates.ts';

export const page: HelpPage = {
	usage: 'rayslurm head submit [OPTIONS] [SBATCH OPTIONS] [-- RAY START OPTIONS]',
	about:
		'Submits a persistent Ray head as a job. Unless you say otherwise: 24 h, one node, 8 CPUs, 200 GB, each lowered to what the partition allows; without Slurm, to a third of this machine.',
	options: HEAD_OPTIONS,
	examples: [
		['$0 head submit --wait', 'a head, followed until clients can join'],
		['$0 head submit --time=8:00:00 --mem=64G -p long', 'sbatch options as sbatch knows them'],
		['$0 head submit --workers 4 --worker-gpus 1', 'a head, and four workers with a GPU each'],
		['$0 head submit --name tuning -- --num-cpus=0', 'a head with a name, on which no task runs'],
		['$0 head submit --name tuning --renew', 'a cluster that goes on, one head after the other'],
	],
	footer:
		'Options of sbatch are passed on; the few that rayslurm needs itself are refused, with what to use. Words after -- go to ray start.',
};

const OBJECT_STORE_GB = 20;

export const command: Command = async (shell) => {
	const words = splitHeadWords(shell.words, tableOf(HEAD_OPTIONS, { command: 'connect', options: CLIENT_OPTIONS }));
	if (words.help) {
		shell.out(`${await helpOf(page, shell.columns('stdout'))}\n`);
		return 0;
	}
	const own = await readOwnOptions(words.own, page);
	const project = await findProject(shell, own);
	const { settings, layout } = project;
	const node = frozenNodeOf(settings, OBJECT_STORE_GB);
	if (node.portOffset !== undefined) planPorts(node.portOffset.offset); // A plan that cannot be is refused here.
	const dashboard = dashboardTeller(shell, settings);
	const name = own['name'];
	const wishes = readWorkerWishes(own);
	const workers = wishes && { ...wishes, template: templateFor(shell, project, 'client') };
	const sbatch = withVariables(shell.environment, words.sbatch);
	const asked: Omit<HeadRequest, 'environment'> = {
		layout,
		clusterName: typeof name === 'string' ? checkClusterName(name) : undefined,
		sbatch,
		rayWords: words.ray,
		node,
		dashboardHost: dashboard.host,
		...lifeOf(settings),
		renew: renewalOf(own['renew']),
		template: templateFor(shell, project, 'head'),
		parts: TEMPLATE_PARTS,
	};
	checkHeadWords(asked); // Before an environment is made, which takes a while.
	const world = await shell.world(schedulerOf(shell, settings));
	noteOf(shell, await requireOwnGround(world, layout));
	await refuseWordsEarly(world, sbatch);
	const dryRuns = own['dry-run'] === true;
	const ray = await findEnvironment(shell, world, project, { sbatch, dryRun: dryRuns });
	const { environment, kept } = ray;
	const request: HeadRequest = { ...asked, environment, kept: kept?.folder };
	const prepared = await prepareHead(world, request);
	for (const note of prepared.notes) say(shell, `Note: ${note}`);
	// Prepared before the head is submitted, so that a mistake stops both.
	const first = workers && (await prepareClient(world, workersOf(request, HEAD_TO_COME, workers, shell.environment)));
	for (const note of first?.notes ?? []) say(shell, `Note: workers: ${note}`);
	if (dryRuns) {
		const submissions = [prepared, ...(first ? [first] : [])].map((each) => each.prepared.submission);
		shell.out(await dryRun(world.scheduler, submissions, own['json'] === true, HEAD_TO_COME));
		return 0;
	}
	say(shell, `Ray from: ${environmentInWords(request.environment)}`);
	const began = world.clock.monotonicMs();
	const job = await submitHead(world, request, prepared, shell.words, shell.cwd);
	if (own['parsable']) shell.out(`${job}\n`);
	else if (!own['json']) shell.out(`Submitted head job ${job}\n`);
	const submitted =
		workers && (await submitWorkers(world, request, job, workersOf(request, job, workers, shell.environment)));
	await noteJobs(world, kept, [job, submitted?.job]);
	if (workers && submitted?.job !== undefined)
		say(shell, `Submitted ${counted(workers.count, 'worker')} as job ${submitted.job}`);
	const facts = { job, workers: submitted?.job, workersError: submitted?.error, infoFile: layout.info(job) };
	if (own['wait']) {
		const line = await dashboard.lineFor(world);
		const following = followHead(shell, world, job, layout, began, line);
		if ((await following.catch(besides({ ...facts, joinable: false }))) === undefined) return 130;
	}
	if (own['json']) shell.out(`${JSON.stringify({ schemaVersion: 1, ...facts, joinable: own['wait'] === true })}\n`);
	const code = submitted?.error === undefined ? 0 : 1;
	if (own['parsable'] || own['json']) return code;
	say(shell, own['wait'] ? 'Connect with:' : 'When it runs, connect with:');
	const sameRay = saidForNow(project) ? environmentWords(ray) : [];
	say(shell, `  ${bashWords(['rayslurm', 'connect', job, ...sameRay, 'SCRIPT.py'])}`);
	return code;
};

/** How the head's life ends by itself. */
function lifeOf(settings: Settings): Pick<HeadRequest, 'idleWindow' | 'idleAfterMs' | 'graceMs' | 'onEnd'> {
	return {
		idleWindow: READ['idle-check'](settings) === false ? 'off' : (READ['idle-window'](settings) ?? DEFAULT_IDLE_WINDOW),
		idleAfterMs: READ['idle-after'](settings) ?? 600_000,
		graceMs: READ.grace(settings) ?? 400_000,
		onEnd: READ['on-end'](settings) ?? 'cancel',
	};
}

function renewalOf(wished: string | boolean | undefined): Renewal | undefined {
	if (wished === undefined) return undefined;
	const how = wished === '' ? 'before' : RENEWALS.find((each) => each === wished);
	if (how === undefined) {
		throw new Trouble('usage', `--renew: neither before nor after: ${wished}`, {
			hint: 'write --renew (it starts before this head ends) or --renew=after',
		});
	}
	return how;
}
