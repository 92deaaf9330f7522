// Every option of sbatch from Slurm 20.11 to 26.05 and whether it takes a value. A newer Slurm's option that an older sbatch
// lacks is refused by that sbatch itself, in its own words.
import type { OptionTable, TakesValue } from './option-table.ts';

// 21.08 brought container and context, 22.05 prefer, 23.02 autocomplete, container-id, extra and tres-per-task,
// 23.11 tres-bind, 24.05 segment, 25.11 resources, 26.05 container-type and mem-update; 24.05 dropped power.
const REQUIRED = `
	account acctg-freq array batch bb bbf begin chdir cluster cluster-constraint clusters comment constraint container
	container-id container-type context core-spec cores-per-socket cpu-freq cpus-per-gpu cpus-per-task deadline delay-boot
	autocomplete dependency distribution error exclude export export-file extra extra-node-info gid gpu-bind gpu-freq gpus
	gpus-per-node gpus-per-socket gpus-per-task gres gres-flags hint input job-name kill-on-invalid-dep licenses mail-type
	mail-user mcs-label mem mem-bind mem-per-cpu mem-per-gpu mem-update mincpus network nodefile nodelist nodes ntasks
	ntasks-per-core ntasks-per-gpu ntasks-per-node ntasks-per-socket ntasks-per-tres open-mode output partition power prefer
	priority profile qos reservation resources segment signal sockets-per-node switches tasks-per-node thread-spec
	threads-per-core time time-min tmp tres-bind tres-per-task uid wait-all-nodes wckey wrap`;

// 24.05 brought resv-ports, 24.11 oom-kill-step; requeue may have a value from 25.11, get-user-env until 24.11.
const OPTIONAL = 'exclusive get-user-env nice no-kill oom-kill-step propagate requeue resv-ports';

// 24.05 brought stepmgr, 25.05 external, 25.11 the two of segments.
const NONE = `
	consolidate-segments contiguous external help hold ignore-pbs no-requeue overcommit oversubscribe parsable quiet reboot
	spread-job spread-segments stepmgr test-only usage use-min-nodes verbose version wait`;

const SHORT = `
	A:account a:array B:extra-node-info b:begin C:constraint c:cpus-per-task D:chdir d:dependency e:error F:nodefile G:gpus
	H:hold h:help i:input J:job-name k:no-kill L:licenses M:clusters m:distribution N:nodes n:ntasks O:overcommit o:output
	p:partition Q:quiet q:qos S:core-spec s:oversubscribe t:time V:version v:verbose W:wait w:nodelist x:exclude`;

export const SBATCH_TABLE: OptionTable = {
	long: new Map<string, TakesValue>([
		...listed(REQUIRED).map((name) => [name, 'required'] as const),
		...listed(OPTIONAL).map((name) => [name, 'optional'] as const),
		...listed(NONE).map((name) => [name, 'none'] as const),
	]),
	short: new Map(listed(SHORT).map((pair) => [pair.charAt(0), pair.slice(2)])),
	abbreviations: true,
};

function listed(text: string): string[] {
	return text.trim().split(/\s+/);
}
