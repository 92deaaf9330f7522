import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lastLines, rayFailure } from '../../src/core/ray-failure.ts';

describe('why Ray did not start', () => {
	it.each([
		[
			'OSError: AF_UNIX path length cannot exceed 107 bytes: /tmp/x',
			"the path of Ray's folder is too long for its sockets",
		],
		['OSError: [Errno 28] No space left on device', 'no space is left on the device'],
		['OSError: [Errno 122] Disk quota exceeded', 'the disk quota is exceeded'],
		[
			"AssertionError: Session name session_1 does not match persisted value b'session_2'",
			"another Ray cluster's control store already listens on this port",
		],
		['Failed to start the grpc server. The specified port is 28500. This means', 'a port that Ray needs is taken'],
		[
			'ValueError: After taking into account object store and redis memory usage, the amount of memory on this node',
			'the object store does not fit into the memory of this node',
		],
		['[Errno 98] address already in use', 'a port that Ray needs is taken'],
		['InvalidAuthToken: Authentication token is missing or incorrect', 'the cluster did not accept the token'],
		[
			'RuntimeError: Version mismatch: The cluster was started with:',
			"Ray's or Python's version differs from the head's",
		],
		['RuntimeError: Failed to connect to GCS at address 10.0.0.1:6379', "the head's control store does not answer"],
		["/usr/bin/python3: No module named ray.scripts; 'ray' is not a package\n", 'this Python has no Ray'],
		["ModuleNotFoundError: No module named 'ray'", 'this Python has no Ray'],
	])('%s', (output, words) => {
		expect(rayFailure(`some\nlines\n${output}\nand others: fine\n`, { code: 1 })).toBe(words);
	});

	it.each([
		[
			'an error we do not know',
			'x\nSomeNewError: it broke: twice\r\nbye\n',
			{ code: 1 },
			'SomeNewError: it broke: twice',
		],
		['the last of several', 'AError: 1\nBException: 2\n', { code: 1 }, 'BException: 2'],
		['no colours', '\x1b[31mAError:\x1b[0m red\n', { code: 1 }, 'AError: red'],
		['a code', 'nothing of use\n', { code: 3 }, 'ray start ended with code 3'],
		['a signal', '', { code: 137, signal: 'SIGKILL' }, 'ray start was ended by SIGKILL'],
		['no end', '', undefined, 'Ray did not answer in time'],
	])('says %s', (_, output, end, words) => {
		expect(rayFailure(output, end)).toBe(words);
	});

	it('is one line that can be read, whatever Ray printed', () => {
		const piece = fc.oneof(
			fc.string(),
			fc.constantFrom('\n', 'Error:', ' xError: ', 'Exception', '\x1b[1m', 'y'.repeat(999)),
		);
		fc.assert(
			fc.property(fc.array(piece), (pieces) => {
				const words = rayFailure(pieces.join(''), { code: 1 });
				expect(words).toMatch(/^.{1,300}$/);
			}),
		);
	});
});

it.each([
	['a\nb\nc\n\n', 2, 'b\nc'],
	['a\n', 5, 'a'],
	['', 5, ''],
])('the last lines of %j', (text, count, lines) => {
	expect(lastLines(text, count)).toBe(lines);
});
