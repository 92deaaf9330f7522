// Starts one Ray node in this job, a head's or one that joins: checks first, then the nest, the ports and `ray start`.
// Whatever fails here says its true cause within seconds, because Ray itself takes half a minute and names another.
import type { FrozenNode } from '../core/node-words.ts';
import type { PortPlan, Role } from '../core/ports.ts';
import type { ReadRayOptions } from '../core/ray-options.ts';
import { memoryThreshold, planResources } from '../core/ray-resources.ts';
import { hasAuthentication, isSupported, nodeEnvironment, type RayStart } from '../core/ray-start.ts';
import { Trouble } from '../core/trouble.ts';
import type { JobSurroundings, Nest, RayInstall, Running, World } from '../core/world.ts';

export interface NodeWishes extends FrozenNode {
	readonly ray: ReadRayOptions;
}

/** A place for a node: all it needs but Ray itself. */
export interface NodePlace {
	readonly job: JobSurroundings;
	readonly install: RayInstall;
	readonly nest: Nest;
	readonly plan: PortPlan;
	readonly address: string;
	/** Frees the ports and removes the nest with every process in it. */
	close(): Promise<void>;
}

/** Less room than this and Ray's start ends in riddles. */
const LEAST_ROOM_BYTES = 50_000_000;

export async function makePlace(world: World, role: Role, wishes: NodeWishes, peer?: string): Promise<NodePlace> {
	const job = await world.node.job();
	const explicit = wishes.portOffset;
	// Side by side, because a person waits for the sum; each is undone if another fails.
	const [install, nest, address, claimed] = await Promise.allSettled([
		world.ray.find(),
		world.node.makeNest(`${job.jobId}-${world.randomHex(8)}`),
		world.node.address({ interface: wishes.interface, peer }),
		world.node.claimPorts({
			...(explicit ? { explicit } : {}),
			role,
			nodeName: world.node.hostName,
			jobId: job.jobId,
			uid: job.uid,
		}),
	]);
	const close = async () => {
		if (nest.status === 'fulfilled' && !(await nest.value.close())) {
			world.log.warn('Some processes of this job could not be ended');
		}
		if (claimed.status === 'fulfilled') claimed.value.release();
	};
	try {
		const place = {
			job,
			install: settled(install),
			nest: settled(nest),
			address: settled(address),
			plan: settled(claimed).plan,
			close,
		};
		const [passed, ...more] = settled(claimed).passed;
		const others = more.length === 0 ? '' : `, and ${more.length} more`;
		if (passed !== undefined) world.log.say(`Ports: ${passed}; the next slot is tried${others}`);
		for (const each of more) world.log.debug(`Ports: ${each}`);
		await checkRoom(world, place.nest.folder);
		checkAuthentication(place.install, wishes.insecureNoAuth);
		return place;
	} catch (error) {
		await close();
		throw error;
	}
}

function settled<T>(result: PromiseSettledResult<T>): T {
	if (result.status === 'rejected') throw result.reason;
	return result.value;
}

async function checkRoom(world: World, folder: string): Promise<void> {
	const free = await world.node.room(folder);
	if (free !== undefined && free < LEAST_ROOM_BYTES) {
		throw new Trouble('failed', `No space for Ray below ${folder}: ${Math.floor(free / 1e6)} MB are free`, {
			hint: 'clear up there, set TMPDIR to another short path, or choose another node with --exclude',
		});
	}
}

function checkAuthentication({ rayVersion }: RayInstall, insecureNoAuth: boolean): void {
	if (!isSupported(rayVersion)) {
		throw new Trouble('failed', `Ray ${rayVersion} is too old: rayslurm works with 2.40 and later`, {
			hint: 'use another environment; --ray latest makes one',
		});
	}
	if (hasAuthentication(rayVersion) || insecureNoAuth) return;
	throw new Trouble(
		'failed',
		`Ray ${rayVersion} has no authentication: anybody who reaches its port can run code as you`,
		{
			hint: 'use Ray 2.52 or later, or say --insecure-no-auth if you accept that',
		},
	);
}

/** The words that start Ray are made by `words`; its output is kept for the cause, should it fail. */
export async function startRay(
	world: World,
	place: NodePlace,
	wishes: NodeWishes,
	more: { labels: Readonly<Record<string, string>>; tokenPath: string | undefined; drainSeconds: number },
	words: (start: RayStart) => readonly string[],
): Promise<{ running: Running; outputFile: string }> {
	const { job, nest } = place;
	const [shared, memory] = await Promise.all([world.node.room('/dev/shm'), world.node.memory()]);
	const { ray } = wishes;
	const resources = planResources(
		job,
		{
			objectStoreBytes: ray.objectStoreMemory ?? wishes.objectStoreBytes,
			numCpus: ray.numCpus,
			numGpus: ray.numGpus,
			memory: ray.memory,
		},
		shared,
	);
	for (const note of resources.notes) world.log.say(`Note: ${note}`);
	const outputFile = `${nest.folder}/ray-start.log`;
	const running = await nest.spawn({
		argv: words({
			install: place.install,
			address: place.address,
			plan: place.plan,
			resources,
			folder: `${nest.folder}/ray`,
			nodeName: `${world.node.hostName}-${job.jobId}`,
			labels: { ...ray.labels, ...more.labels },
			passed: ray.resources ? [`--resources=${JSON.stringify(ray.resources)}`, ...ray.passed] : ray.passed,
		}),
		environment: nodeEnvironment(more.tokenPath, {
			threshold: memory.thresholdGiven ? undefined : memoryThreshold(job.memoryBytes, memory),
			drainSeconds: more.drainSeconds,
			temporaryFolder: nest.temporaryFolder,
		}),
		outputFile,
	});
	void running.ended.then(() => world.ear.poke());
	return { running, outputFile };
}
