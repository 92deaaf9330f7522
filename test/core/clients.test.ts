import { expect, it } from 'vitest';
import type { ClientRecord } from '../../src/core/client-record.ts';
import { type ClientFiles, clientsIn } from '../../src/core/clients.ts';
import type { ClientEvent } from '../../src/core/events.ts';
import { nameOf } from '../../src/core/task-names.ts';

const begun = (task?: string): ClientEvent[] => [{ at: 'x', step: 'running', node: 'n', task }];
const record = (job: string, more: Partial<ClientRecord> = {}): ClientRecord => ({
	...{ job, script: 'tune.py', arguments: [], rejoin: false, submitted: 'x' },
	...more,
});
const files = (job: string, more: Partial<ClientFiles> = {}): ClientFiles => ({
	...{ job, record: undefined, events: [] },
	...more,
});
const named = (all: ClientFiles[]) =>
	clientsIn(all).map((client) => [client.job, nameOf(client), client.record?.script, client.takenOut ?? false]);

const array = (more: Partial<ClientRecord> = {}, events: ClientEvent[] = []) =>
	files('26', { record: record('26', { array: '0-3%2', ...more }), events });

it.each<[string, ClientFiles[], unknown[]]>([
	[
		'none of which has begun: each by its name',
		[array()],
		['26_0', '26_1', '26_2', '26_3'].map((name) => [name, name, 'tune.py', false]),
	],
	[
		'of which some have: those by ids of their own, with the script of all; the last to begin has the id of the array',
		[
			files('28', { events: begun('26_1') }),
			files('27', { events: begun('26_0') }),
			array({}, begun('26_3')),
			files('9'),
		],
		[
			['9', '9', undefined, false],
			['27', '26_0', 'tune.py', false],
			['28', '26_1', 'tune.py', false],
			['26_2', '26_2', 'tune.py', false],
			['26', '26_3', 'tune.py', false],
		],
	],
	[
		'of which some were taken out of the queue',
		[array({ array: '1-3', takenOut: '1,3' }), files('27', { events: begun('26_1') })],
		[
			['27', '26_1', 'tune.py', false],
			['26_2', '26_2', 'tune.py', false],
			['26_3', '26_3', 'tune.py', true],
		],
	],
	['whose indices nobody can read: one client', [array({ array: 'x' })], [['26', '26', 'tune.py', false]]],
	[
		'whose first has moved here by itself: that one alone',
		[files('26', { record: record('26'), events: begun('26_0') })],
		[['26', '26_0', 'tune.py', false]],
	],
	['with a name that is none: no task', [files('27', { events: begun('26_0\n') })], [['27', '27', undefined, false]]],
])('an array %s', (_, all, expected) => {
	expect(named(all)).toEqual(expected);
});

it('a client alone that was taken out of the queue is told apart, unless it has begun', () => {
	const out = record('8', { takenOut: true });
	expect(named([files('8', { record: out })])).toEqual([['8', '8', 'tune.py', true]]);
	expect(named([files('8', { record: out, events: begun() })])).toEqual([['8', '8', 'tune.py', false]]);
});
