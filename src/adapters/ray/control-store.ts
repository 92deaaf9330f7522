// Asks Ray's control store over its own gRPC: a few milliseconds a question, no Python, no dashboard.
// Never throws for what the network or Ray does: every end is a kind of Answer. The token is read for each call and never shown;
// where reading it throws, that is passed on.
import type { Answer, ControlStore } from '../../core/control-store.ts';
import { openChannel } from './channel.ts';
import { clusterNode, clusterState, detachedActor, fromHex, pythonVersionIn, rayJob } from './control-store-answers.ts';
import {
	ActorState,
	CHECK,
	CHECK_ALIVE,
	CLUSTER_STATE,
	DRAIN_NODE,
	DrainReason,
	type GcsStatus,
	GET_ALL_ACTORS,
	GET_ALL_JOBS,
	GET_ALL_NODES,
	KEY_VALUE,
	Serving,
} from './control-store-messages.ts';
import { type Message, read, write } from './protobuf.ts';

const UNIMPLEMENTED = 12;
const UNAUTHENTICATED = 16;

/** `address` is IP:PORT, an IPv6 one in brackets. */
export function openControlStore(address: string, token: () => Promise<string | undefined>): ControlStore {
	const channel = openChannel(address);

	const ask = async <Q extends object, R extends object>(
		{ path, question, reply }: { path: string; question: Message<Q>; reply: Message<R> },
		asked: Partial<Q>,
		timeoutMs: number,
		bearer: string | undefined,
	): Promise<Answer<R>> => {
		const end = await channel.call({ path, message: write(question, asked), timeoutMs, token: bearer });
		if (end.kind === 'silent') return end;
		if (end.kind === 'status') return refusal(end.code, end.message, bearer !== undefined);
		try {
			return { kind: 'answered', value: read(reply, end.bytes) };
		} catch (error) {
			return { kind: 'silent', why: `the answer makes no sense (${error instanceof Error ? error.message : error})` };
		}
	};

	const bearer = async () => (await token())?.trim() || undefined;

	const keyValue = (namespace: string, key: string, timeoutMs: number, mine: string | undefined) =>
		ask(KEY_VALUE, { namespace: inBytes(namespace), key: inBytes(key) }, timeoutMs, mine);

	return {
		async serving(timeoutMs) {
			const answer = await ask(CHECK, {}, timeoutMs, undefined);
			return map(answer, (reply) => reply.status === Serving.SERVING);
		},

		async identity(timeoutMs) {
			const mine = await bearer();
			const [alive, metadata, session] = await Promise.all([
				ask(CHECK_ALIVE, {}, timeoutMs, mine),
				keyValue('cluster', 'CLUSTER_METADATA', timeoutMs, mine),
				keyValue('session', 'session_name', timeoutMs, mine),
			]);
			return map(checked(alive), (reply) => ({
				rayVersion: reply.rayVersion,
				pythonVersion: pythonVersionIn(inText(metadata)),
				sessionName: inText(session) || undefined,
			}));
		},

		async dashboard(timeoutMs) {
			const answer = await keyValue('dashboard', 'dashboard', timeoutMs, await bearer());
			// A key that is not there is a status of its own, and an answer.
			return map(answer, (reply) => new TextDecoder().decode(reply.value) || undefined);
		},

		async nodes(timeoutMs) {
			const answer = await ask(GET_ALL_NODES, {}, timeoutMs, await bearer());
			return map(checked(answer), (reply) => reply.nodeInfoList.map(clusterNode));
		},

		async state(timeoutMs) {
			const answer = await ask(CLUSTER_STATE, {}, timeoutMs, await bearer());
			if (answer.kind !== 'answered') return answer;
			const state = answer.value.clusterResourceState;
			if (state === undefined) return { kind: 'silent', why: 'the answer is empty' };
			return { kind: 'answered', value: clusterState(state) };
		},

		async drain(nodeId, reason, message, deadlineMs, timeoutMs) {
			const id = fromHex(nodeId);
			// Ray would accept it, and drain nothing.
			if (id === undefined) return { kind: 'answered', value: { accepted: false, why: `${nodeId} is no node id` } };
			const request = {
				nodeId: id,
				reason: reason === 'idle' ? DrainReason.IDLE_TERMINATION : DrainReason.PREEMPTION,
				reasonMessage: message,
				deadlineTimestampMs: Math.round(deadlineMs),
			};
			const answer = await ask(DRAIN_NODE, request, timeoutMs, await bearer());
			return map(answer, (reply) =>
				reply.isAccepted ? { accepted: true } : { accepted: false, why: reply.rejectionReasonMessage },
			);
		},

		async jobs(timeoutMs) {
			const request = { skipSubmissionJobInfo: true, skipIsRunningTasks: true };
			const answer = await ask(GET_ALL_JOBS, request, timeoutMs, await bearer());
			return map(checked(answer), (reply) => reply.jobInfoList.map(rayJob));
		},

		async actors(timeoutMs) {
			const answer = await ask(GET_ALL_ACTORS, {}, timeoutMs, await bearer());
			return map(checked(answer), (reply) =>
				reply.actorTableData.filter((actor) => actor.isDetached && actor.state !== ActorState.DEAD).map(detachedActor),
			);
		},

		close: () => channel.close(),
	};
}

function refusal(code: number, message: string, hadToken: boolean): Answer<never> {
	if (code === UNAUTHENTICATED) return { kind: 'refused', why: hadToken ? 'wrong-token' : 'missing-token', message };
	if (code === UNIMPLEMENTED) return { kind: 'unsupported', message };
	return { kind: 'silent', why: `gRPC status ${code}${message && `: ${message}`}` };
}

function map<A, B>(answer: Answer<A>, to: (value: A) => B): Answer<B> {
	return answer.kind === 'answered' ? { kind: 'answered', value: to(answer.value) } : answer;
}

/** gRPC went well and Ray says no. */
function checked<R extends { status?: GcsStatus | undefined }>(answer: Answer<R>): Answer<R> {
	if (answer.kind !== 'answered' || !answer.value.status?.code) return answer;
	return { kind: 'silent', why: `Ray's status ${answer.value.status.code}: ${answer.value.status.message}` };
}

const inBytes = (word: string) => new TextEncoder().encode(word);

/** Of a key that is not there: empty. */
function inText(answer: Answer<{ value: Uint8Array }>): string {
	return answer.kind === 'answered' ? new TextDecoder().decode(answer.value.value) : '';
}
