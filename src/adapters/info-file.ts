// The info file on disk. Reading it answers: is it there, is it mine, is it well formed, is it that job's; each no has a
// reason of its own. (Whether its head is alive is asked elsewhere.)
import { type HeadInfo, type InfoFault, parseInfo } from '../core/connection.ts';
import { INFO_MAX_BYTES } from '../core/info-lines.ts';
import { type ReadFault, readOwn } from './files.ts';

export type InfoRead =
	| { readonly ok: true; readonly info: HeadInfo }
	| { readonly ok: false; readonly reason: ReadFault | InfoFault | 'other-job'; readonly message: string };

export async function readInfoFile(
	path: string,
	{ expectJob }: { expectJob?: string | undefined } = {},
): Promise<InfoRead> {
	const file = await readOwn(path, INFO_MAX_BYTES);
	if (!file.ok) return file;
	const parsed = parseInfo(file.text);
	if (!parsed.ok || expectJob === undefined || parsed.info.slurmJobId === expectJob) return parsed;
	return {
		ok: false,
		reason: 'other-job',
		message: `it is that of job ${parsed.info.slurmJobId}, not of ${expectJob}`,
	};
}
