// Follows doctor's job from the queue to its last word, by the files it writes into their private folder.
import type { Knock, Senses } from '../../core/doctor/evidence.ts';
import { isMissing } from '../../core/doctor/job-rules.ts';
import {
	PROBE_FILES,
	type ProbeHello,
	type ProbeNode,
	type ProbeRay,
	type ProbeSeen,
	parseProbe,
} from '../../core/doctor/probe-words.ts';
import type { JobId, KnownState, World } from '../../core/world.ts';
import { type QueueListener, queueWords } from '../queue-words.ts';

export interface ProbeWish {
	readonly folder: string;
	readonly nonce: string;
	/** Until the job has begun. */
	readonly timeoutMs: number;
	/** When it is to be signalled, and its time limit; undefined: that is not awaited. */
	readonly awaitSignal: { readonly leadSeconds: number; readonly limitSeconds: number } | undefined;
}

export interface ProbeListener extends QueueListener {
	running(node: string): void;
}

export type ProbeEnd =
	| { readonly kind: 'seen'; readonly seen: ProbeSeen }
	/** The time was over first. */
	| { readonly kind: 'not-begun'; readonly state: KnownState | undefined }
	| {
			readonly kind: 'unheard';
			readonly seen: ProbeSeen;
			readonly started: boolean;
			readonly state: string | undefined;
	  };

const LOOK_EVERY_MS = 20;
const KNOCK_LIMIT_MS = 3_000;
/** From its first word; the job itself ends after two minutes. */
const LOOKS_TAKE_MS = 60_000;
const NOT_MINE_AFTER_MS = 2_000;
const OVER_WITHIN_MS = 5_000;
/** Slurm looks for jobs near their limit every half minute. */
const SIGNAL_LATE_MS = 45_000;

export async function followProbe(
	world: World,
	senses: Senses,
	job: JobId,
	wish: ProbeWish,
	listener: ProbeListener,
): Promise<ProbeEnd> {
	const { clock, files } = world;
	const path = (name: keyof typeof PROBE_FILES) => `${wish.folder}/${PROBE_FILES[name]}`;
	const queue = await world.queue([job]);
	const endBySlurm = queueWords(clock, listener, world.scheduler.title);
	const began = clock.monotonicMs();
	let startedAt: number | undefined;
	let endsAtMs: number | undefined;
	let hello: ProbeHello | undefined;
	let node: ProbeNode | undefined;
	let ray: ProbeRay['look'] | undefined;
	let signalAt: number | undefined;
	let knocks: ProbeSeen['knocks'] | undefined;
	let notMine: readonly string[] = [];

	const seen = async (): Promise<ProbeSeen> => ({
		hello,
		node,
		ray,
		knocks: knocks ?? [],
		notMine,
		signalAt,
		endsAtMs,
		signalAwaited: wish.awaitSignal !== undefined,
		lastError: lastLine(await files.readText(path('errors'))),
	});
	const greet = async (): Promise<void> => {
		hello = parseProbe<ProbeHello>(await files.readState(path('hello')));
		if (hello === undefined) {
			if (clock.monotonicMs() - (startedAt ?? 0) > NOT_MINE_AFTER_MS) notMine = [path('hello')];
			return;
		}
		await files.write(path('reply'), '');
		listener.running(hello.hostName);
		void knockAt(senses, hello, wish.nonce).then((answers) => {
			knocks = answers;
		});
	};
	const finish = async (): Promise<ProbeEnd> => {
		await files.write(path('done'), '');
		const asked = clock.monotonicMs();
		while (!(await files.list(wish.folder)).includes(PROBE_FILES.over)) {
			if (clock.monotonicMs() - asked > OVER_WITHIN_MS) break;
			await clock.sleep(LOOK_EVERY_MS);
		}
		return { kind: 'seen', seen: await seen() };
	};

	try {
		for (;;) {
			const names = new Set(await files.list(wish.folder));
			const now = clock.monotonicMs();
			if (startedAt === undefined && names.has(PROBE_FILES.started)) {
				startedAt = now;
				endsAtMs = clock.now().getTime() + (wish.awaitSignal?.limitSeconds ?? 0) * 1000;
			}
			if (hello === undefined && names.has(PROBE_FILES.hello)) await greet();
			if (notMine.length > 0) return finish();
			if (names.has(PROBE_FILES.node)) node ??= parseProbe<ProbeNode>(await files.readState(path('node')));
			if (names.has(PROBE_FILES.ray)) ray ??= parseProbe<ProbeRay>(await files.readState(path('ray')))?.look;
			else if (names.has(PROBE_FILES.rayOver)) ray ??= failed(await files.readText(path('rayErrors')));
			if (names.has(PROBE_FILES.signal)) signalAt ??= secondsIn(await files.readText(path('signal')));
			const signalDone =
				wish.awaitSignal === undefined || signalAt !== undefined || tooLate(wish, endsAtMs, clock.now());
			if (node && ray && knocks && signalDone) return finish();
			if (startedAt !== undefined && now - startedAt > LOOKS_TAKE_MS && (signalDone || node === undefined))
				return finish();
			if (names.has(PROBE_FILES.over)) {
				if (hello !== undefined) return { kind: 'seen', seen: await seen() };
				return { kind: 'unheard', seen: await seen(), started: true, state: undefined };
			}
			const end = endBySlurm(queue.known().get(job));
			if (end !== undefined)
				return { kind: 'unheard', seen: await seen(), started: startedAt !== undefined, state: end };
			if (startedAt === undefined && now - began > wish.timeoutMs) {
				return { kind: 'not-begun', state: queue.known().get(job) };
			}
			await clock.sleep(LOOK_EVERY_MS);
		}
	} finally {
		queue.stop();
	}
}

async function knockAt(senses: Senses, { addresses, port }: ProbeHello, nonce: string) {
	if (port === undefined || addresses.kind !== 'seen') return [];
	const { chosen, candidates } = addresses.value;
	const all = new Set([...(chosen === undefined ? [] : [chosen]), ...candidates.map(({ address }) => address)]);
	return Promise.all(
		[...all].map(
			async (address): Promise<{ address: string; knock: Knock }> => ({
				address,
				knock: await senses.knock(address, port, nonce, KNOCK_LIMIT_MS),
			}),
		),
	);
}

function tooLate({ awaitSignal }: ProbeWish, endsAtMs: number | undefined, now: Date): boolean {
	if (awaitSignal === undefined || endsAtMs === undefined) return false;
	return now.getTime() > endsAtMs - awaitSignal.leadSeconds * 1000 + SIGNAL_LATE_MS;
}

function failed(text: string | undefined): ProbeRay['look'] {
	const lines = (text ?? '').split('\n');
	const error = lines.findLast((line) => line.startsWith('ERROR: '));
	const hint = lines.findLast((line) => line.startsWith('  → '))?.slice('  → '.length);
	return { kind: 'failed', message: error?.slice('ERROR: '.length) ?? lastLine(text), hint };
}

/** What a program says that is not there, before what is merely said last. */
function lastLine(text: string | undefined): string {
	const lines = (text ?? '').split('\n').filter((line) => line.trim() !== '');
	const line =
		lines.find((each) => isMissing(each)) ?? lines.findLast((each) => each.startsWith('ERROR: ')) ?? lines.at(-1);
	return (line ?? '').trim().slice(0, 300);
}

function secondsIn(text: string | undefined): number | undefined {
	const seconds = Number((text ?? '').trim());
	return seconds > 0 ? seconds : undefined;
}
