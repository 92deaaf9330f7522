// Which Ray a person's shell gets, and what of a cluster stands in it.
import { chmodSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isHeadsMachine, type Reached, urlOnHead, variablesFor } from '../../src/commands/reached.ts';
import type { Shell } from '../../src/commands/shell.ts';
import { put, top, useFreshFolder } from './shell-in-folder.ts';

useFreshFolder();

const reached = (info: object | undefined, more: object = {}) =>
	({
		cluster: { address: '10.0.0.1:6379', headJob: '7', tokenPath: '/t', info, dashboard: undefined, ...more },
		world: { scheduler: { onThisMachine: false }, node: { hostName: 'login', address: async () => '10.0.0.9' } },
	}) as unknown as Reached;
const shell = (PATH: string) => ({ environment: { PATH } }) as unknown as Shell;

describe("the head's own Ray", () => {
	const withRay = (name: string) => chmodSync(put(`${name}/bin/ray`, '#!/bin/sh\n'), 0o755);

	it('comes into PATH where there is none, from the environment that the info file names', () => {
		withRay('it is mine');
		for (const kind of ['venv', 'conda']) {
			const { all } = variablesFor(shell('/nowhere'), reached({ environment: `${kind} ${top}/it is mine` }), undefined);
			expect(all['PATH']).toBe(`${top}/it is mine/bin:/nowhere`);
		}
	});

	it('does not where this shell has one, or the environment has none here', () => {
		withRay('mine');
		withRay('other');
		const path = (PATH: string, environment: string) =>
			variablesFor(shell(PATH), reached({ environment }), undefined).all['PATH'];
		expect(path(`${top}/other/bin`, `venv ${top}/mine`)).toBe(`${top}/other/bin`);
		for (const environment of [`venv ${top}/gone`, 'conda base', 'ray in PATH', 'module ray/2.60']) {
			expect(path('/nowhere', environment)).toBe('/nowhere');
		}
	});
});

it.each([
	['127.0.0.1:8265', 'http://127.0.0.1:8265'],
	['localhost:8265', 'http://127.0.0.1:8265'],
	['10.0.0.1:8265', 'http://10.0.0.1:8265'],
	['[fd00::1]:8265', 'http://[fd00::1]:8265'],
	[undefined, undefined],
])('a dashboard at %s is found on its own machine at %s', (dashboard, url) => {
	expect(urlOnHead(dashboard)).toBe(url);
});

it("the head's machine is told by its name, or by an address of this one", async () => {
	expect(await isHeadsMachine(reached({ headNode: 'login.example.org' }))).toBe(true);
	expect(await isHeadsMachine(reached({ headNode: 'dws-01' }))).toBe(false);
	expect(await isHeadsMachine(reached(undefined, { address: '10.0.0.9:6379' }))).toBe(true);
	expect(await isHeadsMachine(reached(undefined, { address: '127.0.0.2:6379' }))).toBe(true);
	expect(await isHeadsMachine(reached(undefined))).toBe(false);
});
