// `status JOB`: why a job waits, or why it died, and what would help.
import { causesOf } from '../core/cause.ts';
import type { Layout } from '../core/layout.ts';
import type { JobId, World } from '../core/world.ts';
import { endOfLog, shownLine } from './last-lines.ts';

export interface Explained {
	readonly job: JobId;
	readonly state: string;
	readonly because?: string | undefined;
	readonly exitCode?: number | undefined;
}

const LAST_LINES = 5;

/** Lines for people; empty where all is well, or nothing more is known. */
export async function explain(
	world: World,
	layout: Layout,
	{ job, state, because, exitCode }: Explained,
): Promise<readonly string[]> {
	if (state === 'pending') {
		return (await world.scheduler.waysToStart?.(job, world.clock.now()).catch(() => [])) ?? [];
	}
	const died = (state === 'ended' && exitCode !== 0) || state === 'gone';
	if (!died) return [];
	const log = await endOfLog(world, layout, job);
	const causes = causesOf({ exitCode, because, log });
	const last = log.split('\n').slice(-LAST_LINES);
	return [
		...causes.map((cause) => `Why: ${cause}`),
		...(last.join('') === '' ? [] : ['Its log says last:', ...last.map((line) => `  ${shownLine(line)}`)]),
	];
}
