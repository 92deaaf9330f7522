// A client that has joined, from its script's first moment to the decision to leave. The rule is core/client-life.ts; this
// file looks, steps, tells the script and waits.
import { type ClientState, type Leave, stepClient } from '../core/client-life.ts';
import type { ClientEvent } from '../core/events.ts';
import type { ProgramSignal, Running, World } from '../core/world.ts';
import type { ClientJob } from './client-job.ts';
import type { FoundHead } from './find-head.ts';
import { headSigns } from './head-signs.ts';
import type { Journal } from './journal.ts';
import { noticeTo } from './notice.ts';

const TICK_MS = 1_000;

/** Until the script has ended, or this worker is told to end. */
export async function serveClient(
	world: World,
	asked: ClientJob,
	head: FoundHead,
	ray: Running,
	script: Running | undefined,
	tell: Journal<ClientEvent>,
): Promise<Leave> {
	const signs = headSigns(world, asked.layout, head);
	const notice = noticeTo(world, asked, signs);
	let state: ClientState = {};
	for (;;) {
		const heard = world.ear.take();
		const ended = script?.end();
		const told = heard.includes('USR1') ? await notice() : undefined;
		const rayEnded = ray.end() !== undefined;
		// A script that fails, or a node that ends, because the head has: then that is the reason, and it takes a moment to show.
		if (state.leaving === undefined && (rayEnded || (ended && ended.code !== 0 && asked.rejoinMs !== undefined))) {
			await signs.settled();
		}
		const step = stepClient(
			state,
			{
				heard,
				script: ended,
				worker: script === undefined,
				rayEnded,
				headGone: signs.gone(),
				headEnding: told?.headEnding,
				stop: told?.stop,
				nowMs: world.clock.monotonicMs(),
			},
			told?.graceMs ?? 0,
		);
		state = step.state;
		const { action } = step;
		if (action.do === 'leave') {
			signs.stop();
			return action;
		}
		if (action.do !== 'stay' && script) {
			const signal = await signalFor(action.do, script, asked.clientSignal);
			world.log.say(`The script is sent SIG${signal}: ${action.because}`);
			script.signal(signal);
			await tell({ step: 'told', signal, because: action.because });
		}
		await world.ear.wait(TICK_MS);
	}
}

/** A script that does not handle SIGUSR1 would die of it at once; SIGINT lets Python run its `finally`. */
async function signalFor(
	action: 'tell' | 'terminate' | 'kill',
	script: Running,
	wished: ClientJob['clientSignal'],
): Promise<ProgramSignal> {
	if (action === 'kill') return 'KILL';
	if (action === 'terminate') return 'TERM';
	return wished ?? ((await script.catches('USR1')) ? 'USR1' : 'INT');
}
