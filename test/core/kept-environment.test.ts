import { describe, expect, it } from 'vitest';
import {
	chooseKept,
	inOrder,
	isName,
	type KeptEnvironment,
	newestOf,
	readRayWish,
} from '../../src/core/kept-environment.ts';
import { compareVersions } from '../../src/core/versions.ts';

const kept = (name: string, pythonVersion = '3.11.9'): KeptEnvironment => ({
	name,
	folder: `/k/ray-${name}`,
	rayVersion: name.split('-')[0] ?? '',
	pythonVersion,
	bytes: 1,
	made: '2026-01-01T00:00:00Z',
});

describe('a wish for Ray', () => {
	it.each([
		[undefined, undefined, { version: undefined, python: undefined }],
		['latest', undefined, { version: undefined, python: undefined }],
		['latest', '3.12', { version: undefined, python: '3.12' }],
		['2.60.0', undefined, { version: '2.60.0', python: undefined }],
		['2.60', undefined, { version: '2.60.0', python: undefined }],
		['02.60.00', undefined, { version: '2.60.0', python: undefined }],
		['2.61.0rc1', undefined, { version: '2.61.0rc1', python: undefined }],
		['3.0.0', undefined, { version: '3.0.0', python: undefined }],
		['2.40.0', '/opt/python', { version: '2.40.0', python: '/opt/python' }],
		['2.60.0-py3.12', undefined, { version: '2.60.0', python: '3.12' }],
		['2.60.0-py3.12', '3.12', { version: '2.60.0', python: '3.12' }],
	])('%s with Python %s', (text, python, wish) => {
		expect(readRayWish(text, '--ray', python)).toEqual(wish);
	});

	it.each([
		['2.39.1', /^--ray: Ray 2\.39\.1 is too old: rayslurm needs 2\.40 or later$/],
		['2.40.0rc1-py3.12', undefined],
		['1.99', /too old/],
		['2', /^--ray: not a version of Ray: '2'$/],
		['2.60.0.1', /not a version/],
		['newest', /not a version/],
		['', /not a version/],
		['2.60.0 --index-url x', /not a version/],
		['../2.60.0', /not a version/],
		['2.60.0-py3', /not a version/],
	])('%j is refused: %s', (text, message) => {
		if (message === undefined) expect(readRayWish(text, '--ray').version).toBe('2.40.0rc1');
		else expect(() => readRayWish(text, '--ray')).toThrow(message);
	});

	it('names one Python', () => {
		expect(() => readRayWish('2.60.0-py3.12', 'VERSION', '3.11')).toThrow(
			'VERSION names Python 3.12 and --python another',
		);
	});
});

describe('of kept environments', () => {
	const all = ['2.9.0-py3.9', '2.60.0-py3.12', '2.60.0', '2.60.0-py3.13', '2.61.0rc1'].map((name) =>
		kept(name, /py(.*)/.exec(name)?.[1] ?? '3.11.9'),
	);

	it('the newest Ray comes first, then the one of the Python at hand, then the newest Python', () => {
		expect(inOrder(all).map(({ name }) => name)).toEqual([
			'2.61.0rc1',
			'2.60.0',
			'2.60.0-py3.13',
			'2.60.0-py3.12',
			'2.9.0-py3.9',
		]);
	});

	it.each([
		['2.60.0', undefined, '2.60.0'],
		['2.60.0', '3.12', '2.60.0-py3.12'],
		['2.60.0', '3.14', undefined],
		['2.9.0', undefined, '2.9.0-py3.9'],
		['2.6.0', undefined, undefined],
		['2.61.0', undefined, undefined],
	])('%s with Python %s is %s', (version, python, name) => {
		expect(chooseKept(all, version, python)?.name).toBe(name);
	});

	it.each([
		['2.60.0', true],
		['2.60.0-py3.12', true],
		['2.60.0-', false],
		['..', false],
		['2.60.0/x', false],
		['latest', false],
	])('%s is a name: %s', (text, expected) => {
		expect(isName(text)).toBe(expected);
	});
});

describe('versions', () => {
	it.each([
		['2.9.0', '2.10.0'],
		['2.60', '2.60.1'],
		['2.60.0rc1', '2.60.0'],
		['2.60.0rc1', '2.60.0rc2'],
		['2.60.0', '2.60.1rc1'],
	])('%s comes before %s', (a, b) => {
		expect(compareVersions(a, b)).toBeLessThan(0);
		expect(compareVersions(b, a)).toBeGreaterThan(0);
	});

	it('the newest is a released one', () => {
		expect(newestOf(['2.9.0', '2.61.0rc1', '2.60.0', '2.10.0'])).toBe('2.60.0');
		expect(newestOf([])).toBeUndefined();
	});
});
