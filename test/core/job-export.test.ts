import { describe, expect, it } from 'vitest';
import { inherited, readJobExport } from '../../src/core/job-export.ts';

const environment = {
	HOME: '/h',
	PATH: '/b',
	MINE: '1',
	OTHER: '2',
	SLURM_JOB_ID: '4',
	SLURM_CONF: '/c',
	RAYSLURM_LOCAL_JOB: '4-x',
	RAY_ADDRESS: 'a:1',
	RAY_AUTH_TOKEN: 'secret',
	EMPTY: undefined,
};

describe('--export', () => {
	it.each<[string | undefined, Record<string, string>]>([
		[undefined, { HOME: '/h', PATH: '/b', MINE: '1', OTHER: '2', SLURM_CONF: '/c' }],
		['ALL,NEW=3,OTHER=', { HOME: '/h', PATH: '/b', MINE: '1', OTHER: '', NEW: '3', SLURM_CONF: '/c' }],
		['NONE', { HOME: '/h', PATH: '/b' }],
		['MINE,A=b=c', { HOME: '/h', PATH: '/b', MINE: '1', A: 'b=c' }],
	])('%s', (text, variables) => {
		expect(inherited(readJobExport(text), environment)).toEqual(variables);
	});
});
