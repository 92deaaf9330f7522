// Inside doctor's job: says hello, looks at the node it is on, and tells what it saw, through the folder it was given.
import type { Senses } from '../../core/doctor/evidence.ts';
import {
	PROBE_FILES,
	type ProbeHello,
	type ProbeNode,
	type ProbeQuestion,
	parseProbe,
} from '../../core/doctor/probe-words.ts';
import { Trouble } from '../../core/trouble.ts';
import type { World } from '../../core/world.ts';
import { examineMachine } from './examine-machine.ts';
import { lookAt, RAY_LIMIT_MS } from './look-at.ts';

const LOOK_EVERY_MS = 20;
const REPLY_WITHIN_MS = 30_000;
/** Nobody asks any more. */
const PATIENCE_MS = 100_000;
const KNOCK_LIMIT_MS = 3_000;
/** What a head asks Slurm with. */
const PROGRAMS = ['squeue', 'scancel', 'scontrol', 'sbatch'];

export async function probeNode(world: World, senses: Senses, folder: string): Promise<number> {
	const { clock, files } = world;
	const write = (name: keyof typeof PROBE_FILES, value: unknown) =>
		files.write(`${folder}/${PROBE_FILES[name]}`, JSON.stringify(value));
	const question = parseProbe<ProbeQuestion>(await files.readState(`${folder}/${PROBE_FILES.question}`));
	if (question === undefined) throw new Trouble('failed', `There is no question in ${folder}`);
	const { nonce, node } = question;
	const listener = await senses.listen(nonce).catch(() => undefined);
	const job = await world.node.job();
	const examination = examineMachine(world, senses, node, { jobId: job.jobId, uid: job.uid });
	const knocking = Promise.all(
		question.addresses.map(async (address) => ({
			address,
			knock: await senses.knock(address, question.port ?? 0, nonce, KNOCK_LIMIT_MS),
		})),
	);
	const machine = await examination;
	const hello: ProbeHello = {
		hostName: world.node.hostName,
		cwd: senses.cwd(),
		addresses: machine.addresses,
		port: listener?.port,
	};
	const saidAt = clock.monotonicMs();
	await write('hello', hello);
	const replied = await appears(world, folder, PROBE_FILES.reply, REPLY_WITHIN_MS);
	const report: ProbeNode = {
		machine,
		job: { memoryBytes: job.memoryBytes },
		replyAfterMs: replied ? Math.round(clock.monotonicMs() - saidAt) : undefined,
		knocks: await knocking,
		missing: world.scheduler.onThisMachine ? [] : await senses.missing(PROGRAMS),
	};
	await write('node', report);
	// Who asked was ended before it could take the folder away.
	if (!(await appears(world, folder, PROBE_FILES.done, PATIENCE_MS))) await files.remove(folder);
	listener?.close();
	return 0;
}

/** In the job's Ray environment. */
export async function probeRay(world: World, folder: string): Promise<number> {
	const look = await lookAt(world.clock, () => world.ray.find(), RAY_LIMIT_MS);
	await world.files.write(`${folder}/${PROBE_FILES.ray}`, JSON.stringify({ look }));
	return 0;
}

async function appears({ clock, files }: World, folder: string, name: string, limitMs: number): Promise<boolean> {
	const began = clock.monotonicMs();
	while (clock.monotonicMs() - began < limitMs) {
		// A look into the folder makes a file server show what is new in it.
		if ((await files.list(folder)).includes(name)) return true;
		await clock.sleep(LOOK_EVERY_MS);
	}
	return false;
}
