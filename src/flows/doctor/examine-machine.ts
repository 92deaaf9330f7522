// Looks at the machine this runs on, all at once: room, limits, addresses, ports, proxies, memory.
import { ADDRESS_OF_LOCAL_JOBS } from '../../core/address.ts';
import type { AddressEvidence, MachineEvidence, Senses } from '../../core/doctor/evidence.ts';
import type { FrozenNode } from '../../core/node-words.ts';
import { Trouble } from '../../core/trouble.ts';
import type { JobId, World } from '../../core/world.ts';
import { lookAt } from './look-at.ts';

const NOT_LOOKED_AT = { kind: 'failed', message: 'not looked at' } as const;

export async function examineMachine(
	world: World,
	senses: Senses,
	node: FrozenNode,
	/** Whose first slot is looked at; undefined: no Ray runs here, so neither ports nor room are. */
	ports: { readonly jobId: JobId; readonly uid: number } | undefined,
): Promise<MachineEvidence> {
	const { clock } = world;
	const { tmpdir } = senses;
	const room = (path: string) => (ports === undefined ? NOT_LOOKED_AT : lookAt(clock, () => senses.folder(path)));
	const [tmpdirFolder, tmp, shm, limits, addresses, plan, memory] = await Promise.all([
		tmpdir?.startsWith('/') ? room(tmpdir) : undefined,
		room('/tmp'),
		room('/dev/shm'),
		lookAt(clock, () => senses.limits()),
		lookAt(clock, () => addressOf(world, senses, node.interface)),
		ports && lookAt(clock, () => slot(world, node, ports)),
		lookAt(clock, () => world.node.memory()),
	]);
	return {
		room: { tmpdir, tmpdirFolder, tmp, shm },
		limits,
		addresses,
		ports: plan,
		proxies: senses.proxies(),
		memory: memory.kind === 'seen' ? memory.value : undefined,
	};
}

async function addressOf(world: World, senses: Senses, wished: string | undefined): Promise<AddressEvidence> {
	const { candidates, named } = await senses.addresses();
	const { hostName } = world.node;
	// As its jobs would choose, which this is none of.
	if (world.scheduler.onThisMachine && wished === undefined) {
		return { hostName, candidates, named, chosen: ADDRESS_OF_LOCAL_JOBS, trouble: undefined };
	}
	try {
		const chosen = await world.node.address({ interface: wished });
		return { hostName, candidates, named, chosen, trouble: undefined };
	} catch (error) {
		if (!(error instanceof Trouble)) throw error;
		const { message, hint } = error;
		return { hostName, candidates, named, chosen: undefined, trouble: { message, hint } };
	}
}

/** Held for a moment, as a head would hold it. */
async function slot(world: World, node: FrozenNode, { jobId, uid }: { jobId: JobId; uid: number }) {
	const claimed = await world.node.claimPorts({
		...(node.portOffset === undefined ? {} : { explicit: node.portOffset }),
		role: 'head',
		nodeName: world.node.hostName,
		jobId,
		uid,
	});
	claimed.release();
	return { offset: claimed.plan.offset, rayPort: claimed.plan.ray, passed: claimed.passed };
}
