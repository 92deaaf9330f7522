// Who uses a head, told by the files of its clients and a queue that says what it is told to: here arrays.
import { expect, it } from 'vitest';
import { renderClientRecord } from '../../src/core/client-record.ts';
import { layoutOf } from '../../src/core/layout.ts';
import { watchClients } from '../../src/flows/census.ts';
import { strawWorld } from './straw-world.ts';

const head = layoutOf('/o').head('1');
const line = (step: object) => `${JSON.stringify({ at: 'x', ...step })}\n`;
const begun = (task: string) => line({ step: 'running', node: 'n', task });

function arrayOfThree() {
	const straw = strawWorld();
	Object.assign(straw.world.files, {
		list: async () => [...straw.files.keys()].map((path) => path.slice(path.lastIndexOf('/') + 1)),
	});
	const record = { job: '7', arguments: [], rejoin: false, array: '1-3', submitted: 'x' };
	straw.files.set(head.clientRecord('7'), renderClientRecord(record));
	return straw;
}

it('tasks of an array that have not begun are coming, also while the first of them, whose id it has, is at work', async () => {
	const straw = arrayOfThree();
	straw.state = { kind: 'running', nodes: 'n' };
	straw.files.set(head.clientEvents('7'), begun('7_1'));
	const clients = watchClients(straw.world, head);
	expect(await clients.ask(false)).toEqual({ connected: ['7'], coming: ['7'] });
	straw.state = { kind: 'pending', reason: 'Resources' };
	straw.files.set(head.clientEvents('7'), begun('7_1') + line({ step: 'ended', code: 0 }));
	expect(await clients.ask(false)).toEqual({ connected: [], coming: ['7'] });
	expect(await clients.look()).toEqual({ connected: [], coming: ['7'] });
});

it('none is coming once all have begun', async () => {
	const straw = arrayOfThree();
	const ended = line({ step: 'ended', code: 0 });
	straw.files.set(head.clientEvents('7'), begun('7_1') + ended);
	straw.files.set(head.clientEvents('8'), begun('7_2') + ended);
	straw.files.set(head.clientEvents('9'), begun('7_3'));
	const clients = watchClients(straw.world, head);
	expect(await clients.ask(false)).toEqual({ connected: ['9'], coming: [] });
	expect(await clients.ask(false)).toEqual({ connected: ['9'], coming: [] });
});
