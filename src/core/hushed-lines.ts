// Passes on what a program says, at once and byte for byte, but for whole lines that are not for people. Only text that may
// still become such a line is held back.

/** Every line that could be hushed begins with one of these. */
const BEGINNINGS = ['srun: ', 'slurmstepd'];

export interface Hushing {
	more(text: string): string;
	rest(): string;
}

export function hushing(hushed: (line: string) => boolean): Hushing {
	let held = '';
	/** In the middle of a line whose beginning has been passed on. */
	let inside = false;
	return {
		more(text) {
			let out = '';
			let left = held + text;
			held = '';
			while (left !== '') {
				const end = left.indexOf('\n');
				const line = end < 0 ? left : left.slice(0, end);
				if (end < 0 && !inside && BEGINNINGS.some((each) => each.startsWith(line) || line.startsWith(each))) {
					held = line;
					return out;
				}
				left = end < 0 ? '' : left.slice(end + 1);
				if (inside || !BEGINNINGS.some((each) => line.startsWith(each)) || !hushed(line))
					out += end < 0 ? line : `${line}\n`;
				inside = end < 0;
			}
			return out;
		},
		rest: () => (hushed(held) ? '' : held),
	};
}

const BY_SIGNAL = 'Terminated|Interrupt|Hangup|Quit|User defined signal [12]|Broken pipe';
const TASK_END = new RegExp(
	`^srun: (?:error: \\S+: task 0: (?:Exited with exit code \\d+|${BY_SIGNAL})|Force Terminated .*|forcing job termination|Job step aborted: .*|sending Ctrl-C to .*|Check SLURM_JOB_ID environment variable\\. .*)$`,
);

/** How srun says that a task ended: the exit code says it as well. What broke or killed it is for people. */
export function saysTaskEnd(line: string): boolean {
	return TASK_END.test(line);
}

/** What a step says when it is sent SIGTERM: no news to who sent it. */
export function saysToldToEnd(line: string): boolean {
	return /^slurmstepd\S*: error: \*\*\* STEP \S+ ON \S+ CANCELLED AT \S+ \*\*\*$/.test(line);
}
