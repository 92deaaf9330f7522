// The token of a cluster, from a file that is mine alone. It is read for each question, so that a new incarnation's counts.
import { Trouble } from '../core/trouble.ts';
import { readOwn } from './files.ts';

const LARGEST_BYTES = 64 * 1024;

/** Where the file is not there, nobody's token: the cluster may want none. One that cannot be trusted or read is an error,
 *  unless it could be before: a file server's bad moment must not end a head that runs. */
export function tokenReader(path: string | undefined): () => Promise<string | undefined> {
	let last: string | undefined;
	return async () => {
		if (path === undefined) return undefined;
		const file = await readOwn(path, LARGEST_BYTES);
		if (file.ok) last = file.text;
		else if (file.reason === 'missing') last = undefined;
		else if (last === undefined) {
			throw new Trouble('info-file-invalid', `Token file refused: ${path}: ${file.message}`, {
				hint: 'a token is read only from a file that is yours, and yours alone to write',
			});
		}
		return last;
	};
}
