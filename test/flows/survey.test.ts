import { describe, expect, it } from 'vitest';
import { layoutOf } from '../../src/core/layout.ts';
import { clientReadiness } from '../../src/core/readiness.ts';
import type { KnownState, World } from '../../src/core/world.ts';
import { survey } from '../../src/flows/survey.ts';
import { strawWorld } from './straw-world.ts';

const layout = layoutOf('/o');

describe('a client of a cluster named by its address', () => {
	it('is asked after alone, and its head is called by that address', async () => {
		const folder = '10.0.0.1_6379';
		const straw = strawWorld({ readInfo: async () => ({ kind: 'missing' }) } as Partial<World>);
		const steps = [{ step: 'running', node: 'n' }, { step: 'joined' }].map((step) => ({ at: '2026-01-01', ...step }));
		straw.files.set(layout.head(folder).clientEvents('8'), steps.map((event) => `${JSON.stringify(event)}\n`).join(''));
		straw.world.files.list = async (path) => (path === layout.head(folder).clients ? ['8.events.jsonl'] : []);
		const asked: (readonly string[])[] = [];
		const seen = await survey(straw.world, [{ job: folder, layout }], async (jobs) => {
			asked.push(jobs);
			return { states: new Map<string, KnownState>([['8', { kind: 'running', nodes: 'n' }]]), ageMs: 0 };
		});
		expect(asked).toEqual([['8']]);
		const [head] = seen.heads;
		const [client] = head?.clients ?? [];
		expect(seen.sources).toEqual([{ kind: 'scheduler', name: 'Slurm', answered: true }]);
		expect(head).toMatchObject({ job: '10.0.0.1:6379', state: 'unknown', clients: [{ job: '8', state: 'joined' }] });
		if (head === undefined || client === undefined) throw new Error('not seen');
		expect(clientReadiness(head, client).layers.filter(({ why }) => why !== undefined)).toEqual([]);
	});
});
