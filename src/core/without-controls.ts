// What is said to a person may have a stranger's words in it: a file's name, a node's, Ray's own. On a terminal they could
// move the cursor, colour, hide or turn around what stands beside them; without these characters they are only words.

/** Lines and columns stay. */
export function withoutControls(text: string): string {
	return text.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f\p{Cf}]/gu, '');
}
