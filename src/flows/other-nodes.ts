// The other nodes of a job with several: one step of Slurm's starts this program's `run-node` on each. They hear us over
// their standard input; when it closes, because we ended in whatever way, they leave.
import type { Layout } from '../core/layout.ts';
import { type FrozenNode, frozenNodeWords } from '../core/node-words.ts';
import { stepWords } from '../core/step-words.ts';
import { Trouble } from '../core/trouble.ts';
import type { Running, World } from '../core/world.ts';
import type { Cluster } from './join-cluster.ts';
import { throwIfToldToEnd } from './order.ts';
import type { NodePlace } from './start-node.ts';

export async function startOtherNodes(
	world: World,
	place: NodePlace,
	cluster: Cluster,
	asked: { readonly layout: Layout; readonly node: FrozenNode },
	rayWords: readonly string[],
): Promise<Running | undefined> {
	const others = place.job.nodes.filter((node) => node !== world.node.hostName);
	if (others.length === 0) return undefined;
	world.log.say(`Other nodes of this job join too: ${others.join(', ')}`);
	const step = await place.nest.spawn({
		argv: stepWords({
			nodes: others,
			cpus: place.job.cpus,
			memoryPerCpu: place.job.memoryPerCpu,
			program: [
				...world.self,
				'run-node',
				`--output-dir=${asked.layout.outputDir}`,
				`--address=${cluster.address}`,
				...(cluster.tokenPath === undefined ? [] : [`--token-path=${cluster.tokenPath}`]),
				...frozenNodeWords(asked.node),
				'--',
				...rayWords,
			],
		}),
		environment: {},
		stdin: 'pipe',
	});
	void step.ended.then(() => world.ear.poke());
	return step;
}

const JOIN_LIMIT_MS = 120_000;
const LOOK_EVERY_MS = 50;

/** Until every node of this job is alive in the cluster, so that a script finds all that it asked for. */
export async function untilAllJoined(
	world: World,
	place: NodePlace,
	cluster: Cluster,
	step: Running | undefined,
): Promise<void> {
	if (step === undefined) return;
	const began = world.clock.monotonicMs();
	for (;;) {
		const answer = await cluster.store.nodes(2_000);
		const joined =
			answer.kind === 'answered'
				? answer.value.filter((node) => node.alive && node.nodeName.endsWith(`-${place.job.jobId}`)).length
				: 0;
		if (joined >= place.job.nodes.length) return;
		if (step.end() || world.clock.monotonicMs() - began > JOIN_LIMIT_MS) {
			throw new Trouble(
				'cannot-connect',
				`Only ${joined} of this job's ${place.job.nodes.length} nodes joined the cluster`,
				{
					hint: 'the lines above say what happened on the others',
				},
			);
		}
		throwIfToldToEnd(world, 'joining');
		await world.ear.wait(LOOK_EVERY_MS);
	}
}

export async function endOtherNodes(
	world: World,
	step: Running | undefined,
	limitMs: number,
	endedBadly: boolean,
): Promise<void> {
	if (step === undefined || step.end()) return;
	if (endedBadly) step.write('KEEP');
	step.write('TERM');
	const deadline = world.clock.monotonicMs() + limitMs;
	while (!step.end() && world.clock.monotonicMs() < deadline) await world.clock.sleep(100);
}
