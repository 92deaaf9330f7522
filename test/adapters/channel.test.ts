import { constants, type ServerHttp2Stream } from 'node:http2';
import { describe, expect, it, vi } from 'vitest';
import {
	framed,
	healthy,
	keep,
	listener,
	respond,
	type StandIn,
	saying,
	served,
	standIn,
	storeAt,
} from './control-store-stand-in.ts';
import { RAY } from './control-store-words.ts';

/** Not one that the kernel gives to whoever asks for any, as tests beside this one do: it is listened on twice. */
function reservedPort(): number {
	return 20_000 + Math.floor(Math.random() * 10_000);
}

describe('the connection', () => {
	it.each<[string, (server: StandIn) => unknown]>([
		['was cut', (server) => server.close()],
		['was ended with a good-bye', (server) => server.goodBye()],
	])('is made anew when the last one %s', async (_, end) => {
		const first = await standIn(healthy, reservedPort());
		const store = storeAt(first.address);
		expect(await store.serving(1000)).toMatchObject({ kind: 'answered' });
		await end(first);
		await first.close();
		const second = keep(await standIn(healthy, first.port));
		await new Promise((resolve) => setTimeout(resolve, 20));
		expect(await store.serving(1000)).toMatchObject({ kind: 'answered' });
		expect(second.connections()).toBe(1);
	});

	it('is made once for many questions', async () => {
		const server = await saying(RAY.nodes);
		const store = storeAt(server.address);
		await Promise.all([store.nodes(1000), store.nodes(1000)]);
		await store.nodes(1000);
		expect(server.connections()).toBe(1);
		expect(server.questions).toHaveLength(3);
	});

	it('is given up after a silence, without harm to others that wait on it', async () => {
		let release = () => {};
		let abandoned: ServerHttp2Stream | undefined;
		const server: StandIn = await served((stream, { path }) => {
			if (path.endsWith('GetAllNodeInfo'))
				release = () => void respond(stream, framed(Buffer.from(RAY.nodes, 'base64')));
			else abandoned = stream;
		});
		const store = storeAt(server.address);
		const slow = store.nodes(2000);
		expect(await store.serving(50)).toMatchObject({ kind: 'silent' });
		await vi.waitFor(() => expect(abandoned?.rstCode).toBe(constants.NGHTTP2_CANCEL));
		release();
		expect(await slow).toMatchObject({ kind: 'answered' });
		await store.serving(50);
		expect(server.connections()).toBe(2);
	});

	it('tells the other side how long we wait, and that nothing may be compressed', async () => {
		const server = await saying('CAE=');
		const store = storeAt(server.address);
		await store.serving(250.5);
		await store.serving(Number.POSITIVE_INFINITY);
		expect(server.questions.map(({ headers }) => headers['grpc-timeout'])).toEqual(['251m', '99999999m']);
		expect(server.questions[0]?.headers).toMatchObject({ 'grpc-accept-encoding': 'identity', te: 'trailers' });
	});

	it('keeps no process alive and leaves no timer', async () => {
		const server = await saying('CAE=');
		const silent = keep(await listener(() => {}));
		const held = () => process.getActiveResourcesInfo().filter((name) => /^(Timeout|TCP)/.test(name)).length;
		const before = held();
		expect(await storeAt(server.address).serving(60_000)).toMatchObject({ kind: 'answered' });
		expect(await storeAt(silent.address).serving(30)).toMatchObject({ kind: 'silent' });
		await new Promise(setImmediate);
		expect(held()).toBeLessThanOrEqual(before);
	});

	it('answers nothing once closed, and what was asked before ends', async () => {
		const silent = keep(await listener(() => {}));
		const store = storeAt(silent.address);
		const asked = store.serving(5000);
		await new Promise((resolve) => setTimeout(resolve, 20));
		store.close();
		store.close();
		expect(await asked).toMatchObject({ kind: 'silent', why: expect.stringMatching(/cut|ended/) });
		expect(await store.serving(1000)).toMatchObject({ kind: 'silent', why: expect.stringContaining('closed by us') });
	});
});
