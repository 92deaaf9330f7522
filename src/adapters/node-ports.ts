// Ports on this node: who listens, which slots are claimed, and claiming one. A slot is claimed by holding its name (see
// abstract-name.ts), then looked at once more, then its fixed ports are really bound for a moment; only then is it ours.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import {
	type ClaimedPlan,
	type ClaimRequest,
	type FirstOffset,
	firstOffset,
	overlaps,
	PORT_NAMES,
	type PortPlan,
	planPorts,
	portsOf,
	type Role,
} from '../core/ports.ts';
import { claimName, parseClaims, parseListeners, portsByOwner } from '../core/proc-net.ts';
import {
	type Choice,
	type Claim,
	choicesUids,
	choiceTrouble,
	choosePlan,
	type Listener,
	passedInWords,
} from '../core/slots.ts';
import { Trouble } from '../core/trouble.ts';
import { type HeldName, holdName } from './abstract-name.ts';
import { run } from './run.ts';

/** Whoever holds it is choosing. Not needed for safety, only so that two who choose at once need no second try. */
const MUTEX = 'rayslurm-slots';
const MUTEX_WAIT_MS = 3_000;
/** Steps back before rivals are over in milliseconds; only somebody who means it goes on for this long. */
const RIVALS_LIMIT_MS = 30_000;
const NAMES_WAIT_MS = 1_000;

export async function claimPlan(
	request: ClaimRequest,
	mutexWaitMs = MUTEX_WAIT_MS,
	rivalsLimitMs = RIVALS_LIMIT_MS,
): Promise<ClaimedPlan> {
	const mutex = await takeMutex(mutexWaitMs);
	let claimed: { choice: Choice & { kind: 'free' }; claim: HeldName | undefined };
	try {
		claimed = await chooseAndClaim(request, rivalsLimitMs);
	} finally {
		mutex?.release();
	}
	const { choice, claim } = claimed;
	const nameOf = await userNames(choicesUids(choice));
	const passed = choice.passed.map((each) => passedInWords(each, nameOf));
	return { plan: choice.plan, passed, release: () => claim?.release() };
}

async function chooseAndClaim(request: ClaimRequest, rivalsLimitMs: number) {
	const deadline = performance.now() + rivalsLimitMs;
	const first = firstOffset(request);
	const refused: Listener[] = [];
	for (;;) {
		const { listeners, claims } = await look();
		const choice = choosePlan(first, [...listeners, ...refused], claims, request);
		if (choice.kind !== 'free') throw choiceTrouble(choice, first, await userNames(choicesUids(choice)));
		const { plan } = choice;
		const claim = await makeClaim(plan, request);
		const rival = claim === 'held' ? { ...request, offset: plan.offset } : await rivalOf(plan, request);
		if (claim === 'held' || rival !== undefined) {
			// Both of two rivals step back, after which each looks anew: so no two ever hold overlapping slots. Inode numbers
			// in /proc/net/unix come from per-CPU batches and do not tell who was first.
			if (claim !== 'held') claim?.release();
			if (rival && performance.now() >= deadline) throw await rivalTrouble(plan, rival, rivalsLimitMs);
			await delay(5 + Math.random() * 25);
			continue;
		}
		const busy = await busyPorts(plan, first, request.role);
		if (busy.length === 0) return { choice, claim };
		claim?.release();
		const now = await look(); // Its owner may be visible by now; else the bare port has to do.
		refused.push(...busy.map((port) => now.listeners.find((each) => each.port === port) ?? { port }));
	}
}

/** undefined where this kernel or sandbox has no abstract sockets: the listeners and the binding test still hold. */
async function makeClaim(plan: PortPlan, { jobId, uid }: ClaimRequest): Promise<HeldName | 'held' | undefined> {
	try {
		return await holdName(claimName({ offset: plan.offset, jobId, uid }));
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EADDRINUSE' ? 'held' : undefined;
	}
}

async function rivalOf(plan: PortPlan, { jobId, uid }: ClaimRequest): Promise<Claim | undefined> {
	const { claims } = await look();
	return claims
		.filter((claim) => claim.offset !== plan.offset || claim.jobId !== jobId || claim.uid !== uid)
		.find((claim) => overlaps(plan, planPorts(claim.offset)));
}

async function rivalTrouble(plan: PortPlan, { offset, jobId, uid }: Claim, limitMs: number): Promise<Trouble> {
	const user = (await userNames([uid]))(uid) ?? `uid ${uid}`;
	return new Trouble(
		'failed',
		`No ports could be claimed on this node within ${limitMs / 1_000} s: offset ${plan.offset} is contested by a claim of offset ${offset} (job ${jobId} of ${user})`,
		{ hint: 'choose other ports with --port-offset, or another node with --exclude' },
	);
}

async function look() {
	const [tcp, tcp6, unix] = await Promise.all(
		['tcp', 'tcp6', 'unix'].map((name) => readFile(`/proc/net/${name}`, 'latin1').catch(() => '')),
	);
	return {
		listeners: [...parseListeners(tcp ?? ''), ...parseListeners(tcp6 ?? '')],
		claims: parseClaims(unix ?? ''),
	};
}

/** Those of the plan's fixed ports that refuse to be bound, by whatever holds them: an outgoing connection can, too. */
async function busyPorts(plan: PortPlan, first: FirstOffset, role: Role): Promise<readonly number[]> {
	const mustFit = first.exact !== false && plan.offset === first.offset;
	const ports = mustFit ? portsOf(plan, role).map(({ port }) => port) : PORT_NAMES.map((name) => plan[name]);
	const free = await Promise.all(ports.map(canBind));
	return ports.filter((_, index) => !free[index]);
}

function canBind(port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const server = createServer((stranger) => stranger.destroy());
		server.once('error', () => resolve(false));
		server.listen({ port, host: '0.0.0.0', exclusive: true }, () => server.close(() => resolve(true)));
	});
}

async function takeMutex(waitMs: number): Promise<HeldName | undefined> {
	const deadline = performance.now() + waitMs;
	while (performance.now() < deadline) {
		try {
			return await holdName(MUTEX);
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') return undefined;
		}
		await delay(2 + Math.random() * 6);
	}
	return undefined; // Somebody sits on it. The claims alone are safe, if slower.
}

/** Asked only when a message needs it, and never for long: a directory service may be slow or down. */
async function userNames(uids: readonly number[]): Promise<(uid: number) => string | undefined> {
	const names = new Map<number, string>();
	if (uids.length > 0) {
		const { stdout } = await run(['getent', 'passwd', ...uids.map(String)], { timeoutMs: NAMES_WAIT_MS });
		for (const line of stdout.split('\n')) {
			const [name, , uid] = line.split(':');
			if (name && uid && /^[\w.@+-]+\$?$/.test(name)) names.set(Number(uid), name);
		}
	}
	return (uid) => names.get(uid);
}

export async function listeningPorts() {
	return portsByOwner((await look()).listeners, process.geteuid?.());
}
