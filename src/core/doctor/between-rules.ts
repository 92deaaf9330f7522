// Between this machine and a node: files seen in time, connections both ways, clocks that agree, the folder one types in.
import type { Knock } from './evidence.ts';
import { type Finding, findingsOf } from './finding.ts';
import type { ProbeHello, ProbeNode } from './probe-words.ts';

/** Clients wait 120 s for the info file; a minute is what attribute caches take. */
const LATE_MS = 5_000;
const TOO_LATE_MS = 60_000;
const ASKEW_MS = 2_000;
/** Slurm's own messages are refused when clocks differ by five minutes. */
const FAR_ASKEW_MS = 120_000;

type Knocks = readonly { readonly address: string; readonly knock: Knock }[];

export function betweenFindings(
	hello: ProbeHello,
	node: ProbeNode | undefined,
	here: {
		readonly cwd: string;
		readonly outputDir: string;
		readonly knocks: Knocks;
	},
): readonly Finding[] {
	const name = hello.hostName;
	return [
		...folderFindings(name, node, here.outputDir),
		...placeFindings(hello, here.cwd),
		...reachFindings(hello, here.knocks, node),
		...clockFindings(name, here.knocks),
	];
}

function folderFindings(name: string, node: ProbeNode | undefined, outputDir: string): readonly Finding[] {
	const say = findingsOf('Folders', name);
	const elsewhere = 'choose a folder on another file system with --output-dir';
	if (node === undefined) return [];
	const { replyAfterMs: ms } = node;
	if (ms === undefined) {
		return [say.problem(`What is written into ${outputDir} here was not seen on ${name} within 30 s`, elsewhere)];
	}
	const seconds = (ms / 1000).toFixed(ms < 1000 ? 2 : 1);
	const what = `A file in ${outputDir} is seen there, and the answer here, after ${seconds} s`;
	if (ms > TOO_LATE_MS) return [say.problem(what, elsewhere)];
	if (ms > LATE_MS) return [say.warning(`${what}: heads and clients find each other late`, elsewhere)];
	return [say.ok(what)];
}

function placeFindings({ hostName, cwd: there }: ProbeHello, cwd: string): readonly Finding[] {
	if (there === cwd) return [];
	return [
		findingsOf('Folders', hostName).problem(
			`Jobs from ${cwd} run in ${there} there: scripts and relative paths are not found`,
			'type from a folder that nodes share, or --chdir=FOLDER',
		),
	];
}

function reachFindings(
	{ hostName, addresses }: ProbeHello,
	knocks: Knocks,
	node: ProbeNode | undefined,
): readonly Finding[] {
	const say = findingsOf('Network', hostName);
	const chosen = addresses.kind === 'seen' ? addresses.value.chosen : undefined;
	const reached = knocks.filter(({ knock }) => knock.kind === 'reached').map(({ address }) => address);
	const found: Finding[] = [];
	const first = knocks[0]?.knock;
	if (chosen !== undefined && reached.includes(chosen)) {
		found.push(say.ok(`${chosen} is reached from here`));
	} else if (reached.length > 0) {
		const fix = `--interface=${reached[0]}`;
		const by = `by ${reached.join(', ')} it is`;
		// That no address is clear has been said.
		if (chosen === undefined) found.push(say.warning(`It is reached from here by ${reached.join(', ')}`, fix));
		else found.push(say.problem(`${chosen} is not reached from here, ${by}`, fix));
	} else if (knocks.length > 0) {
		found.push(
			say.warning(
				`No connection from here to ${knocks.map(({ address }) => address).join(', ')}: ${first?.kind === 'not-reached' ? first.why : ''}`,
				'work from clients: rayslurm connect JOB SCRIPT.py; or ask the site which ports are open between here and the nodes',
			),
		);
	}
	const back = node?.knocks ?? [];
	if (back.some(({ knock }) => knock.kind === 'reached')) found.push(say.ok('This machine is reached from there'));
	else if (back.length > 0) {
		found.push(
			say.warning(
				`No connection from there to this machine (${back.map(({ address }) => address).join(', ')})`,
				'run scripts as clients: rayslurm connect JOB SCRIPT.py; a driver here would not be called back',
			),
		);
	}
	return found;
}

function clockFindings(name: string, knocks: Knocks): readonly Finding[] {
	const say = findingsOf('Site', name);
	const [nearest] = knocks
		.flatMap(({ knock }) => (knock.kind === 'reached' ? [knock] : []))
		.toSorted((a, b) => a.ms - b.ms);
	if (nearest === undefined) return [];
	const { aheadMs, ms } = nearest;
	const seconds = (Math.abs(aheadMs) / 1000).toFixed(2);
	if (Math.abs(aheadMs) <= Math.max(ms, ASKEW_MS)) return [say.ok(`Its clock agrees with the one here (${seconds} s)`)];
	const what = `Its clock is ${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} the one here`;
	const fix = 'times in logs and the idle window are off by that; ask the site to look at chronyc tracking on both';
	return [Math.abs(aheadMs) > FAR_ASKEW_MS ? say.problem(what, fix) : say.warning(what, fix)];
}
