// What a head that ends leaves to its successor: here arrays of clients that go on with it.
import { expect, it } from 'vitest';
import { parseClientRecord, renderClientRecord } from '../../src/core/client-record.ts';
import { layoutOf } from '../../src/core/layout.ts';
import type { World } from '../../src/core/world.ts';
import { partWithClients } from '../../src/flows/part-with-clients.ts';
import { strawWorld } from './straw-world.ts';

const layout = layoutOf('/o');
const head = layout.head('7');

it('the successor of a head awaits the tasks that have not begun, and those alone', async () => {
	let cancel = (_: readonly string[]) => {};
	const cancelled = new Promise<readonly string[]>((resolve) => {
		cancel = resolve;
	});
	const straw = strawWorld({
		scheduler: {
			states: async () => new Map(),
			cancel: async (jobs: readonly string[]) => cancel(jobs),
		},
	} as unknown as Partial<World>);
	const ear = { take: () => [], wait: (ms: number) => straw.world.clock.sleep(ms) };
	Object.assign(straw.world, { ear, node: { job: async () => ({ jobId: '7', restarts: 0 }) } });
	Object.assign(straw.world.files, {
		appendLine: async () => {},
		list: async (folder: string) =>
			[...straw.files.keys()]
				.filter((path) => path.startsWith(`${folder}/`))
				.map((path) => path.slice(folder.length + 1)),
	});
	const register = (job: string, more: object) => {
		const record = { job, script: 'a.py', arguments: [], rejoin: true, submitted: 'x', ...more };
		straw.files.set(head.clientRecord(job), renderClientRecord(record));
	};
	const begun = (job: string, task: string) =>
		straw.files.set(head.clientEvents(job), `${JSON.stringify({ at: 'x', step: 'running', node: 'n', task })}\n`);
	register('20', { array: '0-4%1', takenOut: '4' });
	begun('21', '20_0');
	begun('22', '20_1');
	register('30', {});
	register('40', { array: '1-2', rejoin: false });
	const census = async () => ({ connected: [], coming: ['20', '30', '40'] });
	await partWithClients(
		straw.world,
		{ layout, farewell: { graceMs: 1_000, pending: 'cancel' } },
		'7',
		{ look: census, ask: census, anew: () => {} },
		{ settle: async () => '8' } as never,
		{ do: 'end', reason: 'time limit', code: 0, because: 'the time limit is near' },
	);
	// Whoever cancels has done everything else: here time is over before anybody has done anything.
	expect(await cancelled).toEqual(['40']);
	const left = (job: string) => parseClientRecord(straw.files.get(layout.head('8').clientRecord(job)) ?? '');
	expect([left('20')?.array, left('30')?.job, left('40')]).toEqual(['2-3', '30', undefined]);
});
