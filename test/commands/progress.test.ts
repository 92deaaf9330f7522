import { expect, it } from 'vitest';
import { say, steps } from '../../src/commands/progress.ts';
import type { Shell } from '../../src/commands/shell.ts';

it("says a stranger's words without what would draw, and keeps our own colours", () => {
	const said: string[] = [];
	const shell = { stderrColours: true, err: (text: string) => said.push(text) } as unknown as Shell;
	const step = steps(shell, () => 0);
	step.done('on \x1b[2Jn\u202e1');
	step.note('a\rb');
	say(shell, 'one\n\ttwo\x1b]0;x\x07');
	expect(said.join('')).toBe(
		'\x1b[32m✓\x1b[39m on [2Jn1 \x1b[2m(0.0 s)\x1b[22m\n\x1b[33m…\x1b[39m ab\none\n\ttwo]0;x\n',
	);
});
