// One run of the real tests at a time on a machine: they cancel every job of alice and bob. The claim is a file that names
// its holder, so a run that was killed is known for what it is, and the next one clears up after it.
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { bedFolder } from './places.ts';
import { birthOf } from './processes.ts';
import { until } from './until.ts';

export const claimPath = join(bedFolder, 'run');

interface Claim {
	pid: number;
	born: number;
	/** Whether the bed goes down with the run. */
	broughtUp: boolean;
}

/** The claim of a run that died, if there was one; 'ours' when this very process has claimed the bed already. */
export async function claimBed(say: (line: string) => void): Promise<Claim | 'ours' | undefined> {
	await mkdir(dirname(claimPath), { recursive: true });
	const mine: Claim = { pid: process.pid, born: await birthOf(process.pid), broughtUp: false };
	let crashed: Claim | undefined;
	let told = false;
	const take = async () => {
		if (await create(mine)) return 'taken';
		const other = await read();
		if (!other) return 'a claim that has just been let go';
		if (other.pid === mine.pid && other.born === mine.born) return 'ours';
		if (await isAlive(other)) {
			if (!told) say(`waiting for the run of process ${other.pid}, which uses the test bed`);
			told = true;
			return `the run of process ${other.pid}`;
		}
		crashed = other;
		await rm(claimPath, { force: true });
		return 'the claim of a run that died';
	};
	const is = (seen: string) => seen === 'taken' || seen === 'ours';
	const how = await until('the test bed is free', take, { is, timeoutMs: 600_000, everyMs: 500 });
	return how === 'ours' ? 'ours' : crashed;
}

export async function noteBroughtUp(): Promise<void> {
	const claim = await read();
	await writeFile(`${claimPath}.new`, JSON.stringify({ ...claim, broughtUp: true }));
	await rename(`${claimPath}.new`, claimPath);
}

export async function releaseBed(): Promise<void> {
	await rm(claimPath, { force: true });
}

/** Whole or not at all, and by one of many: a link to a finished file. */
async function create(claim: Claim): Promise<boolean> {
	const draft = `${claimPath}.${process.pid}`;
	await writeFile(draft, JSON.stringify(claim));
	try {
		await link(draft, claimPath);
		return true;
	} catch {
		return false;
	} finally {
		await rm(draft, { force: true });
	}
}

async function read(): Promise<Claim | undefined> {
	const text = await readFile(claimPath, 'utf8').catch(() => undefined);
	if (text === undefined) return undefined;
	try {
		return JSON.parse(text);
	} catch {
		return { pid: 0, born: 0, broughtUp: false }; // Torn by a crash of the machine: nobody's.
	}
}

async function isAlive(claim: Claim): Promise<boolean> {
	return (await birthOf(claim.pid).catch(() => 0)) === claim.born;
}
