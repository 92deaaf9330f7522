import { afterEach, expect, it, vi } from 'vitest';
import { log } from '../../src/adapters/log.ts';

afterEach(() => void vi.restoreAllMocks());

it("says a stranger's words without what would draw", () => {
	vi.stubEnv('NO_COLOR', '1');
	const said: string[] = [];
	vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
	log.say('a\x1b[2J');
	log.warn('b\x9b2J');
	log.error({ message: 'c\u202e', hint: 'd\x07' });
	vi.unstubAllEnvs();
	expect(said).toEqual(['a[2J\n', 'WARNING: b2J\n', 'ERROR: c\n', '  → d\n']);
});
