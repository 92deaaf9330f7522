// What sbatch said: an id, a refusal that stands, or silence after which the job may or may not exist.

export type SbatchAnswer =
	| { readonly kind: 'accepted'; readonly job: string }
	| { readonly kind: 'refused'; readonly message: string }
	/** The request may have arrived: look before trying again. */
	| { readonly kind: 'unsure'; readonly message: string }
	/** It never reached a controller. */
	| { readonly kind: 'not-reached'; readonly message: string };

const UNSURE = /timed? ?out|Zero Bytes|Communication|connection (?:reset|closed)|Transport endpoint|Interrupted/i;
const NOT_REACHED =
	/Unable to contact|Connection refused|No route to host|temporarily unable|controller.*(?:down|standby)|Name or service|munge|Invalid authentication|Protocol authentication/i;

export function readSbatchAnswer(outcome: {
	readonly code: number;
	readonly stdout: string;
	readonly stderr: string;
	readonly timedOut: boolean;
}): SbatchAnswer {
	// --parsable prints ID or ID;CLUSTER. A plug-in may print lines of its own before it.
	const id = [...outcome.stdout.matchAll(/^(\d+)(?:;\S+)?\s*$/gm)].at(-1)?.[1];
	if (outcome.code === 0 && id !== undefined) return { kind: 'accepted', job: id };
	const message = outcome.stderr.trim() || outcome.stdout.trim();
	if (outcome.timedOut) return { kind: 'unsure', message: message || 'sbatch did not answer in time' };
	// Slurm's own verdict, where there is one: the lines before it repeat words of the user.
	const verdict = /Batch job submission failed: (.*)/.exec(message)?.[1] ?? message;
	if (UNSURE.test(verdict)) return { kind: 'unsure', message };
	if (NOT_REACHED.test(verdict)) return { kind: 'not-reached', message };
	if (outcome.code === 0) return { kind: 'unsure', message: `sbatch answered without a job id: ${message}` };
	return { kind: 'refused', message: message || `sbatch ended with code ${outcome.code}` };
}

/** The submitted job's id among rows of `%F|%o`, by the script's path: that is unique, and no site rewrites it. */
export function findSubmitted(stdout: string, scriptPath: string): string | undefined {
	for (const line of stdout.split('\n')) {
		const at = line.indexOf('|');
		const command = line.slice(at + 1);
		if (at > 0 && (command === scriptPath || command.startsWith(`${scriptPath} `))) return line.slice(0, at);
	}
	return undefined;
}
