// Whether Ray Serve's applications run, from three sides, because each of them fails in some set-up: Ray's own list of actors,
// the processes on the head's node, an HTTP health address. What one of them affirms holds.
import type { Answer, DetachedActor } from './control-store.ts';
import { counted } from './counted.ts';

/** What the head's node sees. */
export interface ServeSigns {
	/** Replicas of mine; a controller alone serves nothing. */
	readonly replicas: number;
	/** The answer of the health address, or why there is none. */
	readonly health: { readonly status: number } | { readonly why: string };
}

export interface ServeVerdict {
	readonly runs: boolean;
	readonly words: string;
}

/** `http://HEAD:8000/health`, as the help writes it: HEAD or <head> stands for the head's address. A machine may be called head. */
export function healthUrlAt(url: string, host: string): string {
	return url.replace(/^(https?:\/\/)(?:HEAD|<head>|<HEAD>)(?=[:/?#]|$)/, `$1${host}`);
}

const REPLICA = /^ServeReplica:([^:]*):/;

export function serveByRay(actors: Answer<readonly DetachedActor[]>): ServeVerdict {
	if (actors.kind !== 'answered') return { runs: false, words: 'Ray did not say which actors it has' };
	const replicas = actors.value.filter(({ className }) => REPLICA.test(className));
	const controller = actors.value.find(({ name }) => name === 'SERVE_CONTROLLER_ACTOR');
	if (controller === undefined && replicas.length === 0) return { runs: false, words: 'Serve has not been started' };
	if (replicas.length === 0) return { runs: false, words: 'Serve has no application yet' };
	const late = replicas.filter(({ state }) => state !== 'alive');
	const names = [...new Set(replicas.map(({ className }) => REPLICA.exec(className)?.[1] ?? ''))].join(', ');
	if (late.length > 0)
		return {
			runs: false,
			words: `${late.length} of ${counted(replicas.length, 'replica')} of ${names} ${late.length === 1 ? 'is' : 'are'} not up`,
		};
	return {
		runs: true,
		words: `Serve runs ${names}, ${counted(replicas.length, 'replica')}, says Ray`,
	};
}

export function serveBySigns({ replicas, health }: ServeSigns, url: string): ServeVerdict {
	if (replicas > 0) return { runs: true, words: `Serve runs: ${replicas} of its replicas on the head's node` };
	if ('status' in health && health.status >= 200 && health.status < 300) {
		return { runs: true, words: `Serve runs: ${url} answers ${health.status}` };
	}
	const why = 'status' in health ? `answers ${health.status}` : `does not answer (${health.why})`;
	return { runs: false, words: `no replica of Serve on the head's node, and ${url} ${why}` };
}
