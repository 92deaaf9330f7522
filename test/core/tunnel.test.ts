import { describe, expect, it } from 'vitest';
import { afterTunnelEnd, tunnelWords, whyTunnelEnded } from '../../src/core/tunnel.ts';

const ENDS = { localPort: 8325, remoteHost: '127.0.0.1', remotePort: 8325, node: 'dws-01' };

describe('a tunnel', () => {
	it('ends when it cannot do its work, asks nobody, and names its node after everything else', () => {
		const words = tunnelWords(ENDS);
		for (const option of ['BatchMode=yes', 'ExitOnForwardFailure=yes', 'ServerAliveInterval=5']) {
			expect(words[words.indexOf(option) - 1]).toBe('-o');
		}
		expect(words.slice(-2)).toEqual(['--', 'dws-01']);
		expect(words[words.indexOf('-L') + 1]).toBe('127.0.0.1:8325:127.0.0.1:8325');
		expect(words).not.toContain('-J');
	});

	it('goes over another host where it must', () => {
		const words = tunnelWords({ ...ENDS, over: 'me@login' });
		expect(words[words.indexOf('-J') + 1]).toBe('me@login');
	});

	it('that was never up is given up; one that was is tried for ever, ever more rarely', () => {
		expect(afterTunnelEnd({ everUp: false, failures: 1 })).toEqual({ do: 'give-up' });
		const waits = [0, 1, 2, 3, 10, 500].map((failures) => afterTunnelEnd({ everUp: true, failures }));
		expect(waits).toEqual([500, 1000, 2000, 4000, 15_000, 15_000].map((afterMs) => ({ do: 'again', afterMs })));
	});

	it.each([
		[
			'Warning: Permanently added x\nalice@dws-01: Permission denied (publickey).\n',
			'alice@dws-01: Permission denied (publickey).',
		],
		['', 'ssh ended with code 255'],
		['Killed by signal 15.\r\n', 'ssh ended with code 255'],
	])('%j: %s', (said, why) => {
		expect(whyTunnelEnded(said, 255)).toBe(why);
	});
});
