// `status` on a terminal: a cluster in a few lines, the newest word of everybody in it. Pure: colours come from outside, and
// no line is longer than the room there is.
import { type ClientView, isMissing } from './client-view.ts';
import type { HeadView, RayView, Use } from './cluster-view.ts';
import { inColumns } from './columns.ts';
import { counted } from './counted.ts';
import { amountInWords } from './demand.ts';
import { codeBeside } from './exit-codes.ts';
import { onOneLine } from './plain-text.ts';
import { arrayOf, inGroups, nameOf } from './task-names.ts';
import { clockOf, wallTime } from './time-words.ts';
import { wrapped } from './wrapped-columns.ts';

/** Narrower columns would be read word by word. */
const NARROWEST = 24;

export interface Paint {
	good(text: string): string;
	warn(text: string): string;
	bad(text: string): string;
	dim(text: string): string;
	bold(text: string): string;
}

export interface StatusWish {
	readonly now: Date;
	/** Columns of the terminal; undefined: lines are as long as they are. */
	readonly width: number | undefined;
	/** Of a picture that is drawn again and again every line is one: what finds no room is cut. */
	readonly cut: boolean;
	readonly paint: Paint;
	/** Ended clients too. */
	readonly all: boolean;
}

export function statusLines(head: HeadView, wish: StatusWish): readonly string[] {
	const { paint } = wish;
	const line = (text: string, tint: (text: string) => string = (plain) => plain, hang?: number) =>
		laid(text, wish, hang).map(tint);
	const shown = head.clients.filter((client) => wish.all || isOpen(client) || client.neverJoined);
	const named = shown.length === 0 ? '; --all names them' : '';
	const rows = clientRows(shown, wish.now);
	const columns = rows.map(({ names, cells }) => [`    ${inGroups(names).join()}`, ...cells]);
	const hang = (inColumns(columns.map((cells) => cells.with(-1, '-')))[0] ?? '').length - 1;
	return [
		...line(headLine(head, wish.now), head.state === 'ended' || head.state === 'gone' ? paint.dim : paint.bold),
		...(head.because === undefined ? [] : line(`  ${head.because}`, tintOf(head.state, paint))),
		...(head.todo === undefined ? [] : line(`  → ${head.todo}`)),
		...rayLines(head).flatMap((text) => line(text)),
		...(head.idle === undefined ? [] : line(`  Idle window: ${idleWords(head.idle, wish.now)}`)),
		...(head.clients.length === 0 ? [] : line(`  Clients: ${countsInWords(head.clients)}${named}`)),
		...inColumns(columns).flatMap((text, index) => {
			const client = rows[index]?.client;
			if (client === undefined) return [];
			const todo =
				client.todo === undefined || isSaid(client, rows[index - 1]?.client) ? [] : line(`      → ${client.todo}`);
			const last = client.lastLine === undefined ? [] : line(`      its log: ${client.lastLine}`, paint.dim);
			const tint = isMissing(client) ? paint.warn : tintOf(client.state, paint);
			return [...line(text, tint, hang), ...last, ...todo];
		}),
		...demandLines(head.ray).flatMap(({ text, never }) => line(text, never ? paint.bad : paint.warn)),
	];
}

/** As many lines as it takes, those after the first below what the first says last, or `hang` letters in. */
export function laid(
	text: string,
	{ width, cut }: Pick<StatusWish, 'width' | 'cut'>,
	hang?: number,
): readonly string[] {
	const plain = onOneLine(text);
	const room = width ?? Number.POSITIVE_INFINITY;
	if (cut || plain.length <= room) return [fitted(text, width)];
	const indent = plain.search(/\S|$/);
	const [first, others] = hang === undefined || room - hang < NARROWEST ? [indent, indent + 2] : [hang, hang];
	if (room - others < 1) return wrapped(plain.trim(), Math.max(1, room));
	return wrapped(plain.slice(first), room - others).map((words, line) =>
		line === 0 ? `${plain.slice(0, first)}${words}` : `${' '.repeat(others)}${words}`,
	);
}

/** Many that wait for the same stand below one another. */
function isSaid({ todo }: ClientView, before: ClientView | undefined): boolean {
	return todo === before?.todo;
}

function headLine(
	{ job, name, state, node, requeued, secondsLeft, expectedStart, endedAt, exitCode }: HeadView,
	now: Date,
): string {
	return [
		`Head ${job}${name === undefined ? '' : ` ${name}`}`,
		`${state}${node === undefined ? '' : ` on ${node}`}`,
		...(requeued === undefined ? [] : [`requeued ${requeued === 1 ? 'once' : `${requeued} times`}`]),
		...(secondsLeft === undefined ? [] : [`${clockOf(secondsLeft)} left`]),
		...(expectedStart === undefined ? [] : [`expected to start at ${wallTime(expectedStart, now)}`]),
		...(endedAt === undefined ? [] : [`at ${wallTime(endedAt, now)}`]),
		...(exitCode === undefined ? [] : [`code ${exitCode}`]),
	].join(', ');
}

