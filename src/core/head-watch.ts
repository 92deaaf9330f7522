// When a client may say that its head is gone: never because of one unanswered question. A removed or replaced info file
// is the head's own word; without that, Ray's own patience of a minute counts.

export interface HeadSign {
	readonly answered: boolean;
	/** What the info file says of the incarnation we joined; 'unwatched' for a cluster named by its address. */
	readonly file: 'same' | 'missing' | 'replaced' | 'unwatched';
}

export interface HeadWatch {
	readonly silentSinceMs: number | undefined;
	readonly lookedAtMs?: number | undefined;
}

const SILENCE_WITH_WORD_MS = 6_000;
const SILENCE_ALONE_MS = 60_000;
/** A job that was suspended did not look: of a longer time between two looks only this much counts as silence. */
const LONGEST_LOOK_MS = 10_000;

export function watchForHead(
	watch: HeadWatch,
	sign: HeadSign,
	nowMs: number,
): { readonly watch: HeadWatch; readonly gone: string | undefined } {
	if (sign.answered) return { watch: { silentSinceMs: undefined }, gone: undefined };
	const notLooked = Math.max(0, nowMs - (watch.lookedAtMs ?? nowMs) - LONGEST_LOOK_MS);
	const silentSinceMs = (watch.silentSinceMs ?? nowMs) + notLooked;
	const silentMs = nowMs - silentSinceMs;
	const next: HeadWatch = { silentSinceMs, lookedAtMs: nowMs };
	const gone = (because: string) => ({ watch: next, gone: because });
	if (sign.file === 'missing' && silentMs >= SILENCE_WITH_WORD_MS) return gone('the head has ended');
	if (sign.file === 'replaced' && silentMs >= SILENCE_WITH_WORD_MS) return gone('the head was started anew');
	if (silentMs >= SILENCE_ALONE_MS) return gone('the head has not answered for a minute');
	return { watch: next, gone: undefined };
}
