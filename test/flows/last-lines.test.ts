import { expect, it } from 'vitest';
import { shownLine } from '../../src/flows/last-lines.ts';

it.each([
	['plain words', 'plain words'],
	['10%\r 50%\r 99%', ' 99%'],
	['done\r', 'done'],
	['', ''],
	['x'.repeat(300), `${'x'.repeat(199)}…`],
])('of a log, %j is shown as %j', (line, shown) => {
	expect(shownLine(line)).toBe(shown);
});
