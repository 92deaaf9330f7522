// The width of a text on a terminal, for yargs' help pages. They hold no wide characters and no colour; the library that
// yargs uses for this compiles tables for all scripts of the world, which costs 15 ms at each start (see build.mjs).
export default function textWidth(text: string): number {
	return [...text].length;
}
