// All that doctor sees from here, looked at side by side, and what the rules say of it.
import { associationFindings, enforcesLimits } from '../../core/doctor/association-rules.ts';
import type { MachineEvidence, Senses, SiteEvidence } from '../../core/doctor/evidence.ts';
import { type Finding, findingsOf } from '../../core/doctor/finding.ts';
import { folderFindings, settingsFindings } from '../../core/doctor/folder-rules.ts';
import { limitFindings } from '../../core/doctor/limit-rules.ts';
import type { Look } from '../../core/doctor/look.ts';
import { networkFindings } from '../../core/doctor/network-rules.ts';
import { passesOnProcesses, policyFindings } from '../../core/doctor/policy-rules.ts';
import { rayFindings, rayNotLookedAt } from '../../core/doctor/ray-rules.ts';
import { roomFindings } from '../../core/doctor/room-rules.ts';
import { localFindings, schedulerFindings } from '../../core/doctor/scheduler-rules.ts';
import { environmentInWords, type RayEnvironment } from '../../core/environment.ts';
import type { Layout } from '../../core/layout.ts';
import type { FrozenNode } from '../../core/node-words.ts';
import type { Trouble } from '../../core/trouble.ts';
import type { RayInstall, World } from '../../core/world.ts';
import { groundTrouble } from '../own-ground.ts';
import { examineMachine } from './examine-machine.ts';
import { LOOK_LIMIT_MS, lookAt, RAY_LIMIT_MS } from './look-at.ts';

export interface HereWish {
	readonly layout: Layout;
	readonly node: FrozenNode;
	/** Or why none could be chosen, or that it is made with the first head. */
	readonly environment: RayEnvironment | Trouble | Finding;
	readonly partition: string | undefined;
	/** A node will be looked at as well. */
	readonly asksNode: boolean;
	readonly settings: { readonly notMine: readonly string[]; readonly open: readonly string[] };
}

export interface HereSeen {
	readonly findings: readonly Finding[];
	/** undefined: not looked at. */
	readonly ray: Look<RayInstall> | undefined;
	readonly schedulerAnswers: boolean;
}

export async function examineHere(world: World, senses: Senses, wish: HereWish): Promise<HereSeen> {
	const { onThisMachine } = world.scheduler;
	const { layout } = wish;
	const folder = (path: string) => lookAt(world.clock, () => senses.folder(path));
	const [site, machine, ray, output, state, register, ground] = await Promise.all([
		siteOf(world, senses, wish),
		examineMachine(world, senses, wish.node, onThisMachine ? { jobId: '0', uid: senses.machine.uid } : undefined),
		rayHere(world, wish.environment),
		folder(layout.outputDir),
		folder(layout.state),
		folder(senses.stateFolder),
		groundTrouble(world, layout),
	]);
	return {
		findings: [
			...(onThisMachine
				? localFindings(world.scheduler.title, world.node.hostName, site.limits, senses.machine)
				: [...schedulerFindings(site, wish.partition), ...policiesOf(site)]),
			...rayOf(ray, wish),
			...folderFindings({ output, state, register }, { layout, onThisMachine, asksNode: wish.asksNode }),
			...(ground === undefined
				? []
				: [findingsOf('Folders')[ground.refused ? 'problem' : 'warning'](ground.message, ground.hint)]),
			...settingsFindings(wish.settings.notMine, wish.settings.open),
			...machineFindings(machine, site, wish, onThisMachine),
		],
		ray,
		schedulerAnswers: (onThisMachine ? site.limits : site.config).kind === 'seen',
	};
}

async function siteOf({ clock, scheduler }: World, senses: Senses, { partition }: HereWish): Promise<SiteEvidence> {
	const nothing = { kind: 'failed', message: 'not asked' } as const;
	const [config, partitions, limits] = await Promise.all([
		scheduler.onThisMachine ? nothing : lookAt(clock, () => senses.siteConfig(LOOK_LIMIT_MS)),
		scheduler.onThisMachine ? nothing : lookAt(clock, () => senses.partitions(LOOK_LIMIT_MS)),
		lookAt(clock, () => scheduler.limits(partition)),
	]);
	const asks = config.kind === 'seen' && enforcesLimits(config.value);
	const associations = asks ? await lookAt(clock, () => senses.associations(LOOK_LIMIT_MS)) : undefined;
	return { config, partitions, limits, associations };
}

function policiesOf({ config, associations }: SiteEvidence): readonly Finding[] {
	if (config.kind !== 'seen') return [];
	const found = policyFindings(config.value);
	if (associations === undefined) return found;
	// What it does not say now, sbatch says then.
	return associations.kind === 'seen' ? [...found, ...associationFindings(associations.value)] : found;
}

async function rayHere(world: World, environment: HereWish['environment']): Promise<Look<RayInstall> | undefined> {
	if (!('words' in environment)) return undefined;
	const { kind, words } = environment;
	const [first] = words;
	// A conda environment by its name, a module, a file to be sourced: these come into being in a job.
	const folder = kind === 'path' ? first : first?.startsWith('/') && kind !== 'setup' ? `${first}/bin` : undefined;
	if (kind !== 'path' && folder === undefined) return undefined;
	return lookAt(world.clock, () => world.ray.find(folder), RAY_LIMIT_MS);
}

function rayOf(look: Look<RayInstall> | undefined, wish: HereWish): readonly Finding[] {
	const { environment } = wish;
	if ('level' in environment) return [environment];
	if (!('words' in environment)) {
		const { message, hint } = environment;
		const failed = { kind: 'failed', message, hint } as const;
		return rayFindings(failed, { node: undefined, environment: '', acceptsNoAuth: false });
	}
	const words = environmentInWords(environment);
	if (look === undefined) return wish.asksNode ? [] : [rayNotLookedAt(words)];
	return rayFindings(look, { node: undefined, environment: words, acceptsNoAuth: wish.node.insecureNoAuth });
}

function machineFindings(
	machine: MachineEvidence,
	{ config }: SiteEvidence,
	{ node }: HereWish,
	runsRay: boolean,
): readonly Finding[] {
	const place = { node: undefined, runsRay };
	const inherited = !runsRay && config.kind === 'seen' && passesOnProcesses(config.value);
	return [
		...roomFindings(machine.room, { ...place, objectStoreBytes: node.objectStoreBytes }),
		...limitFindings(machine.limits, { ...place, inherited }),
		...networkFindings(machine, place),
	];
}
