// A picture of a cluster for the terminal: a box for each Ray node, the head's first, with the processors in use.
import type { HeadView, RayNodeView } from './cluster-view.ts';
import { fitted } from './status-lines.ts';

export interface PictureWish {
	readonly width: number;
	/** A terminal that knows no more than ASCII. */
	readonly plain: boolean;
}

const LINES = { top: '┌─┐', side: '│', bottom: '└─┘', link: '──', used: '■', free: '□' };
const PLAIN = { top: '+-+', side: '|', bottom: '+-+', link: '--', used: '#', free: '.' };
const MOST_CELLS = 12;
const LEAST_INSIDE = 16;

export function clusterPicture(head: HeadView, { width, plain }: PictureWish): readonly string[] {
	const style = plain ? PLAIN : LINES;
	const nodes = (head.ray?.nodes ?? []).toSorted((a, b) => rank(a, head) - rank(b, head));
	const texts = nodes.map((node) => boxText(node, head, style));
	const inside = Math.min(
		Math.max(LEAST_INSIDE, ...texts.flat().map((text) => [...text].length)),
		Math.max(8, width - 6),
	);
	const boxes = texts.map((text) => boxed(text, inside, style));
	const perRow = Math.max(1, Math.floor((width - 2 + style.link.length) / (inside + 4 + style.link.length)));
	const rows: string[] = [];
	for (let first = 0; first < boxes.length; first += perRow) {
		const row = boxes.slice(first, first + perRow);
		const height = row[0]?.length ?? 0;
		for (let line = 0; line < height; line += 1) {
			rows.push(`  ${row.map((box) => box[line]).join(line === 1 ? style.link : '  ')}`);
		}
	}
	return rows;
}

function rank({ job, nodeId }: RayNodeView, head: HeadView): number {
	if (job === head.job) return -1;
	const at = head.clients.findIndex((client) => client.job === job);
	return at < 0 ? head.clients.length + Number.parseInt(nodeId.slice(0, 6), 16) / 2 ** 24 : at;
}

function boxText(node: RayNodeView, head: HeadView, style: typeof LINES): readonly string[] {
	const client = head.clients.find(({ job }) => job === node.job);
	const title = node.job === head.job ? `head ${head.job}` : node.job === undefined ? 'node' : `client ${node.job}`;
	const what = client === undefined ? node.address : `${client.script ?? 'worker'}`;
	const cpu = node.use.find(({ resource }) => resource === 'CPU');
	return [title, what, cpu === undefined ? 'no CPU' : cpuWords(cpu.used, cpu.total, style)];
}

function cpuWords(used: number, total: number, style: typeof LINES): string {
	const cells = Math.min(MOST_CELLS, Math.ceil(total));
	const full = Math.min(cells, Math.ceil((used / Math.max(total, 1)) * cells));
	return `CPU ${style.used.repeat(full)}${style.free.repeat(cells - full)} ${Math.round(used * 10) / 10} of ${total}`;
}

function boxed(text: readonly string[], inside: number, { top, side, bottom }: typeof LINES): readonly string[] {
	const edge = ([left = '', line = '', right = '']: string) => `${left}${line.repeat(inside + 2)}${right}`;
	return [edge(top), ...text.map((line) => `${side} ${fitted(line, inside).padEnd(inside)} ${side}`), edge(bottom)];
}
