// Waits for Ray to come up by asking, never by sleeping for a guess; fails at once, with the cause, if Ray ends instead.
import { lastLines, rayFailure } from '../core/ray-failure.ts';
import { Trouble } from '../core/trouble.ts';
import type { EarWord, Running, World } from '../core/world.ts';

export interface StartedRay {
	readonly running: Running;
	readonly outputFile: string;
	/** Ray's own folder, with the logs that hold the cause. */
	readonly folder: string;
}

export type Came<T> =
	| { readonly kind: 'up'; readonly value: T }
	| { readonly kind: 'heard'; readonly words: readonly EarWord[] };

const ASK_EVERY_MS = 25;
const LIMIT_MS = 120_000;

export async function untilUp<T>(
	world: World,
	ray: StartedRay,
	what: string,
	ask: () => Promise<T | undefined>,
): Promise<Came<T>> {
	const began = world.clock.monotonicMs();
	for (;;) {
		const words = world.ear.take();
		if (words.length > 0) return { kind: 'heard', words };
		const value = await ask();
		if (value !== undefined) return { kind: 'up', value };
		if (ray.running.end() || world.clock.monotonicMs() - began > LIMIT_MS) throw await whyNot(world, ray, what);
		await world.ear.wait(ASK_EVERY_MS);
	}
}

async function whyNot(world: World, ray: StartedRay, what: string): Promise<Trouble> {
	const output = (await world.files.readText(ray.outputFile)) ?? '';
	const raylet = (await world.files.readText(`${ray.folder}/session_latest/logs/raylet.err`)) ?? '';
	const store = (await world.files.readText(`${ray.folder}/session_latest/logs/gcs_server.err`)) ?? '';
	world.log.say(`--- the end of ray start's output ---\n${lastLines(output, 25)}\n---`);
	return new Trouble('cannot-connect', `${what}: ${rayFailure(`${raylet}\n${store}\n${output}`, ray.running.end())}`, {
		hint: "the lines above are Ray's own",
	});
}
