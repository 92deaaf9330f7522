// From TARGET to the head it means and the folder its files are in: here first, then by my own register of heads.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Layout, layoutOf } from '../core/layout.ts';
import { parseTarget } from '../core/target.ts';
import { Trouble } from '../core/trouble.ts';
import type { RegisteredHead, World } from '../core/world.ts';
import type { HeadName } from '../flows/find-head.ts';

export interface FoundCluster {
	readonly head: HeadName;
	readonly layout: Layout;
}

export async function findCluster(
	world: World,
	here: Layout,
	word: string,
	options: { readonly cwd: string; readonly tokenFile: string | undefined },
): Promise<FoundCluster> {
	const target = parseTarget(word);
	if (target.kind === 'address') {
		const tokenPath = options.tokenFile === undefined ? undefined : resolve(options.cwd, options.tokenFile);
		if (tokenPath !== undefined && !existsSync(tokenPath)) {
			throw new Trouble('usage', `--token-file: not there: ${options.tokenFile}`);
		}
		return { head: { kind: 'address', address: target.address, tokenPath }, layout: here };
	}
	if (options.tokenFile !== undefined) {
		throw new Trouble('usage', '--token-file goes with IP:PORT', { hint: "a head's own token is found by itself" });
	}
	if (target.kind === 'job') return found(await placeOf(world, here, target.job), target.job);
	if (target.kind === 'latest') {
		const reading = await world.readInfo(here.latestInfo, undefined);
		if (reading.kind === 'read') return found(here, reading.info.slurmJobId);
		if (reading.kind === 'refused') throw new Trouble('info-file-invalid', reading.message, { hint: reading.hint });
	}
	const heads = await world.register.heads();
	const newest = target.kind === 'latest' ? heads.at(-1) : heads.findLast((head) => head.name === target.name);
	if (newest !== undefined) return found(layoutOf(newest.outputDir), newest.job);
	throw new Trouble(
		'no-such-job',
		target.kind === 'latest'
			? `No head is known here: ${here.latestInfo} is not there`
			: `No cluster is named ${target.name}`,
		{ hint: 'start one with: rayslurm head submit --wait' },
	);
}

function found(layout: Layout, job: string): FoundCluster {
	return { head: { kind: 'job', job }, layout };
}

/** Here, if anything here knows the job; else where the register says. */
async function placeOf(world: World, here: Layout, job: string): Promise<Layout> {
	if (existsSync(here.head(job).folder) || existsSync(here.info(job))) return here;
	const head: RegisteredHead | undefined = (await world.register.heads()).find((each) => each.job === job);
	return head === undefined ? here : layoutOf(head.outputDir);
}
