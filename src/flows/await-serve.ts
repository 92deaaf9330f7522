// The last layer of `wait --for serve`: asks Ray itself; where that does not affirm it, now and then the head's node.
import type { HeadView } from '../core/cluster-view.ts';
import type { Layer } from '../core/readiness.ts';
import { healthUrlAt, type ServeSigns, type ServeVerdict, serveByRay, serveBySigns } from '../core/serve.ts';
import type { World } from '../core/world.ts';
import type { HeadPlace } from './head-traces.ts';

const ANSWER_MS = 3_000;
/** A look at another node is a step of the head's job. */
const LOOK_AT_NODE_EVERY_MS = 5_000;

/** url: the health address that was given, where HEAD stands for the head's own; else that of Serve's usual port there. */
export function serveLayer(
	world: World,
	{ job, layout }: HeadPlace,
	url: string | undefined,
): (head: HeadView) => Promise<Layer> {
	let lookedAt = Number.NEGATIVE_INFINITY;
	let shown = '';
	return async ({ node, ray }) => {
		const layer = (verdict: ServeVerdict): Layer => ({
			name: 'serve',
			words: verdict.words,
			of: { job },
			...(verdict.runs ? {} : { why: verdict.words, todo: `rayslurm dashboard ${job} shows what Serve does` }),
		});
		const reading = await world.readInfo(layout.info(job), job);
		if (reading.kind !== 'read' || ray === undefined || node === undefined)
			return layer({ runs: false, words: 'its info file is not there' });
		const { rayAddress, authTokenPath, headIp } = reading.info;
		const byRay = await askRay(world, rayAddress, authTokenPath);
		if (byRay.runs) return layer(byRay);
		const now = world.clock.monotonicMs();
		if (now - lookedAt >= LOOK_AT_NODE_EVERY_MS) {
			lookedAt = now;
			const host = headIp.includes(':') ? `[${headIp}]` : headIp;
			// Serve's own usual address is loopback.
			const urls =
				url === undefined ? [`http://${host}:8000/health`, 'http://127.0.0.1:8000/health'] : [healthUrlAt(url, host)];
			const signs = await signsOn(world, job, node, rayAddress, urls);
			const verdict = signs && serveBySigns(signs, urls[0] ?? '');
			if (verdict?.runs) return layer(verdict);
			shown = verdict === undefined ? '' : `; ${verdict.words}`;
		}
		return layer({ runs: false, words: `${byRay.words}${shown}` });
	};
}

async function askRay(world: World, address: string, tokenPath: string | undefined): Promise<ServeVerdict> {
	const store = await world.ray.controlStore(address, tokenPath);
	try {
		return serveByRay(await store.actors(ANSWER_MS));
	} finally {
		store.close();
	}
}

/** undefined: the node could not be asked. */
async function signsOn(
	world: World,
	job: string,
	node: string,
	address: string,
	urls: readonly string[],
): Promise<ServeSigns | undefined> {
	const { runOn } = world.scheduler;
	if (runOn === undefined || node === world.node.hostName) return world.node.serveSigns(address, urls);
	const pieces: Uint8Array[] = [];
	const program = [...world.self, 'serve-signs', `--address=${address}`, ...urls.map((url) => `--url=${url}`)];
	const { code } = await runOn(job, [node], program, (bytes) => void pieces.push(bytes)).ended;
	if (code !== 0) return undefined;
	try {
		return JSON.parse(Buffer.concat(pieces).toString('utf8')) as ServeSigns;
	} catch {
		return undefined;
	}
}
