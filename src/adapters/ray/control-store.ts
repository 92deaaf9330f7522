// Asks Ray's control store over its own gRPC: a few milliseconds a question, no Python, no dashboard.
// Never throws for what the network or Ray does: every end is a kind of Answer. The token is read for each call and never shown;
// where reading it throws, that is passed on.
import {
	create,
	type DescMessage,
	type DescMethodUnary,
	fromBinary,
	type MessageInitShape,
	type MessageShape,
	toBinary,
} from '@bufbuild/protobuf';
import type { Answer, ControlStore } from '../../core/control-store.ts';
import { openChannel } from './channel.ts';
import {
	ActorInfoGcsService,
	ActorTableData_ActorState as ActorState,
	type GcsStatus,
	InternalKVGcsService,
	JobInfoGcsService,
	NodeInfoGcsService,
} from './control-store_pb.ts';
import { clusterNode, clusterState, detachedActor, fromHex, pythonVersionIn, rayJob } from './control-store-answers.ts';
import { AutoscalerStateService, DrainNodeReason } from './control-store-autoscaler_pb.ts';
import { Health, HealthCheckResponse_ServingStatus as Serving } from './control-store-health_pb.ts';

const UNIMPLEMENTED = 12;
const UNAUTHENTICATED = 16;

/** `address` is IP:PORT, an IPv6 one in brackets. */
export function openControlStore(address: string, token: () => Promise<string | undefined>): ControlStore {
	const channel = openChannel(address);

	const ask = async <I extends DescMessage, O extends DescMessage>(
		method: DescMethodUnary<I, O>,
		request: MessageInitShape<I>,
		timeoutMs: number,
		bearer: string | undefined,
	): Promise<Answer<MessageShape<O>>> => {
		const end = await channel.call({
			path: `/${method.parent.typeName}/${method.name}`,
			message: toBinary(method.input, create(method.input, request)),
			timeoutMs,
			token: bearer,
		});
		if (end.kind === 'silent') return end;
		if (end.kind === 'status') return refusal(end.code, end.message, bearer !== undefined);
		try {
			return { kind: 'answered', value: fromBinary(method.output, end.bytes) };
		} catch (error) {
			return { kind: 'silent', why: `the answer makes no sense (${error instanceof Error ? error.message : error})` };
		}
	};

	const bearer = async () => (await token())?.trim() || undefined;

	const keyValue = (namespace: string, key: string, timeoutMs: number, mine: string | undefined) =>
		ask(InternalKVGcsService.method.internalKVGet, { namespace: bytes(namespace), key: bytes(key) }, timeoutMs, mine);

	return {
		async serving(timeoutMs) {
			const answer = await ask(Health.method.check, {}, timeoutMs, undefined);
			return map(answer, (reply) => reply.status === Serving.SERVING);
		},

		async identity(timeoutMs) {
			const mine = await bearer();
			const [alive, metadata, session] = await Promise.all([
				ask(NodeInfoGcsService.method.checkAlive, {}, timeoutMs, mine),
				keyValue('cluster', 'CLUSTER_METADATA', timeoutMs, mine),
				keyValue('session', 'session_name', timeoutMs, mine),
			]);
			return map(checked(alive), (reply) => ({
				rayVersion: reply.rayVersion,
				pythonVersion: pythonVersionIn(text(metadata)),
				sessionName: text(session) || undefined,
			}));
		},

		async dashboard(timeoutMs) {
			const answer = await keyValue('dashboard', 'dashboard', timeoutMs, await bearer());
			// A key that is not there is a status of its own, and an answer.
			return map(answer, (reply) => new TextDecoder().decode(reply.value) || undefined);
		},

		async nodes(timeoutMs) {
			const answer = await ask(NodeInfoGcsService.method.getAllNodeInfo, {}, timeoutMs, await bearer());
			return map(checked(answer), (reply) => reply.nodeInfoList.map(clusterNode));
		},

		async state(timeoutMs) {
			const answer = await ask(AutoscalerStateService.method.getClusterResourceState, {}, timeoutMs, await bearer());
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
				reason: reason === 'idle' ? DrainNodeReason.IDLE_TERMINATION : DrainNodeReason.PREEMPTION,
				reasonMessage: message,
				deadlineTimestampMs: BigInt(Math.round(deadlineMs)),
			};
			const answer = await ask(AutoscalerStateService.method.drainNode, request, timeoutMs, await bearer());
			return map(answer, (reply) =>
				reply.isAccepted ? { accepted: true } : { accepted: false, why: reply.rejectionReasonMessage },
			);
		},

		async jobs(timeoutMs) {
			const request = { skipSubmissionJobInfoField: true, skipIsRunningTasksField: true };
			const answer = await ask(JobInfoGcsService.method.getAllJobInfo, request, timeoutMs, await bearer());
			return map(checked(answer), (reply) => reply.jobInfoList.map(rayJob));
		},

		async actors(timeoutMs) {
			const answer = await ask(ActorInfoGcsService.method.getAllActorInfo, {}, timeoutMs, await bearer());
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

const bytes = (word: string) => new TextEncoder().encode(word);

/** Of a key that is not there: empty. */
function text(answer: Answer<{ value: Uint8Array }>): string {
	return answer.kind === 'answered' ? new TextDecoder().decode(answer.value.value) : '';
}
