import { describe, expect, it } from 'vitest';
import { openControlStore } from '../../src/adapters/ray/control-store.ts';
import type { ControlStore } from '../../src/core/control-store.ts';
import { fail, framed, keep, respond, saying, served, storeAt } from './control-store-stand-in.ts';
import { FIRST, RAY, SECOND } from './control-store-words.ts';

describe('what Ray says', () => {
	it('is serving, or not yet, and needs no token', async () => {
		const server = await saying('CAE=');
		const store = keep(
			openControlStore(server.address, () => {
				throw new Error('nobody asked for it');
			}),
		);
		expect(await store.serving(1000)).toEqual({ kind: 'answered', value: true });
		expect(server.questions[0]).toMatchObject({ path: '/grpc.health.v1.Health/Check' });
		expect(server.questions[0]?.headers).not.toHaveProperty('authorization');
		expect(await storeAt((await saying('CAI=')).address).serving(1000)).toEqual({ kind: 'answered', value: false });
	});

	it('is a state', async () => {
		const server = await saying(RAY.state);
		expect(await storeAt(server.address).state(1000)).toEqual({
			kind: 'answered',
			value: {
				sessionName: 'session_x',
				nodes: [
					{
						nodeId: FIRST,
						address: '10.0.0.1',
						status: 'idle',
						idleMs: 28133,
						total: { CPU: 2 },
						available: { CPU: 1.5 },
						activity: [],
						labels: { 'rayslurm/job': '7' },
					},
					{
						nodeId: SECOND,
						address: '10.0.0.2',
						status: 'draining',
						idleMs: 0,
						total: {},
						available: {},
						activity: ['Busy workers on node.'],
						labels: {},
					},
				],
				pending: [
					{ shape: { GPU: 2 }, labelSelectors: [], count: 3 },
					{ shape: { CPU: 1 }, labelSelectors: [[{ label: 'zone', is: 'not-in', values: ['a', 'b'] }]], count: 1 },
				],
				pendingGroups: [
					{
						bundles: [{ shape: { CPU: 1 }, labelSelectors: [], count: 1 }],
						strategy: 'STRICT_SPREAD',
						details: 'f9f4:STRICT_SPREAD|PENDING',
					},
				],
			},
		});
		expect(server.questions[0]?.path).toBe('/ray.rpc.autoscaler.AutoscalerStateService/GetClusterResourceState');
	});

	it('is nodes', async () => {
		const server = await saying(RAY.nodes);
		expect(await storeAt(server.address).nodes(1000)).toEqual({
			kind: 'answered',
			value: [
				{
					nodeId: FIRST,
					nodeName: 'n1',
					address: '10.0.0.1',
					hostName: 'dws-01',
					alive: true,
					isHead: true,
					nodeManagerPort: 6700,
					objectManagerPort: 6701,
					metricsExportPort: 6707,
					runtimeEnvAgentPort: 6706,
					agentGrpcPort: 6703,
					agentHttpPort: undefined,
					total: { CPU: 2 },
					labels: { a: 'b' },
					startMs: 1_700_000_000_000,
					endMs: undefined,
					death: undefined,
				},
				expect.objectContaining({
					nodeId: SECOND,
					alive: false,
					startMs: undefined,
					endMs: 1_700_000_001_000,
					death: { how: 'drained-preempted', message: 'leaves' },
				}),
			],
		});
		expect(server.questions[0]?.path).toBe('/ray.rpc.NodeInfoGcsService/GetAllNodeInfo');
	});

	it('is jobs, its own told apart', async () => {
		const server = await saying(RAY.jobs);
		expect(await storeAt(server.address).jobs(1000)).toEqual({
			kind: 'answered',
			value: [
				{
					jobId: '01000000',
					driverAddress: '10.0.0.2',
					pid: 4242,
					isDead: true,
					entrypoint: 'python a.py',
					namespace: 'mine',
					isOwn: false,
					startMs: 1_700_000_000_000,
					endMs: 1_700_000_001_000,
				},
				expect.objectContaining({ jobId: '02000000', isDead: false, isOwn: true, startMs: undefined }),
			],
		});
		expect(server.questions[0]).toMatchObject({
			path: '/ray.rpc.JobInfoGcsService/GetAllJobInfo',
			message: Buffer.from(RAY.jobsQuestion, 'base64'),
		});
	});

	it('is detached actors that are not dead', async () => {
		const server = await saying(RAY.actors);
		const answer = await storeAt(server.address).actors(1000);
		const short = answer.kind === 'answered' && answer.value.map((actor) => [actor.name, actor.state]);
		expect(short).toEqual([
			['n0', 'alive'],
			['n3', 'restarting'],
			['n4', 'pending'],
		]);
		expect(server.questions[0]?.path).toBe('/ray.rpc.ActorInfoGcsService/GetAllActorInfo');
	});

	it('is who it is, as far as it is known', async () => {
		let known = true;
		const server = await served((stream, { path, message }) => {
			if (path === '/ray.rpc.NodeInfoGcsService/CheckAlive') {
				return void respond(stream, framed(Buffer.from(RAY.alive, 'base64')));
			}
			if (!known) return fail(stream, 14);
			const isMetadata = message.equals(Buffer.from(RAY.keyQuestion, 'base64'));
			const value = isMetadata ? '{"ray_version":"2.60.0","python_version":"3.11.2"}' : 'session_x';
			void respond(stream, framed(Buffer.concat([Buffer.from([0x12, value.length]), Buffer.from(value)])));
		});
		const store = storeAt(server.address);
		expect(await store.identity(1000)).toEqual({
			kind: 'answered',
			value: { rayVersion: '2.60.0', pythonVersion: '3.11.2', sessionName: 'session_x' },
		});
		known = false;
		expect(await store.identity(1000)).toEqual({
			kind: 'answered',
			value: { rayVersion: '2.60.0', pythonVersion: undefined, sessionName: undefined },
		});
	});

	it('is that a node may leave, or why not', async () => {
		const server = await saying('CAE=');
		const store = storeAt(server.address);
		const drain = (one: ControlStore, id: string) => one.drain(id, 'preemption', 'leaves', 1_700_000_001_000.4, 1000);
		expect(await drain(store, FIRST)).toEqual({ kind: 'answered', value: { accepted: true } });
		expect(server.questions[0]).toMatchObject({
			path: '/ray.rpc.autoscaler.AutoscalerStateService/DrainNode',
			message: Buffer.from(RAY.drainOrder, 'base64'),
		});
		const refusing = storeAt((await saying('EgRidXN5')).address);
		expect(await drain(refusing, FIRST)).toEqual({ kind: 'answered', value: { accepted: false, why: 'busy' } });
	});

	it.each(['', 'zz', 'abc', `${FIRST} `])('is not asked to drain %j', async (id) => {
		const server = await saying('CAE=');
		const answer = await storeAt(server.address).drain(id, 'idle', '', 1, 1000);
		expect(answer).toMatchObject({ kind: 'answered', value: { accepted: false } });
		expect(server.questions).toEqual([]);
	});
});

