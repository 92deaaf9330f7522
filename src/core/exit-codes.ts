// What a user reads from an exit code; the kinds of Trouble lead to these.

export const EXIT_CODES_IN_WORDS: readonly (readonly [code: string, means: string])[] = [
	['0', 'done'],
	['1', 'a failure: the scheduler refused, could not connect'],
	['2', 'usage, or the script is not there'],
	['3', 'no such job, or the head has ended'],
	['4', 'a deadline passed'],
	['5', 'the info file is not valid, or not yours; a check found something unhealthy'],
	['75', 'the scheduler did not answer: try again'],
	['127', 'a needed program is missing'],
	['128+n', 'ended by signal n'],
	['any other', "the script's own"],
];

/** The code of an end, for beside why it ended; undefined: that names it already, or nobody knows it. */
export function codeBeside(because: string | undefined, code: number | undefined): string | undefined {
	return code === undefined || because?.endsWith(`code ${code}`) ? undefined : `code ${code}`;
}
