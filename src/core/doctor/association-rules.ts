// How many jobs my accounts may have at once, where a site enforces it.
import { counted } from '../counted.ts';
import { type Finding, findingsOf } from './finding.ts';
import type { SiteConfig } from './site-config.ts';

export interface Association {
	readonly account: string;
	readonly partition: string;
	/** undefined: no limit. */
	readonly mostRunning: number | undefined;
	readonly mostSubmitted: number | undefined;
}

export function enforcesLimits(config: SiteConfig): boolean {
	return /\b(limits|safe)\b/i.test(config.get('AccountingStorageEnforce') ?? '');
}

export function associationArgs(user: string): readonly string[] {
	const where = ['where', `user=${user}`, 'format=Account,Partition,MaxJobs,MaxSubmitJobs'];
	return ['--noheader', '--parsable2', 'show', 'assoc', ...where];
}

export function parseAssociations(stdout: string): readonly Association[] {
	return stdout
		.split('\n')
		.map((line) => line.split('|'))
		.filter((fields) => fields.length === 4)
		.map(([account = '', partition = '', running = '', submitted = '']) => ({
			account,
			partition,
			mostRunning: numberOf(running),
			mostSubmitted: numberOf(submitted),
		}));
}

/** A head, and clients beside it. */
const FEWEST = 2;
const FEW = 10;

export function associationFindings(associations: readonly Association[]): readonly Finding[] {
	const say = findingsOf('Site');
	return associations.flatMap(({ account, partition, mostRunning, mostSubmitted }) => {
		const most = Math.min(mostRunning ?? Number.POSITIVE_INFINITY, mostSubmitted ?? Number.POSITIVE_INFINITY);
		if (most > FEW) return [];
		const what = `Account ${account}${partition === '' ? '' : ` in ${partition}`} may have ${counted(most, 'job')} at once`;
		if (most < FEWEST) {
			return [
				say.warning(
					`${what}: a head has no clients beside it`,
					'use another account: --account=NAME (sacctmgr show assoc)',
				),
			];
		}
		return [
			say.warning(
				`${what}, heads and clients together`,
				'ask for several nodes in one client: rayslurm connect JOB -N 4',
			),
		];
	});
}

function numberOf(text: string): number | undefined {
	return /^\d+$/.test(text) ? Number(text) : undefined;
}
