import { describe, expect, it } from 'vitest';
import { chooseAddress, partsOf } from '../../src/core/address.ts';

const eth = { interface: 'eth0', address: '10.0.0.1' };
const ib = { interface: 'ib0', address: '10.1.0.1' };
const docker = { interface: 'docker0', address: '172.17.0.1' };
const bridge = { interface: 'br-1234', address: '172.18.0.1' };

describe('the address of a node', () => {
	it.each([
		['its only one', [eth], [], undefined, '10.0.0.1'],
		['what its name resolves to', [eth, ib], ['10.1.0.1'], undefined, '10.1.0.1'],
		[
			'its only one beside bridges, its name being 127.0.1.1',
			[docker, eth, bridge],
			['127.0.1.1'],
			undefined,
			'10.0.0.1',
		],
		['what its name resolves to, even on a bridge', [docker, eth], ['172.17.0.1'], undefined, '172.17.0.1'],
		['that of the interface asked for', [eth, ib], ['10.0.0.1'], 'ib0', '10.1.0.1'],
		['the address asked for', [eth, ib], ['10.0.0.1'], '10.1.0.1', '10.1.0.1'],
		['that of a bridge, if asked for', [eth, docker], [], 'docker0', '172.17.0.1'],
	])('is %s', (_, addresses, named, wished, address) => {
		expect(chooseAddress(addresses, named, wished)).toBe(address);
	});

	it.each([
		['of two cards neither is named', [eth, ib], ['127.0.1.1'], undefined, /not clear/, /eth0 \(10.0.0.1\), ib0/],
		['there are only bridges', [docker, bridge], [], undefined, /not clear/, /docker0/],
		['there is none', [], [], undefined, /not clear/, /no address but loopback/],
		['the interface asked for is not there', [eth], [], 'ib0', /no interface ib0/, /eth0/],
		['only a part of its name was asked for', [eth], ['10.0.0.1'], 'eth', /no interface eth/, /eth0/],
	])('is an error when %s', (_, addresses, named, wished, message, hint) => {
		expect(() => chooseAddress(addresses, named, wished)).toThrowError(
			expect.objectContaining({
				kind: 'failed',
				message: expect.stringMatching(message),
				hint: expect.stringMatching(hint),
			}),
		);
	});
});

it.each([
	['10.0.0.1:6379', '10.0.0.1', 6379],
	['[::1]:8265', '::1', 8265],
	['node-1.cluster:80', 'node-1.cluster', 80],
])('%s has a host and a port', (address, host, port) => {
	expect(partsOf(address)).toEqual({ host, port });
});
