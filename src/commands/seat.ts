// Where a person sits, as far as settings and this host's environment tell: what a tunnel from their own machine goes over.
import { isHostName } from '../core/dashboard-ways.ts';
import { shownWord } from '../core/option-table.ts';
import { type Settings, textOf } from '../core/settings.ts';
import { Trouble } from '../core/trouble.ts';
import type { Shell } from './shell.ts';

/** It becomes a word of ssh. */
export function loginHostOf(settings: Settings): string | undefined {
	const host = textOf(settings, 'login-host');
	if (host === undefined || isHostName(host)) return host;
	throw new Trouble('usage', `${settings.get('login-host')?.source}: not a host: ${shownWord(host)}`, {
		hint: 'write it as ssh takes it: login.example.org, me@login.example.org, or a Host of your ~/.ssh/config',
	});
}

/** Inside a job this host is one that nobody can log in to from outside. */
export function submitHostOf({ environment }: Shell): string | undefined {
	const host = environment['SLURM_JOB_ID'] === undefined ? undefined : environment['SLURM_SUBMIT_HOST'];
	return host !== undefined && isHostName(host) ? host : undefined;
}
