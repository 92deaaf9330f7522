import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeAtomically } from '../../src/adapters/files.ts';
import { readInfoFile } from '../../src/adapters/info-file.ts';
import { parseInfo, renderInfo } from '../../src/core/connection.ts';

const GUIDE = `RAY_ADDRESS=10.0.0.1:6379
RAY_PORT=6379
HEAD_NODE=dws-01
HEAD_IP=10.0.0.1
SLURM_JOB_ID=12345
USER_PORT_OFFSET=0
STARTED=2025-10-28T10:30:00+00:00
`;
let folder: string;
let path: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'rayslurm-test-'));
	path = join(folder, 'ray_head_12345.info');
});
afterEach(() => rmSync(folder, { recursive: true }));

it('writes for its owner alone, and reads back', async () => {
	const parsed = parseInfo(GUIDE);
	if (!parsed.ok) throw new Error(parsed.message);
	await writeAtomically(path, renderInfo({ ...parsed.info, rayslurmVersion: '0.1.0' }));
	expect(statSync(path).mode & 0o777).toBe(0o600);
	expect(await readInfoFile(path, { expectJob: '12345' })).toEqual({
		ok: true,
		info: { ...parsed.info, rayslurmVersion: '0.1.0' },
	});
});

it('knows whose it is', async () => {
	writeFileSync(path, GUIDE);
	expect(await readInfoFile(path)).toMatchObject({ ok: true });
	expect(await readInfoFile(path, { expectJob: '54321' })).toEqual({
		ok: false,
		reason: 'other-job',
		message: 'it is that of job 12345, not of 54321',
	});
});

it.each([
	['missing', undefined],
	['empty', ''],
	['truncated', GUIDE.slice(0, 90)],
	['too-large', `${GUIDE}X=${'x'.repeat(70_000)}\n`],
	['binary', Buffer.from([0xff, 0xfe, 0x52, 0x00])],
	['binary', `${GUIDE}X=\0\n`],
	['bom', `\ufeff${GUIDE}`],
	['crlf', GUIDE.replaceAll('\n', '\r\n')],
])('says %s', async (reason, content) => {
	if (content !== undefined) writeFileSync(path, content);
	expect(await readInfoFile(path, { expectJob: '12345' })).toMatchObject({ ok: false, reason });
});
