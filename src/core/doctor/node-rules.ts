// All that is said of a compute node, from what doctor's job saw there and what was seen of it from here.
import type { RayInstall } from '../world.ts';
import { betweenFindings } from './between-rules.ts';
import type { Finding } from './finding.ts';
import { findingsOf } from './finding.ts';
import { limitFindings, memoryFindings } from './limit-rules.ts';
import type { Look } from './look.ts';
import { networkFindings } from './network-rules.ts';
import type { ProbeSeen } from './probe-words.ts';
import { rayDiffers, rayFindings } from './ray-rules.ts';
import { roomFindings } from './room-rules.ts';

export interface NodeContext {
	readonly cwd: string;
	readonly outputDir: string;
	readonly environment: string;
	readonly acceptsNoAuth: boolean;
	readonly objectStoreBytes: number;
	readonly rayHere: Look<RayInstall> | undefined;
}

export function nodeFindings(seen: ProbeSeen, context: NodeContext): readonly Finding[] {
	const { hello, node, ray } = seen;
	if (hello === undefined) return [];
	const name = hello.hostName;
	const place = { node: name, runsRay: true };
	return [
		...(ray === undefined
			? [
					findingsOf('Ray', name).problem(
						`Ray's environment (${context.environment}) gave no answer on ${name}`,
						'is its file system slow there? rayslurm python create --python-dir FOLDER makes one elsewhere',
					),
				]
			: [...rayFindings(ray, { node: name, ...context }), ...rayDiffers(context.rayHere, ray, name)]),
		...(node === undefined ? [] : networkFindings(node.machine, place)),
		...betweenFindings(hello, node, { ...context, knocks: seen.knocks }),
		...(node === undefined
			? []
			: [
					...roomFindings(node.machine.room, { ...place, objectStoreBytes: context.objectStoreBytes }),
					...limitFindings(node.machine.limits, { ...place, inherited: false }),
					...memoryFindings(node.machine.memory, name, node.job?.memoryBytes),
					...programs(name, node.missing),
				]),
	];
}

function programs(name: string, missing: readonly string[]): readonly Finding[] {
	if (missing.length === 0) return [];
	return [
		findingsOf('Scheduler', name).warning(
			`There is no ${missing.join(', ')} on ${name}: heads there cannot ask how much time is left or cancel clients in the queue`,
			'ask the site for the client programs on its nodes; or load its module in jobs: --module NAME',
		),
	];
}
