// A look at something that may never answer: what it showed, why it could not be done, or that the time was over.
import type { Finding, Findings } from './finding.ts';

export type Look<T> =
	| { readonly kind: 'seen'; readonly value: T; readonly ms: number }
	| { readonly kind: 'failed'; readonly message: string; readonly hint?: string | undefined }
	| { readonly kind: 'silent'; readonly afterMs: number };

/** What a rule says of what was seen; of what was not, a problem that names it. */
export function ofLook<T>(
	say: Findings,
	{ what, fix }: { readonly what: string; readonly fix: string },
	look: Look<T>,
	rule: (value: T, ms: number) => readonly Finding[],
): readonly Finding[] {
	if (look.kind === 'seen') return rule(look.value, look.ms);
	return [look.kind === 'silent' ? say.problem(silent(what, look.afterMs), fix) : failed(say, what, fix, look)];
}

export function silent(what: string, afterMs: number): string {
	return `${what} did not answer in ${Math.round(afterMs / 1000)} s`;
}

function failed(say: Findings, what: string, fix: string, look: Look<unknown> & { kind: 'failed' }): Finding {
	// `did not answer …` goes on with the sentence.
	return say.problem(`${what}${/^did not /.test(look.message) ? '' : ':'} ${look.message}`, look.hint ?? fix);
}
