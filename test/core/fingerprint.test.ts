import { expect, it } from 'vitest';
import { fingerprintOf } from '../../src/core/fingerprint.ts';

it.each([
	['', 'cbf29ce48422'],
	['a', 'af63dc4c8601'],
	['foobar', '85944171f739'],
])('%j has the fingerprint that others compute, too', (text, print) => {
	expect(fingerprintOf(text)).toBe(print);
});
