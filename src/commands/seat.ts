// Where a person sits, as far as settings and this host's environment tell: what a tunnel from their own machine goes over.
import { isHostName } from '../core/dashboard-ways.ts';
import type { Shell } from './shell.ts';

/** Inside a job this host is one that nobody can log in to from outside. */
export function submitHostOf({ environment }: Shell): string | undefined {
	const host = environment['SLURM_JOB_ID'] === undefined ? undefined : environment['SLURM_SUBMIT_HOST'];
	return host !== undefined && isHostName(host) ? host : undefined;
}
