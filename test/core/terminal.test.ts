import { describe, expect, it } from 'vitest';
import { colours, draws } from '../../src/core/terminal.ts';

describe('what a stream shows', () => {
	it.each([
		// terminal, variables, drawn anew, coloured
		[true, {}, true, true],
		[true, { TERM: 'xterm' }, true, true],
		[true, { NO_COLOR: '' }, true, true],
		[true, { NO_COLOR: '1' }, true, false],
		[true, { TERM: 'dumb' }, false, false],
		[true, { TERM: 'dumb', FORCE_COLOR: '1' }, false, true],
		[true, { FORCE_COLOR: '0' }, true, false],
		[false, {}, false, false],
		[false, { TERM: 'xterm' }, false, false],
		[false, { FORCE_COLOR: '' }, false, false],
		[false, { FORCE_COLOR: '1' }, false, true],
		[false, { FORCE_COLOR: 'true', NO_COLOR: '1' }, false, false],
	])('terminal %s with %j', (isTerminal, environment, drawn, coloured) => {
		expect(draws(isTerminal, environment)).toBe(drawn);
		expect(colours(isTerminal, environment)).toBe(coloured);
	});
});
