// Before the real tests: the test bed, a Ray and the bundle, all fit for ordinary users. After them: nothing that they
// started may be left. Where the machine cannot carry a bed, the tests are told why and skip.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { execa } from 'execa';
import type { TestProject } from 'vitest/node';
import { installApp } from './app.ts';
import { claimBed, claimPath, noteBroughtUp, releaseBed } from './claim.ts';
import { cancelAll } from './jobs.ts';
import { clearHomes, endProcesses, endStrays, leftProcesses, processesOfTests } from './leftovers.ts';
import { missing, required } from './needs.ts';
import { testbedScript, USERS } from './places.ts';
import type { Process } from './processes.ts';
import { makeRayEnvironment } from './ray-environment.ts';

declare module 'vitest' {
	interface ProvidedContext {
		/** Why the real tests skip, if they do. */
		bed: { missing?: string };
	}
}

const say = (line: string) => console.error(`test bed: ${line}`);
const testbed = (...args: string[]) => execa(testbedScript, args, { stdin: 'ignore', timeout: 600_000 });
const keep = Boolean(process.env['RAYSLURM_KEEP_TESTBED']);

export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
	const must = required();
	const lack = missing();
	project.provide('bed', lack === undefined ? {} : { missing: lack });
	if (lack !== undefined) {
		if (must.length > 0) throw new Error(`RAYSLURM_REQUIRE=${must.join(',')}, but ${lack}`);
		say(`the real tests are skipped: ${lack}`);
		return undefined;
	}
	process.umask(0o022);
	const dead = await claimBed(say);
	if (dead === 'ours') return undefined; // Another project of this run has set up, and will tear down.
	const broughtUp = dead?.broughtUp || !isUp();
	const abandon = () => abandonRun(broughtUp);
	process.once('exit', abandon);
	if (broughtUp) await noteBroughtUp();
	if (dead) {
		say('the run before this one died; clearing up after it');
		await endStrays();
		await testbed('down');
	}
	await testbed('up');
	await makeRayEnvironment(say);
	await installApp();
	const before = await processesOfTests();
	return async () => {
		try {
			await tearDown(before);
		} catch (error) {
			process.exitCode = 1; // vitest prints what a teardown throws, and goes on as if all were well.
			throw error;
		} finally {
			process.off('exit', abandon);
			if (broughtUp && !keep) await testbed('down');
			await releaseBed();
		}
	};
}

/** In whatever state. The bed's folder would outlive a reboot; its bridge does not. */
function isUp(): boolean {
	return spawnSync('ip', ['link', 'show', 'testbed0'], { stdio: 'ignore' }).status === 0;
}

async function tearDown(before: readonly Process[]): Promise<void> {
	await testbed('up'); // At once when it is healthy; a test may have left it without a controller.
	for (const user of USERS) await cancelAll(user);
	const left = await leftProcesses(before);
	await clearHomes();
	if (left.length === 0) return;
	const lines = left.map(
		({ place, pid, command }) => `  ${place} ${pid} ${command.replaceAll(/\s+/g, ' ').slice(0, 200)}`,
	);
	endProcesses(left);
	throw new Error(`The tests left processes behind (ended now):\n${lines.join('\n')}`);
}

/** The run ends without a teardown: set-up failed, or somebody pressed ctrl-C. There is no time left for promises. */
function abandonRun(broughtUp: boolean): void {
	const quiet = { stdio: 'ignore', timeout: 60_000 } as const;
	if (broughtUp && !keep) {
		if (spawnSync(testbedScript, ['down'], quiet).status === 0) rmSync(claimPath, { force: true });
	} else {
		spawnSync('scancel', ['--user', USERS.join()], quiet); // The claim stays: the next run looks after the rest.
	}
}
