import { describe, expect, it } from 'vitest';
import type { DetachedActor } from '../../src/core/control-store.ts';
import { healthUrlAt, serveByRay, serveBySigns } from '../../src/core/serve.ts';

const actor = (className: string, state: DetachedActor['state'] = 'alive', name = ''): DetachedActor => ({
	actorId: 'a',
	name,
	namespace: 'serve',
	className,
	state,
	isOwn: false,
});
const CONTROLLER = actor('ServeController', 'alive', 'SERVE_CONTROLLER_ACTOR');
const REPLICA = actor('ServeReplica:shop:Model');
const value = (...actors: DetachedActor[]) => ({ kind: 'answered', value: actors }) as const;

describe('Serve, says Ray', () => {
	it.each([
		[value(), false, 'Serve has not been started'],
		[value(actor('Mine')), false, 'Serve has not been started'],
		[value(CONTROLLER), false, 'Serve has no application yet'],
		[
			value(CONTROLLER, REPLICA, actor('ServeReplica:shop:Front', 'pending')),
			false,
			'1 of 2 replicas of shop is not up',
		],
		[value(CONTROLLER, REPLICA), true, 'Serve runs shop, 1 replica, says Ray'],
		[value(CONTROLLER, REPLICA, actor('ServeReplica:other:M')), true, 'Serve runs shop, other, 2 replicas, says Ray'],
		[{ kind: 'silent', why: 'x' } as const, false, 'Ray did not say which actors it has'],
	])('%#', (answer, runs, words) => {
		expect(serveByRay(answer)).toEqual({ runs, words });
	});
});

describe('Serve, as the node shows it', () => {
	const URL = 'http://n:8000/health';
	it.each([
		[{ replicas: 2, health: { why: 'refused' } }, true, "Serve runs: 2 of its replicas on the head's node"],
		[{ replicas: 0, health: { status: 200 } }, true, `Serve runs: ${URL} answers 200`],
		[{ replicas: 0, health: { status: 503 } }, false, `no replica of Serve on the head's node, and ${URL} answers 503`],
		[
			{ replicas: 0, health: { why: 'refused' } },
			false,
			`no replica of Serve on the head's node, and ${URL} does not answer (refused)`,
		],
	])('%#', (signs, runs, words) => {
		expect(serveBySigns(signs, URL)).toEqual({ runs, words });
	});
});

describe('a health address', () => {
	it.each([
		['http://HEAD:8000/', 'http://10.0.0.1:8000/'],
		['https://<head>/HEAD?HEAD', 'https://10.0.0.1/HEAD?HEAD'],
		['http://HEAD', 'http://10.0.0.1'],
		['http://head:8000/', 'http://head:8000/'],
		['http://HEADER:8000/', 'http://HEADER:8000/'],
		['http://head.example:8000/', 'http://head.example:8000/'],
		['http://127.0.0.1:8000/HEAD', 'http://127.0.0.1:8000/HEAD'],
	])('names the head by a word for it: %s', (url, asked) => {
		expect(healthUrlAt(url, '10.0.0.1')).toBe(asked);
	});
});