function rayLines({ ray }: HeadView): readonly string[] {
	if (ray === undefined) return [];
	const version = ray.version === undefined ? 'Ray' : `Ray ${ray.version}`;
	if (!ray.answers) return [`  ${version} at ${ray.address} does not answer: ${ray.silent}`];
	const nodes = ray.nodes?.length ?? 0;
	const use = (ray.use ?? []).filter(isOfInterest).map(useInWords);
	return [`  ${version} at ${ray.address}: ${[counted(nodes, 'node'), ...use].join(', ')}`];
}

/** Memory as Ray books it is seldom used; it is shown where it is. */
function isOfInterest({ resource, used, total }: Use): boolean {
	return total > 0 && (resource !== 'memory' || used > 0);
}

function useInWords({ resource, used, total }: Use): string {
	const name = resource === 'object_store_memory' ? 'object store' : resource.replaceAll('_', ' ');
	return `${name} ${amountInWords(resource, used).replace(' GB', '')} of ${amountInWords(resource, total)}`;
}

function idleWords({ because, endsAt, windowChanges }: NonNullable<HeadView['idle']>, now: Date): string {
	if (endsAt !== undefined) return `${because}; ends at ${wallTime(endsAt, now)}`;
	return windowChanges !== undefined && because.startsWith('outside')
		? `closed until ${wallTime(windowChanges, now)}; then an unused head ends itself`
		: because;
}

const STATES: readonly ClientView['state'][] = [
	...(['joined', 'running', 'starting', 'pending', 'ending'] as const),
	...(['waiting', 'unknown', 'ended', 'gone'] as const),
];

/** 3 running, 1 pending */
export function countsInWords(clients: readonly { readonly state: string }[]): string {
	const counts = new Map<string, number>();
	for (const { state } of clients) counts.set(state, (counts.get(state) ?? 0) + 1);
	return STATES.flatMap((state) => (counts.has(state) ? [`${counts.get(state)} ${state}`] : [])).join(', ');
}

interface Row {
	readonly client: ClientView;
	readonly names: string[];
	readonly cells: readonly string[];
}

/** Of those that do nothing. */
const SHARING = new Set<ClientView['state']>(['pending', 'ended', 'gone', 'unknown']);

/** Tasks of one array share a row where the same is to be said of them. */
function clientRows(clients: readonly ClientView[], now: Date): readonly Row[] {
	const rows = new Map<string, Row>();
	for (const client of clients) {
		const cells = clientCells(client, now);
		const alone = !SHARING.has(client.state) || client.lastLine !== undefined;
		const key = [alone ? nameOf(client) : (arrayOf(client.task) ?? client.job), ...cells].join('\n');
		const row = rows.get(key) ?? { client, names: [], cells };
		row.names.push(nameOf(client));
		rows.set(key, row);
	}
	return [...rows.values()];
}

function clientCells(client: ClientView, now: Date): readonly string[] {
	const { state, nodes, secondsLeft, expectedStart, script, because, expected, joined, exitCode } = client;
	const missing = isMissing(client) ? [`${joined} of ${counted(expected, 'node')} joined`] : [];
	const code = codeBeside(because, exitCode);
	const words = [
		...missing,
		...(script === undefined ? ['worker'] : [[script, ...(client.arguments ?? [])].map(shownArgument).join(' ')]),
		...(because === undefined ? [] : [because]),
		...(expectedStart === undefined ? [] : [`expected to start at ${wallTime(expectedStart, now)}`]),
		...(code === undefined ? [] : [code]),
	];
	const where =
		nodes.length === 0 ? '' : nodes.length === 1 ? `on ${nodes[0]}` : `on ${nodes[0]} and ${nodes.length - 1} more`;
	return [state, where, secondsLeft === undefined ? '' : `${clockOf(secondsLeft)} left`, words.join('; ')];
}

/** As a shell would need it, so that a word with a space is seen to be one. */
function shownArgument(word: string): string {
	return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function demandLines(ray: RayView | undefined): readonly { readonly text: string; readonly never: boolean }[] {
	return (ray?.demand ?? []).map(({ words, count, never }) => ({
		text: `  ${never === undefined ? 'Waiting' : 'Never'}: ${count === 1 ? '' : `${count} × `}${words}${never === undefined ? '' : `: ${never}`}`,
		never: never !== undefined,
	}));
}

export function isOpen({ state }: { readonly state: HeadView['state'] | ClientView['state'] }): boolean {
	return state !== 'ended' && state !== 'gone';
}

function tintOf(state: HeadView['state'] | ClientView['state'], paint: Paint): (text: string) => string {
	if (state === 'ready' || state === 'running' || state === 'joined') return paint.good;
	if (state === 'ended' || state === 'gone') return paint.dim;
	return paint.warn;
}

/** Words of scripts and logs may hold anything; on a terminal they are one line of plain text. */
export function fitted(text: string, width: number | undefined): string {
	const plain = [...onOneLine(text)];
	return width === undefined || plain.length <= width
		? plain.join('')
		: `${plain.slice(0, Math.max(0, width - 1)).join('')}…`;
}
