import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ClusterPlace, clusterVariables, withChanges, withoutCluster } from '../../src/core/cluster-variables.ts';

const PLACE: ClusterPlace = {
	address: '10.0.0.1:6379',
	headJob: '12345',
	authMode: 'token',
	tokenPath: '/p/outputs/.rayslurm/heads/12345/token-ab',
	dashboardUrl: 'http://127.0.0.1:8265',
	binFolder: undefined,
};

type Environment = Record<string, string | undefined>;
const within = (place: ClusterPlace, environment: Environment) =>
	withChanges(environment, clusterVariables(place, environment));
const said = (environment: Environment) =>
	Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined));

describe('a cluster in an environment', () => {
	it('is where Ray looks for it, with a path and no token', () => {
		expect(said(within(PLACE, { PATH: '/usr/bin', RAY_AUTH_TOKEN: 'another' }))).toEqual({
			PATH: '/usr/bin',
			RAY_ADDRESS: '10.0.0.1:6379',
			RAY_AUTH_MODE: 'token',
			RAY_AUTH_TOKEN_PATH: '/p/outputs/.rayslurm/heads/12345/token-ab',
			RAY_HEAD_JOB_ID: '12345',
			RAY_API_SERVER_ADDRESS: 'http://127.0.0.1:8265',
		});
	});

	it('leaves nothing of another one', () => {
		const first = said(within({ ...PLACE, binFolder: '/a/bin' }, { PATH: '/usr/bin' }));
		const bare = { ...PLACE, authMode: 'disabled' as const, tokenPath: undefined, headJob: undefined };
		const second = said(within({ ...bare, dashboardUrl: undefined }, first));
		expect(second).toEqual({ PATH: '/usr/bin', RAY_ADDRESS: '10.0.0.1:6379', RAY_AUTH_MODE: 'disabled' });
	});

	it("puts the head's Ray first, once", () => {
		const place = { ...PLACE, binFolder: '/a/bin' };
		const once = said(within(place, { PATH: '/usr/bin' }));
		expect(once['PATH']).toBe('/a/bin:/usr/bin');
		expect(said(within(place, once))).toEqual(once);
		expect(within(place, {})['PATH']).toBe('/a/bin');
	});

	it('keeps the token from a proxy', () => {
		const proxied = said(within(PLACE, { HTTP_PROXY: 'http://proxy:3128', no_proxy: '.example.org,localhost' }));
		expect(proxied).toMatchObject({
			no_proxy: '.example.org,localhost,10.0.0.1,127.0.0.1',
			NO_PROXY: '.example.org,localhost,10.0.0.1,127.0.0.1',
		});
		expect(within(PLACE, { http_proxy: 'http://proxy:3128', no_proxy: '*' })['no_proxy']).toBe('*');
		expect(within(PLACE, { no_proxy: '.example.org' })['no_proxy']).toBe('.example.org');
	});

	it('is taken back, whatever was there before', () => {
		const names = fc.constantFrom('PATH', 'no_proxy', 'http_proxy', 'HOME');
		const values = fc.array(fc.constantFrom('/usr/bin', '/a/bin', '.example.org', '/opt/x'), {
			minLength: 1,
			maxLength: 4,
		});
		fc.assert(
			fc.property(fc.dictionary(names, values), fc.option(fc.constantFrom('/a/bin', '/b/bin')), (lists, folder) => {
				const before = Object.fromEntries(
					Object.entries(lists).map(([name, list]) => [name, [...new Set(list)].join(name === 'no_proxy' ? ',' : ':')]),
				);
				const inside = said(within({ ...PLACE, binFolder: folder ?? undefined }, before));
				const { PATH: path, ...back } = said(withChanges(inside, withoutCluster(inside)));
				const { PATH: pathBefore, ...rest } = before;
				// The two lists may have become one, with what each had.
				expect({ ...back, NO_PROXY: undefined }).toEqual({ ...rest, NO_PROXY: undefined });
				expect(path || undefined).toBe(pathBefore);
			}),
		);
	});

	it('is not taken back where it never was', () => {
		expect([...withoutCluster({ PATH: '/usr/bin', no_proxy: 'a' })]).toEqual([]);
	});
});
