// Whose jobs a head and its clients are: two schedulers may have a job of the same id, and one knows nothing of the other's.
// The rendered script says it, to its own supervisor.
import { parseClientRecord } from '../core/client-record.ts';
import { parseHeadRecord } from '../core/head-record.ts';
import type { Layout } from '../core/layout.ts';
import type { World } from '../core/world.ts';

/** A head that says nothing of it is from before there was a second one. */
export async function schedulerOfHead(world: World, layout: Layout, name: string): Promise<string> {
	const head = layout.head(name);
	const record = parseHeadRecord((await world.files.readState(head.record)) ?? '');
	const inside = record ? [] : (await world.files.list(head.clients)).filter((each) => /^\d+\.json$/.test(each));
	const records = await Promise.all(inside.map((each) => world.files.readState(`${head.clients}/${each}`)));
	for (const path of [record?.script, ...records.map((text) => parseClientRecord(text ?? '')?.rendered)]) {
		const script = path === undefined ? undefined : await renderedScript(world, layout, path);
		const named = / --scheduler=([a-z]+) /.exec(script ?? '')?.[1];
		if (named !== undefined) return named;
	}
	return 'slurm';
}

/** Only what rayslurm has rendered itself. */
export async function renderedScript(world: World, layout: Layout, path: string): Promise<string | undefined> {
	const ours = path.startsWith(`${layout.scripts}/`) && !path.includes('/../');
	return ours ? world.files.readState(path) : undefined;
}
