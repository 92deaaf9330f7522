import {
	chmodSync,
	chownSync,
	mkdirSync,
	mkdtempSync,
	rmSync,
	symlinkSync,
	truncateSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { quickLook } from '../../src/adapters/quick-look.ts';

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'quick-'));
	vi.stubEnv('XDG_STATE_HOME', folder);
});
afterEach(() => {
	vi.unstubAllEnvs();
	rmSync(folder, { recursive: true });
});

function put(name: string, text: string): string {
	const path = join(folder, name);
	writeFileSync(path, text, { mode: 0o600 });
	return path;
}

describe('a quick look at own state', () => {
	it('reads a file of mine, whole', () => {
		expect(quickLook().readState(put('a', 'über\n'))).toBe('über\n');
		expect(quickLook().readState(put('b', ''))).toBe('');
	});

	it('reads nothing that others could have written, and waits for nothing', () => {
		const { readState } = quickLook();
		const path = put('a', 'x');
		symlinkSync(path, join(folder, 'link'));
		expect(readState(join(folder, 'link'))).toBeUndefined();
		expect(readState(folder)).toBeUndefined();
		expect(readState(join(folder, 'missing'))).toBeUndefined();
		expect(readState('/dev/stdin')).toBeUndefined();
		chmodSync(path, 0o620);
		expect(readState(path)).toBeUndefined();
		const large = put('large', '');
		truncateSync(large, 1_000_001);
		expect(readState(large)).toBeUndefined();
		if (process.getuid?.() === 0) {
			const theirs = put('theirs', 'x');
			chownSync(theirs, 65534, 65534);
			expect(readState(theirs)).toBeUndefined();
		}
	});

	it('knows the heads of my register, by old names of files and new ones', () => {
		expect(quickLook().heads()).toEqual([]);
		mkdirSync(join(folder, 'rayslurm/heads'), { recursive: true });
		put('rayslurm/heads/5.json', '{"job":"5","name":"tuning","outputDir":"/o"}\n');
		put('rayslurm/heads/local-6.json', '{"job":"6","outputDir":"/o","scheduler":"local"}\n');
		put('rayslurm/heads/7.json', '{"job":"7","outputDir":"relative"}');
		put('rayslurm/heads/8.json', '{"job":"$(id)","outputDir":"/o"}');
		put('rayslurm/heads/9.json', '{');
		put('rayslurm/heads/x.json', '{"job":"10","outputDir":"/o"}');
		expect(quickLook().heads()).toEqual([
			{ job: '5', name: 'tuning', outputDir: '/o' },
			{ job: '6', name: undefined, outputDir: '/o' },
		]);
	});
});
