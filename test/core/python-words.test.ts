import { describe, expect, it } from 'vitest';
import { readDoing } from '../../src/core/python-progress.ts';
import { chooseInstaller, importedVersions, installWords, venvWords, versionsIn } from '../../src/core/python-words.ts';

describe('who makes it', () => {
	it.each([
		['/b/uv', '/b/python3', undefined, { kind: 'uv', program: '/b/uv', python: '/b/python3' }],
		['/b/uv', '/b/python3', '3.12', { kind: 'uv', program: '/b/uv', python: '3.12' }],
		['/b/uv', undefined, undefined, { kind: 'uv', program: '/b/uv', python: undefined }],
		[undefined, '/b/python3', undefined, { kind: 'pip', program: '/b/python3' }],
		[undefined, '/b/python3', '3.12', { kind: 'pip', program: 'python3.12' }],
		[undefined, '/b/python3', '3.12.4', { kind: 'pip', program: 'python3.12' }],
		[undefined, '/b/python3', '/opt/p y', { kind: 'pip', program: '/opt/p y' }],
		[undefined, undefined, undefined, { kind: 'pip', program: 'python3' }],
	])('uv %s, python3 %s, wished %s', (uv, python3, wished, expected) => {
		expect(chooseInstaller(uv, python3, wished)).toEqual(expected);
	});

	it('gets the folder and the version as words of their own', () => {
		for (const uv of [undefined, 'uv']) {
			const installer = chooseInstaller(uv, 'python3', undefined);
			expect(venvWords(installer, '/a b')).toContain('/a b');
			expect(installWords(installer, '/a b', '2.60.0')).toEqual(
				expect.arrayContaining(['ray[default]==2.60.0', '/a b/bin/python']),
			);
		}
	});
});

it.each([
	['ERROR: … ray==0 (from versions: 2.59.0, 2.60.0)', ['2.59.0', '2.60.0']],
	['ERROR: … ray==0 (from versions: none)', []],
	['Resolved 1 package in 40ms\nray==2.60.0\n', ['2.60.0']],
	['nothing of the kind', []],
])('versions in %j', (output, versions) => {
	expect(versionsIn(output)).toEqual(versions);
});

it('what was imported is said on a marked line', () => {
	expect(importedVersions('junk\nrayslurm-kept {"ray":"2.60.0","python":"3.11.2"}\n')).toEqual({
		ray: '2.60.0',
		python: '3.11.2',
	});
	expect(importedVersions('Traceback')).toBeUndefined();
});

it.each([
	['Collecting aiohttp>=3.14.4', 'looking for aiohttp', false],
	['  Downloading ray-2.60.0-cp311-cp311-manylinux2014_x86_64.whl (79.3 MB)', 'downloading ray 2.60.0 (79.3 MB)', true],
	[
		'  Downloading py_spy-0.4.3-py2.py3-none-manylinux1_x86_64.whl (2.9 MB)',
		'downloading py-spy 0.4.3 (2.9 MB)',
		false,
	],
	['  Using cached ray-2.60.0-cp311-cp311-x.whl (79.3 MB)', "taking ray 2.60.0 (79.3 MB) from pip's cache", true],
	['Downloading ray (75.6MiB)', 'downloading ray (75.6 MiB)', true],
	['Installing collected packages: a, b, c', 'installing 3 packages', true],
	['Prepared 56 packages in 742ms', 'installing 56 packages', true],
	['  Building wheel for x (setup.py)', 'compiling x', true],
	['   Building x==1', 'compiling x==1', true],
])('%j is %s', (line, what, long) => {
	expect(readDoing(line)).toEqual({ what, long });
});

it.each(['', 'Requirement already satisfied: x', ' + ray==2.60.0', ' Downloaded ray'])('%j is not shown', (line) => {
	expect(readDoing(line)).toBeUndefined();
});
