import { describe, expect, it } from 'vitest';
import { stream } from '../../src/adapters/stream.ts';
import { until } from '../testbed/until.ts';

function started(...argv: string[]) {
	const pieces: Buffer[] = [];
	const running = stream(argv, { SAID: 'yes' }, (bytes) => void pieces.push(Buffer.from(bytes)));
	return { running, out: () => Buffer.concat(pieces).toString('latin1') };
}

describe('a program whose output is passed on', () => {
	it('as it comes, byte for byte, and it ends when its standard input does', async () => {
		const { running, out } = started('bash', '-c', String.raw`printf 'a\0\xff%s' "$SAID"; cat; printf end; exit 3`);
		await until('its first bytes are there', () => out() === 'a\0\xffyes');
		running.stop();
		expect(await running.ended).toEqual({ code: 3, stderr: '' });
		expect(out()).toBe('a\0\xffyesend');
	});

	it('not faster than it is taken', async () => {
		let taken = 0;
		let underWay = 0;
		const counts: number[] = [];
		const running = stream(['head', '-c', '3000000', '/dev/zero'], {}, async (bytes) => {
			counts.push(++underWay);
			await new Promise((resolve) => setTimeout(resolve, 1));
			underWay -= 1;
			taken += bytes.length;
		});
		expect(await running.ended).toEqual({ code: 0, stderr: '' });
		expect(taken).toBe(3_000_000);
		expect(counts.length).toBeGreaterThan(1);
		expect(new Set(counts)).toEqual(new Set([1]));
	});

	it('its errors come with its end', async () => {
		const { running } = started('bash', '-c', 'echo oh >&2; exit 1');
		expect(await running.ended).toEqual({ code: 1, stderr: 'oh\n' });
	});

	it('that does not listen is ended', async () => {
		const { running } = started('sleep', '60');
		running.stop();
		expect((await running.ended).code).not.toBe(0);
	});

	it('that is not there', async () => {
		const { running } = started('no-such-program-of-ours');
		expect(await running.ended).toEqual({ code: 127, stderr: expect.stringContaining('no-such-program-of-ours') });
	});
});
