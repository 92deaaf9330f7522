// A head's id or name that nothing of mine has, but for a slip of the finger: the error then says which was meant.
import { likelyNames } from '../core/did-you-mean.ts';
import { type Layout, NAMES } from '../core/layout.ts';
import { Trouble, type TroubleKind } from '../core/trouble.ts';
import type { World } from '../core/world.ts';

const NOT_FOUND: readonly TroubleKind[] = ['head-not-running', 'no-such-job', 'info-file-missing'];

/** What `attempt` says of a head that is not there, with the one that was probably meant: of my heads, and of `others`. */
export async function orLikelyHead<Result>(
	world: World,
	here: Layout,
	word: string,
	attempt: () => Promise<Result>,
	others: Iterable<string> = [],
): Promise<Result> {
	try {
		return await attempt();
	} catch (error) {
		if (!(error instanceof Trouble) || !NOT_FOUND.includes(error.kind)) throw error;
		const heads = await world.register.heads();
		const names = heads.flatMap(({ name }) => (name === undefined ? [] : [name]));
		const known = new Set([
			...heads.map(({ job }) => job),
			...(await world.files.list(here.heads)).filter((name) => NAMES.head.test(name)),
			...names,
			...others,
			'latest',
		]);
		const likely = known.has(word) ? [] : likelyNames(word, known);
		if (likely.length === 0) throw error;
		throw new Trouble(error.kind, error.message, { hint: `did you mean ${likely.join(' or ')}?`, cause: error });
	}
}
