// What `status` says of those who did not answer, and how old an answer is.
import { expect, it } from 'vitest';
import { asOf, withoutRepetition } from '../../src/commands/status.ts';

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

it('why the scheduler is silent is said once, and other reasons stay', () => {
	const sources = [{ kind: 'scheduler', name: 'Slurm', answered: false, because: 'no route' }] as const;
	const client = { job: '8', state: 'unknown', nodes: [], expected: 0 } as const;
	const head = {
		job: '7',
		outputDir: '/o',
		state: 'ready',
		because: 'not known: no route',
		clients: [
			{ ...client, because: 'not known: no route' },
			{ ...client, because: 'not known: another' },
		],
	} as const;
	const { because, clients } = withoutRepetition(head, { sources });
	expect([because, ...clients.map((each) => each.because)]).toEqual([
		'Slurm does not answer',
		'Slurm does not answer',
		'not known: another',
	]);
	expect(withoutRepetition(head, { sources: [{ ...sources[0], answered: true }] })).toBe(head);
});
