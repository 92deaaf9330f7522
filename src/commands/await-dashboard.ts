// `ray job …` sends the token to the dashboard, which comes up seconds after its head. Such a command begins when the head's
// supervisor has seen whose port that is, and not at all where there will be none.
import { lacksDashboard } from '../core/connection.ts';
import { noDashboard } from './dashboard-address.ts';
import { say } from './progress.ts';
import type { Reached } from './reached.ts';
import type { Shell } from './shell.ts';

/** A service that is not up by then is said to be missing. */
const LIMIT_MS = 75_000;
const EVERY_MS = 500;

export async function untilDashboardIsKnown(shell: Shell, { cluster, found, world }: Reached): Promise<void> {
	const { info } = cluster;
	if (lacksDashboard(info)) throw noDashboard(cluster);
	if (info?.state !== 'joinable') return;
	say(shell, "Waiting for the head's dashboard to come up");
	const { clock } = world;
	for (const end = clock.monotonicMs() + LIMIT_MS; clock.monotonicMs() < end; ) {
		await clock.sleep(EVERY_MS);
		const reading = await world.readInfo(found.layout.info(info.slurmJobId), info.slurmJobId);
		if (reading.kind !== 'read' || reading.info.state !== 'joinable') return;
	}
}

export function takesJobs([program, word]: readonly string[]): boolean {
	return word === 'job' && program?.split('/').at(-1) === 'ray';
}
