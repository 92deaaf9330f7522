// Ray's session logs on a disk: what counts as one, and what is kept of them.
import { execFileSync } from 'node:child_process';
import {
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sessionLogs } from '../../src/adapters/ray/session-logs.ts';

let top: string;
let ray: string;
let logs: string;
beforeEach(() => {
	top = mkdtempSync(join(tmpdir(), 'logs-'));
	ray = join(top, 'ray');
	logs = join(ray, 'session_1', 'logs');
	put(join(logs, 'raylet.out'), 'raylet\n');
	put(join(logs, 'serve/replica.log'), 'replica\n');
	put(join(logs, 'empty.err'), '');
	put(join(top, 'secret'), 'secret');
	symlinkSync(join(top, 'secret'), join(logs, 'link.out'));
	symlinkSync(top, join(logs, 'folder'));
	execFileSync('mkfifo', [join(logs, 'fifo')]);
	symlinkSync(join(ray, 'session_1'), join(ray, 'session_latest'));
});
afterEach(() => {
	rmSync(top, { recursive: true });
	rmSync('/tmp/ray_client_987654321', { force: true });
});

function put(path: string, text: string): void {
	mkdirSync(dirname(path), { recursive: true });
	writeFileSync(path, text, { mode: 0o644 });
}

const names = async (folder: string) => (await sessionLogs.list(folder)).map(({ name }) => name);

it('are plain files and nothing else', async () => {
	expect(await names(logs)).toEqual(['empty.err', 'raylet.out', 'serve/replica.log']);
	expect(await names(join(top, 'nothing'))).toEqual([]);
});

it('lie beside the link that names the session, wherever that says it leads', async () => {
	symlinkSync(ray, '/tmp/ray_client_987654321');
	rmSync(join(ray, 'session_latest'));
	expect(await sessionLogs.ofJob('987654321')).toBeUndefined();
	put(join(top, 'elsewhere/session_2/logs/x.out'), 'x');
	symlinkSync(join(top, 'elsewhere/session_2'), join(ray, 'session_latest'));
	expect(await sessionLogs.ofJob('987654321')).toBeUndefined();
});

it("are a job's own only behind a private folder", async () => {
	symlinkSync(ray, '/tmp/ray_client_987654321');
	expect(await sessionLogs.ofJob('987654321')).toBe(logs);
	chmodSync(top, 0o755);
	expect(await sessionLogs.ofJob('987654321')).toBeUndefined();
});

it('are kept for nobody else, each life apart, without links and empty files', async () => {
	const to = join(top, '7-ray-logs');
	expect(await sessionLogs.keep(ray, to, 'n1')).toEqual({ folder: join(to, 'n1'), files: 2, bytes: 15, cut: false });
	expect(readFileSync(join(to, 'n1/serve/replica.log'), 'utf8')).toBe('replica\n');
	expect((await sessionLogs.keep(ray, to, 'n1'))?.folder).toBe(join(to, 'n1.2'));
	expect(readdirSync(to)).toEqual(['n1', 'n1.2']);
	const modes = ['', 'n1', 'n1/serve', 'n1/raylet.out'].map((path) => statSync(join(to, path)).mode & 0o777);
	expect(modes).toEqual([0o700, 0o700, 0o700, 0o600]);
});

it('are kept in no folder that others can enter', async () => {
	const to = join(top, '7-ray-logs');
	mkdirSync(to, { mode: 0o755 });
	chmodSync(to, 0o755);
	await expect(sessionLogs.keep(ray, to, 'n1')).rejects.toMatchObject({ kind: 'failed' });
	expect(await sessionLogs.keep(join(top, 'nothing'), to, 'n1')).toBeUndefined();
});

it('are kept in the folder that was made for them, whatever is put in its place meanwhile', async () => {
	for (let count = 0; count < 200; count += 1) put(join(logs, `worker-${count}.out`), 'x');
	const to = join(top, '7-ray-logs');
	const dear = join(top, 'dear/n1');
	mkdirSync(dear, { recursive: true });
	const keeping = sessionLogs.keep(ray, to, 'n1');
	let over = false;
	void keeping
		.catch(() => {})
		.then(() => {
			over = true;
		});
	while (!over && !existsSync(join(to, 'n1'))) await turn();
	renameSync(to, `${to}-away`);
	symlinkSync(dirname(dear), to);
	expect(await keeping).toMatchObject({ files: 202 });
	expect(readdirSync(dear)).toEqual([]);
	expect(readdirSync(join(`${to}-away`, 'n1'))).toHaveLength(202);
});
