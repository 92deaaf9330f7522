// The last line of `status`: who answered, and how old that is.
import { expect, it } from 'vitest';
import { asOf } from '../../src/commands/status.ts';

it('an answer that is not new is said to be', () => {
	const at = '2026-01-01T12:00:00.400Z';
	const slurm = { kind: 'scheduler', name: 'Slurm', answered: true } as const;
	const ray = { kind: 'ray', name: 'Ray of 7', answered: false, because: 'timed out' } as const;
	const words = (since: object) =>
		asOf({ at, sources: [{ ...slurm, ...since }, ray] }).slice('As of 12:00:00: '.length);
	expect(words({})).toBe('Slurm answered, Ray of 7 did not answer (timed out)');
	expect(words({ asOf: '2026-01-01T11:59:51.400Z' })).toBe(
		'Slurm answered 9 s ago, Ray of 7 did not answer (timed out)',
	);
});
