import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { claimName, parseClaims, parseListeners, portsByOwner } from '../../src/core/proc-net.ts';

const TCP = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:07E8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1121 1 00000000699a344a 100 0 0 10 0
   1: 0100007F:539D 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1001        0 15092 1 00000000bfb77197 100 0 0 10 0
   2: 0100007F:539D 0100007F:A3F2 01 00000000:00000000 00:00000000 00000000  1001        0 15093 1 00000000bfb77198 20 4 30 10 -1
   3: 0100007F:539E 0100007F:A3F3 06 00000000:00000000 03:00000D4D 00000000     0        0 0 3 00000000bfb77199
`;
const TCP6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   1: 00000000000000000000000000000000:539E 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1002        0 15086 1 000000002afa024d 100 0 0 10 0
`;

describe('parseListeners', () => {
	it('gives ports and owners of what listens, over IPv4 and IPv6', () => {
		expect(parseListeners(TCP)).toEqual([
			{ port: 2024, uid: 0 },
			{ port: 21_405, uid: 1001 },
		]);
		expect(parseListeners(TCP6)).toEqual([{ port: 21_406, uid: 1002 }]);
	});

	it('takes anything for no listener, and never fails', () => {
		const field = fc.constantFrom(' ', ':', '0A', '00000000:07E8', '\n', '\t', '0', 'x', '\0', '-1', '9'.repeat(12));
		fc.assert(fc.property(fc.array(field), (fields) => Array.isArray(parseListeners(fields.join('')))));
	});
});

it('a port on which somebody else listens too is not mine', () => {
	const listeners = [{ port: 1, uid: 7 }, { port: 2, uid: 8 }, { port: 3, uid: 7 }, { port: 3, uid: 8 }, { port: 4 }];
	expect(portsByOwner(listeners, 7)).toEqual({ mine: new Set([1]), others: new Set([2, 3, 4]) });
});

const line = (name: string, inode = 21506) => `000000003bf86081: 00000002 00000000 00010000 0001 01 ${inode} ${name}`;

describe('parseClaims', () => {
	it.each([
		['as Node 22 shows it', '@rayslurm-slot/2420/12345/1001'],
		['padded with NULs, as Node 20 shows it', `@rayslurm-slot/2420/12345/1001${'@'.repeat(77)}`],
	])('reads a claim %s', (_, name) => {
		const text = `Num       RefCount Protocol Flags    Type St Inode Path\n${line('/run/dbus')}\n${line(name)}\n${line('')}\n`;
		expect(parseClaims(text)).toEqual([{ offset: 2420, jobId: '12345', uid: 1001 }]);
	});

	it.each([
		'rayslurm-slot/0/1/1',
		'@rayslurm-slot/0/1/1/',
		'@rayslurm-slot/0/1',
		'@rayslurm-slot/00/1/1',
		'@rayslurm-slot/+0/1/1',
		'@rayslurm-slot/1e3/1/1',
		'@rayslurm-slot/ 0/1/1',
		'@rayslurm-slot/99999/1/1',
		'@rayslurm-slot/-3000/1/1',
		'@rayslurm-slot/0/1_2/1',
		'@rayslurm-slot/0/12345678901/1',
		'@rayslurm-slot/0/1/-1',
		'@rayslurm-slot/0/1/1 x',
		'@x@rayslurm-slot/0/1/1',
		'x\n@rayslurm-slot/0/1/1',
	])('passes over %j', (name) => {
		expect(parseClaims(line(name))).toEqual([]);
	});

	it('reads back every name we give', () => {
		const claim = fc.record({
			offset: fc.integer({ min: 0, max: 52_000 }),
			jobId: fc.integer({ min: 1, max: 4_294_967_295 }).map(String),
			uid: fc.integer({ min: 0, max: 4_294_967_295 }),
		});
		fc.assert(
			fc.property(claim, (each) => {
				expect(parseClaims(line(`@${claimName(each)}`))).toEqual([each]);
			}),
		);
	});
});
