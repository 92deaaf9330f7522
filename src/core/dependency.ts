// sbatch's --dependency: what a job waits for, and whether that has come. Lists with commas are all to be met, lists with
// question marks are met by any.
import { shownWord } from './option-table.ts';
import { Trouble } from './trouble.ts';

const KINDS = ['after', 'afterany', 'afterok', 'afternotok'] as const;

export interface Condition {
	readonly kind: (typeof KINDS)[number];
	readonly job: string;
	/** For `after`: minutes since its start. */
	readonly minutes: number;
}

export interface Dependency {
	readonly conditions: readonly Condition[];
	readonly any: boolean;
}

/** What is known of a job that others wait for. Of one that nobody remembers only that it is over. */
export type Standing =
	| { readonly kind: 'waiting' }
	| { readonly kind: 'begun'; readonly secondsAgo: number }
	| { readonly kind: 'over'; readonly well: boolean | undefined };

export type Verdict = 'met' | 'waiting' | 'never';

export function readDependency(text: string): Dependency {
	const any = text.includes('?');
	if (any && text.includes(',')) throw noDependency(text);
	const conditions = text.split(any ? '?' : ',').flatMap((part) => {
		const [word = '', ...jobs] = part.split(':');
		const kind = KINDS.find((each) => each === word.toLowerCase());
		if (kind === undefined || jobs.length === 0) throw noDependency(text);
		return jobs.map((each): Condition => {
			const [, job, minutes = '0'] = /^([1-9]\d{0,9}(?:_\d{1,7})?)(?:\+(\d{1,7}))?$/.exec(each) ?? [];
			if (job === undefined || (minutes !== '0' && kind !== 'after')) throw noDependency(text);
			return { kind, job, minutes: Number(minutes) };
		});
	});
	return { conditions, any };
}

export function judge({ conditions, any }: Dependency, standingOf: (job: string) => Standing): Verdict {
	const verdicts = conditions.map((condition) => judgeOne(condition, standingOf(condition.job)));
	const [enough, hopeless] = any ? (['met', 'never'] as const) : (['never', 'met'] as const);
	if (verdicts.includes(enough)) return enough;
	return verdicts.every((verdict) => verdict === hopeless) ? hopeless : 'waiting';
}

function judgeOne({ kind, minutes }: Condition, standing: Standing): Verdict {
	if (standing.kind === 'waiting') return 'waiting';
	if (kind === 'after') {
		return standing.kind === 'over' || standing.secondsAgo >= minutes * 60 ? 'met' : 'waiting';
	}
	if (standing.kind === 'begun') return 'waiting';
	if (kind === 'afterany') return 'met';
	return standing.well === (kind === 'afterok') ? 'met' : 'never';
}

function noDependency(text: string): Trouble {
	return new Trouble('usage', `--dependency: not one that can be waited for here: ${shownWord(text)}`, {
		hint: `write ${KINDS.map((kind) => `${kind}:JOB`).join(', ')}; several jobs with colons, several conditions with commas`,
	});
}
