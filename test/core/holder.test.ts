import { expect, it } from 'vitest';
import { type Holder, parseHolder, presence, renderHolder } from '../../src/core/holder.ts';

const here: Holder = {
	job: '12',
	host: 'cn1',
	bootId: 'b1',
	pidSpace: 'pid:[1]',
	pid: 100,
	startTime: '555',
	nonce: 'aaaaaaaa',
};
const running = new Map([[200, '777']]);
const other: Holder = { ...here, pid: 200, startTime: '777', nonce: 'bbbbbbbb' };

it.each<[string, Partial<Holder>, string]>([
	['the process runs', {}, 'alive'],
	['no such process', { pid: 201 }, 'gone'],
	['another process has its number now', { startTime: '776' }, 'gone'],
	['the machine was started anew', { bootId: 'b0' }, 'gone'],
	['a container of this host', { pidSpace: 'pid:[2]', pid: 201 }, 'unknown'],
	['another host', { host: 'cn2', pid: 201 }, 'unknown'],
	['another host, with another boot', { host: 'cn2', bootId: 'b0' }, 'unknown'],
])('%s', (_, change, expected) => {
	expect(presence({ ...other, ...change }, here, (pid) => running.get(pid))).toBe(expected);
});

it('is read back as it was written', () => {
	expect(parseHolder(renderHolder(other))).toEqual(other);
});

it.each(['', 'null', '[]', '{}', '"x"', '{"job":1}', '/some/where', renderHolder({ ...other, nonce: '../../x' })])(
	'is not %s',
	(text) => {
		expect(parseHolder(text)).toBeUndefined();
	},
);
