// Heads and clients of the local scheduler, as a person has them on a machine without Slurm, and what they leave there.
import { readdirSync } from 'node:fs';
import {
	HOST,
	type Person,
	type Process,
	processesOf,
	type RayslurmOptions,
	type Running,
	until,
} from '../testbed/bed.ts';

/** One processor each, so that a head and clients fit on a small machine. */
export const SIZE = ['--time=10', '-c', '1', '--mem=2G', '--object-store=0.2'];
export const SMALL = ['--scheduler=local', ...SIZE];
/** Tests are about more jobs than a small machine has processors. */
const MACHINE = { RAYSLURM_LOCAL_CPUS: '8', RAYSLURM_SCHEDULER: 'local' };

export class Here {
	readonly who: Person;

	constructor(who: Person) {
		this.who = who;
	}

	start(words: readonly string[], options: RayslurmOptions = {}): Running {
		return this.who.startRayslurm(words, { timeoutMs: 120_000, ...options, env: { ...MACHINE, ...options.env } });
	}

	run(words: readonly string[], options: RayslurmOptions = {}) {
		return this.start(words, options).done;
	}

	async head(words: readonly string[] = []) {
		const cwd = await this.who.workspace();
		const all = ['head', 'submit', '--wait', ...SMALL, ...words, '--', '--include-dashboard=false'];
		const said = await this.run(all, { cwd });
		const job = /^Submitted head job (\d+)$/m.exec(said.stdout)?.[1];
		if (said.code !== 0 || job === undefined) throw new Error(`No head:\n${said.all}`);
		return { job, cwd, said };
	}

	async state(job: string): Promise<{ kind: string; how?: string; exitCode?: number }> {
		const { stdout } = await this.run(['local', 'jobs', '--json', job]);
		return JSON.parse(stdout).jobs[0].state;
	}

	ended(job: string) {
		return until(`job ${job} has ended`, () => this.state(job), {
			is: ({ kind }) => kind === 'ended',
			timeoutMs: 60_000,
		});
	}

	async cancelAll(): Promise<void> {
		const { code, stdout, all } = await this.run(['local', 'jobs', '--json']);
		if (code !== 0) throw new Error(`local jobs: ${all}`);
		const jobs = JSON.parse(stdout).jobs.map(({ job }: { job: string }) => job);
		if (jobs.length > 0) await this.run(['local', 'cancel', ...jobs]);
		await until(`nothing of ${this.who.name} runs`, async () => (await this.processes()).length === 0, {
			timeoutMs: 60_000,
		});
	}

	processes(): Promise<Process[]> {
		return processesOf(this.who.name, HOST);
	}

	/** Folders and links of rayslurm's in /tmp that were not there before. */
	temporary(known: readonly string[] = []): string[] {
		return temporary().filter((name) => !known.includes(name));
	}
}

export function temporary(): string[] {
	return readdirSync('/tmp').filter((name) => /^(rs-|ray_head_|ray_client_)/.test(name));
}
