// Characters that are no letters to look at: they steer a terminal, end a line, hide, or turn the order of others around. What
// comes from files, jobs and names shows none of them.

const ODD = /[\p{C}\p{Zl}\p{Zp}]/u;
/** Most texts. To look up what the others have takes a millisecond the first time. */
const PLAIN = /^[\x20-\x7e]*$/;

export function hasOdd(text: string): boolean {
	return !PLAIN.test(text) && ODD.test(text);
}

/** A space in the place of each row of them. */
export function onOneLine(text: string): string {
	return PLAIN.test(text) ? text : text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ');
}

/** Between quotes, with each of them spelled out. */
export function spelledOut(text: string): string {
	const quoted = JSON.stringify(text);
	return PLAIN.test(quoted)
		? quoted
		: quoted.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (odd) => `\\u{${odd.codePointAt(0)?.toString(16)}}`);
}

/** For what a person is told, which may have a stranger's words in it: lines and columns stay. */
export function withoutControls(text: string): string {
	return PLAIN.test(text) ? text : text.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f\p{Cf}]/gu, '');
}