describe('the token', () => {
	it('is read for each call and sent without the newline of its file', async () => {
		const server = await saying(RAY.nodes);
		const tokens = ['one\n', 'two', undefined, '\n'];
		const store = keep(openControlStore(server.address, async () => tokens.shift()));
		for (let n = 0; n < 4; n++) await store.nodes(1000);
		expect(server.questions.map(({ headers }) => headers['authorization'])).toEqual([
			'Bearer one',
			'Bearer two',
			undefined,
			undefined,
		]);
	});

	it.each([
		['T', 'wrong-token'],
		[undefined, 'missing-token'],
	])('%s can be refused', async (token, why) => {
		const server = await served((stream) => fail(stream, 16, 'InvalidAuthToken: not%20%E2%82%AC%1B%5B31m'));
		const store = keep(openControlStore(server.address, async () => token));
		const refused = { kind: 'refused', why, message: 'InvalidAuthToken: not € [31m' };
		for (const ask of [store.nodes, store.state, store.jobs, store.actors, store.identity]) {
			expect(await ask(1000)).toEqual(refused);
		}
	});

	it('appears in no answer, even one that no header can carry', async () => {
		const server = await saying(RAY.nodes);
		for (const token of ['se\ncret', 'se\0cret', 'sécret', 'secret'.repeat(20_000)]) {
			const answer = await storeAt(server.address, token).nodes(1000);
			expect(JSON.stringify(answer)).not.toContain('cret');
		}
	});

	it('that cannot be read is the caller’s trouble', async () => {
		const store = keep(openControlStore('127.0.0.1:1', () => Promise.reject(new Error('no such file'))));
		await expect(store.nodes(1000)).rejects.toThrow('no such file');
	});
});
