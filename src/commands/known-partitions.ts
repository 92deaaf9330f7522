// Partitions for completion, without asking Slurm: the one that sbatch takes by itself, and those that heads of mine went to.
import type { Candidate } from '../core/candidate.ts';
import { parseHeadRecord } from '../core/head-record.ts';
import type { QuickLook } from '../core/quick-look.ts';
import { recordedValues } from '../core/recorded-options.ts';
import { newestHeads } from './live-jobs.ts';
import type { Shell } from './shell.ts';

/** The newest first, each once. */
export function knownPartitions(shell: Shell, look: QuickLook): readonly Candidate[] {
	const found = new Map<string, Candidate>();
	const put = (word: string, about: string) => {
		if (word !== '' && !found.has(word)) found.set(word, { word, about });
	};
	put(shell.environment['SBATCH_PARTITION'] ?? '', 'of SBATCH_PARTITION');
	for (const { job, layout } of newestHeads(shell, look)) {
		const options = parseHeadRecord(look.readState(layout.head(job).record) ?? '')?.options ?? [];
		for (const partition of recordedValues(options, 'partition')) put(partition, `of head ${job}`);
	}
	return [...found.values()];
}
