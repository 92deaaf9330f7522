import { describe, expect, it } from 'vitest';
import { orLikelyHead } from '../../src/commands/likely-heads.ts';
import { layoutOf } from '../../src/core/layout.ts';
import { Trouble, type TroubleKind } from '../../src/core/trouble.ts';
import type { World } from '../../src/core/world.ts';

const world = {
	register: {
		heads: async () => [
			{ job: '12345', name: 'tuning', outputDir: '/far' },
			{ job: '20000', name: undefined, outputDir: '/far' },
		],
	},
	files: {
		list: async (folder: string) =>
			folder === '/here/.rayslurm/heads' ? ['34567', '10.0.0.1_6379', '56789\x1b[2J', '999999999999'] : [],
	},
} as unknown as World;

async function hintFor(word: string, kind: TroubleKind = 'head-not-running'): Promise<string | undefined> {
	const attempt = () => Promise.reject(new Trouble(kind, 'it is not there', { hint: 'the usual one' }));
	const error = await orLikelyHead(world, layoutOf('/here'), word, attempt).catch((thrown) => thrown);
	expect(error).toMatchObject({ kind, message: 'it is not there' });
	return error.hint;
}

describe('a head that is not there', () => {
	it.each([
		['12346', 'did you mean 12345?'],
		['1234', 'did you mean 12345?'],
		['13245', 'did you mean 12345?'],
		['34566', 'did you mean 34567?'],
		['tunign', 'did you mean tuning?'],
		['lastest', 'did you mean latest?'],
		['77777', 'the usual one'],
		['56789', 'the usual one'],
		['999999999', 'the usual one'],
		// It is known, and has ended: nothing else was meant.
		['12345', 'the usual one'],
		['34567', 'the usual one'],
		['tuning', 'the usual one'],
		['latest', 'the usual one'],
	])('%s', async (word, hint) => {
		expect(await hintFor(word)).toBe(hint);
	});

	it('and that command takes clients as well', async () => {
		const attempt = () => Promise.reject(new Trouble('no-such-job', 'no', { hint: 'the usual one' }));
		const hintAmong = (word: string) =>
			orLikelyHead(world, layoutOf('/here'), word, attempt, ['90011']).catch(({ hint }) => hint);
		expect(await hintAmong('90012')).toBe('did you mean 90011?');
		expect(await hintAmong('90011')).toBe('the usual one');
	});

	it('is another matter than a scheduler that does not answer', async () => {
		expect(await hintFor('12346', 'no-such-job')).toBe('did you mean 12345?');
		expect(await hintFor('12346', 'scheduler-silent')).toBe('the usual one');
	});

	it('changes nothing about what succeeds, and nothing about bugs', async () => {
		expect(await orLikelyHead(world, layoutOf('/here'), '12346', async () => 7)).toBe(7);
		const bug = new TypeError('oh');
		await expect(orLikelyHead(world, layoutOf('/here'), '12346', () => Promise.reject(bug))).rejects.toBe(bug);
	});
});
