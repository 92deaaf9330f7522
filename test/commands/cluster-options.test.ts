import { describe, expect, it } from 'vitest';
import { CLIENT_OPTIONS, HEAD_OPTIONS } from '../../src/commands/cluster-options.ts';
import { command as connect } from '../../src/commands/connect.ts';
import { command as headSubmit } from '../../src/commands/head-submit.ts';
import type { OwnOption } from '../../src/commands/own-options.ts';
import type { Shell } from '../../src/commands/shell.ts';

/** Nobody is asked anything: there is no world. */
const typed = (command: typeof connect, words: readonly string[]) =>
	command({
		words,
		cwd: '/nonexistent',
		environment: { HOME: '/nonexistent' },
		out: () => {},
		err: () => {},
		world: () => expect.fail('the world was asked'),
	} as unknown as Shell);
const onlyIn = (options: readonly OwnOption[], others: readonly OwnOption[]) =>
	options.map(({ name }) => name).filter((name) => others.every((other) => other.name !== name));
const headOnly = onlyIn(HEAD_OPTIONS, CLIENT_OPTIONS);
const clientOnly = onlyIn(CLIENT_OPTIONS, HEAD_OPTIONS);

describe('an option of the other command', () => {
	it.each(headOnly)('--%s belongs to head submit', async (name) => {
		const hint = 'it is an option of rayslurm head submit';
		await expect(typed(connect, ['12345', `--${name}=x`, 'x.py'])).rejects.toMatchObject({ kind: 'usage', hint });
		await expect(typed(connect, ['12345', `--${name}`, 'x.py'])).rejects.toMatchObject({ kind: 'usage', hint });
	});

	it.each(clientOnly)('--%s belongs to connect', async (name) => {
		const hint = 'it is an option of rayslurm connect';
		await expect(typed(headSubmit, [`--${name}=x`])).rejects.toMatchObject({ kind: 'usage', hint });
		await expect(typed(headSubmit, [`--${name}`])).rejects.toMatchObject({ kind: 'usage', hint });
	});

	it('are those that are meant', () => {
		expect(headOnly).toEqual(expect.arrayContaining(['renew', 'workers', 'idle-window', 'name']));
		expect(clientOnly).toEqual(['script', 'follow', 'token-file', 'rejoin', 'client-signal']);
	});
});

it.each([
	['--rejoin=soon', 'not a duration'],
	['--client-signal=KILL', 'not USR1, INT or TERM'],
])('%s is refused before anybody is asked anything', async (word, message) => {
	await expect(typed(connect, ['latest', word, 'x.py'])).rejects.toThrow(message);
});

it('--array and --follow are refused before anybody is asked anything', async () => {
	await expect(typed(connect, ['latest', '--follow', '--array=1-2', 'x.py'])).rejects.toThrow('watch one job');
});
