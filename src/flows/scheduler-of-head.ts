// Whose jobs a head and its clients are: two schedulers may have a job of the same id, and one knows nothing of the other's.
// A head's record says it; a client's rendered script does, to its own supervisor.
import { clientJobs, type Layout } from '../core/layout.ts';
import type { World } from '../core/world.ts';
import { readClientRecord, readHeadRecord } from './records.ts';

/** Where nobody says it, that of this world. */
export async function schedulerOfHead(world: World, layout: Layout, name: string): Promise<string> {
	return (await saidScheduler(world, layout, name)) ?? world.scheduler.name;
}

/** Of a cluster named by its address there are clients alone; a record may be lost, and my register may know. */
export async function saidScheduler(world: World, layout: Layout, name: string): Promise<string | undefined> {
	const head = layout.head(name);
	const record = await readHeadRecord(world, head);
	if (record !== undefined) return record.scheduler;
	const registered = (await world.register.heads()).filter(
		({ job, outputDir }) => job === name && outputDir === layout.outputDir,
	);
	// Two that are of one mind.
	const [first, ...others] = new Set(registered.map(({ scheduler }) => scheduler));
	if (first !== undefined && others.length === 0) return first;
	for (const job of clientJobs(await world.files.list(head.clients))) {
		const { rendered } = (await readClientRecord(world, head, job)) ?? {};
		const script = rendered === undefined ? undefined : await renderedScript(world, layout, rendered);
		const named = / --scheduler=([a-z]+) /.exec(script ?? '')?.[1];
		if (named !== undefined) return named;
	}
	return undefined;
}

/** Only what rayslurm has rendered itself. */
export async function renderedScript(world: World, layout: Layout, path: string): Promise<string | undefined> {
	const ours = path.startsWith(`${layout.scripts}/`) && !path.includes('/../');
	return ours ? world.files.readState(path) : undefined;
}
