// How far a head or a client is, in layers: each stands on the one before it, and the first that is not reached says why.
import { type ClientView, isMissing } from './client-view.ts';
import type { HeadView } from './cluster-view.ts';
import { counted } from './counted.ts';
import { codeBeside } from './exit-codes.ts';
import { inGroups, type Named, nameOf } from './task-names.ts';

export type LayerName = 'running' | 'serving' | 'node' | 'ports' | 'nodes' | 'joined' | 'serve';

export interface Layer {
	readonly name: LayerName;
	/** For people, when it is reached. */
	readonly words: string;
	/** Why it is not reached; absent where it is. */
	readonly why?: string;
	/** What to type about that, where it is not what the log says. */
	readonly todo?: string;
	/** Whose log says more. */
	readonly of: Named;
}

export interface Readiness {
	/** Those that are reached, and the first that is not. */
	readonly layers: readonly Layer[];
	/** It has ended, and why. */
	readonly over?: string;
}

const NAMES: Readonly<Record<LayerName, string>> = {
	running: 'the job does not run',
	serving: 'Ray does not answer',
	node: "the head's node is not alive",
	ports: 'not every port is up',
	nodes: 'nodes are missing',
	joined: 'it has not joined',
	serve: 'Serve does not run',
};

/** What its lack is, in a few words. */
export function layerInWords(name: LayerName): string {
	return NAMES[name];
}

/** nodes: so many Ray nodes are to be alive, the head's included. */
export function headReadiness(head: HeadView, nodes: number | undefined): Readiness {
	const { job, state, because, node, ray } = head;
	const alive = ray?.nodes ?? [];
	return untilFirstLack(head, [
		layer(
			'running',
			`running on ${node}`,
			head,
			node === undefined ? (because ?? `it is ${state}`) : undefined,
			head.todo,
		),
		layer(
			'serving',
			`Ray ${ray?.version ?? ''} answers at ${ray?.address}`.replace('Ray  ', 'Ray '),
			head,
			ray === undefined
				? 'it has not written its info file yet'
				: ray.answers
					? undefined
					: (ray.silent ?? 'no answer'),
		),
		layer(
			'node',
			"the head's node is alive",
			head,
			alive.some(({ job: owner, address }) => owner === job || ray?.address.startsWith(`${address}:`))
				? undefined
				: 'Ray does not list it yet',
		),
		layer(
			'ports',
			state === 'degraded' ? `degraded: ${because}` : 'every advertised port is up',
			head,
			state === 'ready' || state === 'degraded' ? undefined : 'not all of them listen yet',
		),
		...(nodes === undefined ? [] : [nodesLayer(head, alive.length, nodes)]),
	]);
}

/** Where all of them are there that were ever submitted, no log says more. */
function nodesLayer(head: HeadView, there: number, wanted: number): Layer {
	const missing = head.clients.find((client) => isMissing(client) || client.state === 'pending');
	const who = missing && `; client ${nameOf(missing)} is ${missing.state}`;
	const because = missing?.because === undefined ? '' : `: ${missing.because}`;
	const todo =
		missing === undefined
			? `rayslurm connect ${head.job} adds one`
			: missing.state === 'pending'
				? (missing.todo ?? `rayslurm status ${nameOf(missing)} says more`)
				: undefined;
	return layer(
		'nodes',
		`${counted(there, 'node')} ${there === 1 ? 'has' : 'have'} joined`,
		missing ?? head,
		there >= wanted ? undefined : `${there} of ${counted(wanted, 'node')}${who ?? ''}${because}`,
		todo,
	);
}

export function clientReadiness(head: HeadView, client: ClientView): Readiness {
	const { state, because, nodes, expected, joined } = client;
	const runs = ['starting', 'joined', 'running', 'ending', 'waiting'].includes(state);
	const there = state === 'joined' || state === 'running' || state === 'ending';
	const lack = isMissing(client) ? `${joined} of ${counted(expected, 'node')} joined` : undefined;
	const headLack = head.ray?.answers === false ? `its head does not answer: ${head.ray.silent}` : undefined;
	return untilFirstLack(client, [
		layer(
			'running',
			`running on ${nodes.join(', ')}`,
			client,
			runs ? undefined : (because ?? `it is ${state}`),
			client.todo,
		),
		layer('joined', 'joined', client, there ? lack : (headLack ?? because ?? `it is ${state}`)),
	]);
}

/** Tasks that have ended count as having been there, but for one that never was. */
export function arrayReadiness(head: HeadView, tasks: readonly ClientView[]): Readiness {
	const all = tasks.map((task) => ({ task, ...clientReadiness(head, task) }));
	const never = all.find(({ task, over }) => over !== undefined && (task.neverJoined || neverBegan(task)));
	if (never !== undefined) return { layers: never.layers, over: never.over ?? '' };
	const open = all.filter(({ over }) => over === undefined);
	if (open.length === 0) return { layers: all.at(-1)?.layers ?? [], over: 'so have all tasks of its array' };
	const together = (name: LayerName, words: string) => {
		const lacking = open.flatMap(({ task, layers }) =>
			layers.filter((each) => each.name === name && each.why).map(({ why }) => ({ task, why })),
		);
		const [first] = lacking;
		const alike = lacking.filter(({ why }) => why === first?.why).map(({ task }) => nameOf(task));
		return layer(name, words, first?.task ?? head, first && `${inGroups(alike)}: ${first.why}`);
	};
	const count = `all ${tasks.length} tasks`;
	return untilFirstLack({ state: 'open' }, [
		together('running', `${count} have begun`),
		together('joined', `${count} have joined`),
	]);
}

function neverBegan({ nodes, exitCode }: ClientView): boolean {
	return nodes.length === 0 && exitCode !== 0;
}

function untilFirstLack(
	{ state, because, exitCode }: Pick<HeadView, 'because' | 'exitCode'> & { readonly state: string },
	layers: readonly Layer[],
): Readiness {
	const lack = layers.findIndex(({ why }) => why !== undefined);
	const shown = lack < 0 ? layers : layers.slice(0, lack + 1);
	if (state !== 'ended' && state !== 'gone') return { layers: shown };
	const code = codeBeside(because, exitCode);
	return { layers: shown, over: `${because ?? 'it has ended'}${code === undefined ? '' : `, ${code}`}` };
}

function layer(name: LayerName, words: string, of: Named, why: string | undefined, todo?: string): Layer {
	return { name, words, of, ...(why === undefined ? {} : { why }), ...(todo === undefined ? {} : { todo }) };
}
