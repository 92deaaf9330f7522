// Whether a stream shows colours, and whether lines on it may be drawn again: decided here, and nowhere else.

type Variables = Readonly<Record<string, string | undefined>>;

/** A terminal that knows escape codes. In a pipe: never. NO_COLOR speaks of colours alone. */
export function draws(isTerminal: boolean, { TERM }: Variables): boolean {
	return isTerminal && TERM !== 'dumb';
}

/** FORCE_COLOR colours a pipe too, as for a log that is shown later. NO_COLOR is the stronger word. */
export function colours(isTerminal: boolean, environment: Variables): boolean {
	const { NO_COLOR, FORCE_COLOR } = environment;
	if (NO_COLOR) return false;
	if (FORCE_COLOR) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
	return draws(isTerminal, environment);
}
