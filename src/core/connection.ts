// The info file ray_head_<JOB>.info: how a head tells others where it is. Users `source` it, so every value is one
// harmless bash word; rayslurm itself reads it as data and runs nothing of it. It holds no secret.
import { BadLines, type LineFault, readLines, renderLines, shown } from './info-lines.ts';
import type { PortName, PortPlan } from './ports.ts';
import { isJobId } from './target.ts';

export type HeadState = 'joinable' | 'ready' | 'degraded';
export type AuthMode = 'token' | 'disabled';

export interface HeadInfo extends InfoWords {
	/** headIp:rayPort, an IPv6 address in brackets. */
	readonly rayAddress: string;
	readonly rayPort: number;
	readonly headNode: string;
	readonly headIp: string;
	readonly slurmJobId: string;
	readonly userPortOffset: number;
	/** ISO 8601 with its offset from UTC. */
	readonly started: string;
	/** Also absent where a newer rayslurm has a state this one does not know; its word is then in `more`. */
	readonly state?: HeadState;
	readonly authMode?: AuthMode;
	/** As the head advertises them; a file of the guide's script has none. */
	readonly ports: InfoPorts;
	/** What a newer rayslurm, or somebody, has added. */
	readonly more: ReadonlyMap<string, string>;
}

/** Without Ray's own port, which is rayPort. */
export type InfoPorts = Readonly<Partial<Record<keyof typeof PORT_KEYS, number>>>;
type InfoWords = { readonly [Field in keyof typeof WORD_KEYS]?: string };

/** rayslurm's version stands first: a file that has it must also have its last line, or it was cut short. */
const VERSION_KEY = 'RAYSLURM_VERSION';
const WORD_KEYS = {
	rayslurmVersion: VERSION_KEY,
	rayVersion: 'RAY_VERSION',
	pythonVersion: 'PYTHON_VERSION',
	incarnation: 'INCARNATION',
	clusterName: 'CLUSTER_NAME',
	dashboard: 'DASHBOARD',
	environment: 'ENVIRONMENT',
	authTokenPath: 'RAY_AUTH_TOKEN_PATH',
} as const;
const PORT_KEYS = {
	dashboard: 'DASHBOARD_PORT',
	rayClient: 'CLIENT_SERVER_PORT',
	nodeManager: 'NODE_MANAGER_PORT',
	objectManager: 'OBJECT_MANAGER_PORT',
	redisShard: 'REDIS_SHARD_PORT',
	dashboardAgentGrpc: 'DASHBOARD_AGENT_GRPC_PORT',
	dashboardAgentHttp: 'DASHBOARD_AGENT_HTTP_PORT',
	runtimeEnvAgent: 'RUNTIME_ENV_AGENT_PORT',
	metrics: 'METRICS_PORT',
	workersMin: 'MIN_WORKER_PORT',
	workersMax: 'MAX_WORKER_PORT',
} as const satisfies Record<Exclude<PortName, 'ray'> | 'workersMin' | 'workersMax', string>;
const STATES: readonly HeadState[] = ['joinable', 'ready', 'degraded'];
const AUTH_MODES: readonly AuthMode[] = ['token', 'disabled'];

/** Keys that mean something to the shell that sources the file, to its loader or to Python. */
const SHELL_OWNED =
	/^(?:_|PATH|HOME|IFS|ENV|CDPATH|SECONDS|LINENO|S?RANDOM|EPOCH\w*|E?UID|PPID|GROUPS|DIRSTACK|FUNCNAME|OPT\w+|PS\d|PROMPT_\w+|COMP_\w+|HIST\w+|BASH\w*|SHELLOPTS|LD_\w+|PYTHON(?:PATH|HOME|STARTUP))$/;

export function infoPorts({ workers, ray: _ray, offset: _offset, ...fixed }: PortPlan): InfoPorts {
	return { ...fixed, workersMin: workers.min, workersMax: workers.max };
}

/** Where none was wished for its port is kept all the same, and Ray's own store tells of it as if it were there. */
export const NO_DASHBOARD = 'none';

export function lacksDashboard(info: HeadInfo | undefined): boolean {
	return info?.dashboard === NO_DASHBOARD;
}

export function renderInfo(info: HeadInfo): string {
	const plain = new Map([
		['RAY_ADDRESS', info.rayAddress],
		['RAY_PORT', String(info.rayPort)],
		['HEAD_NODE', info.headNode],
		['HEAD_IP', info.headIp],
		['SLURM_JOB_ID', info.slurmJobId],
		['USER_PORT_OFFSET', String(info.userPortOffset)],
		['STARTED', info.started],
	]);
	const further = new Map<string, string>();
	for (const [field, key] of entriesOf(WORD_KEYS)) setIf(further, key, info[field]);
	setIf(further, 'STATE', info.state);
	setIf(further, 'RAY_AUTH_MODE', info.authMode);
	for (const [field, key] of entriesOf(PORT_KEYS)) setIf(further, key, info.ports[field]?.toString());
	for (const [key, value] of info.more) {
		if (SHELL_OWNED.test(key)) throw new Error(`An info file must not set ${key}`);
		if (plain.has(key) || further.has(key)) throw new Error(`An info file has ${key} already`);
		further.set(key, value);
	}
	const text = renderLines(plain, further);
	const back = parseInfo(text);
	if (back.ok) return text;
	throw new Error(`rayslurm would not read back its own info file: ${back.message}`);
}

export type InfoFault = LineFault | 'missing-key' | 'bad-value';
export type ParsedInfo =
	| { readonly ok: true; readonly info: HeadInfo }
	| { readonly ok: false; readonly reason: InfoFault; readonly message: string };

/**
 * A file of the seven fixed keys alone is complete: the guide's script writes no more. (So one of ours, cut exactly
 * there, reads as such a file. We rename whole files into place, so only a copy can be cut.)
 */
export function parseInfo(text: string): ParsedInfo {
	try {
		const { entries, exported } = readLines(text);
		if (entries.has(VERSION_KEY) && !exported) throw new BadLines('truncated', 'its last line is missing');
		return { ok: true, info: readEntries(new Map(entries)) };
	} catch (error) {
		if (!(error instanceof BadLines || error instanceof BadEntries)) throw error;
		return { ok: false, reason: error.reason, message: error.message };
	}
}

class BadEntries extends Error {
	readonly reason: 'missing-key' | 'bad-value';

	constructor(reason: 'missing-key' | 'bad-value', message: string) {
		super(message);
		this.reason = reason;
	}
}

function readEntries(left: Map<string, string>): HeadInfo {
	const rayAddress = take(left, 'RAY_ADDRESS', /./, 'IP:PORT');
	const rayPort = port(left, 'RAY_PORT') ?? missing('RAY_PORT');
	const headNode = take(left, 'HEAD_NODE', /^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/, "a node's name");
	const headIp = take(left, 'HEAD_IP', { test: isAddress }, 'an address');
	const slurmJobId = take(left, 'SLURM_JOB_ID', { test: isJobId }, 'a job id');
	const userPortOffset = Number(take(left, 'USER_PORT_OFFSET', /^(?:0|-?[1-9]\d{0,4})$/, 'a port offset'));
	const started = take(left, 'STARTED', { test: isTime }, 'a time with its offset from UTC');
	const expected = headIp.includes(':') ? `[${headIp}]:${rayPort}` : `${headIp}:${rayPort}`;
	if (rayAddress !== expected) {
		throw new BadEntries('bad-value', `RAY_ADDRESS is ${shown(rayAddress)}, but HEAD_IP and RAY_PORT say ${expected}`);
	}
	const words: Record<string, string> = {};
	for (const [field, key] of entriesOf(WORD_KEYS)) {
		if (left.has(key)) words[field] = take(left, key, key === 'RAY_AUTH_TOKEN_PATH' ? /^\// : /^/, 'an absolute path');
	}
	const state = STATES.find((each) => each === left.get('STATE'));
	if (state !== undefined) left.delete('STATE');
	const authMode = left.has('RAY_AUTH_MODE')
		? (take(left, 'RAY_AUTH_MODE', /^(?:token|disabled)$/, AUTH_MODES.join(' or ')) as AuthMode)
		: undefined;
	const ports: Record<string, number> = {};
	for (const [field, key] of entriesOf(PORT_KEYS)) {
		const number = port(left, key);
		if (number !== undefined) ports[field] = number;
	}
	return {
		...{ rayAddress, rayPort, headNode, headIp, slurmJobId, userPortOffset, started },
		...words,
		...(state === undefined ? {} : { state }),
		...(authMode === undefined ? {} : { authMode }),
		ports,
		more: left,
	};
}

function take(left: Map<string, string>, key: string, form: { test(value: string): boolean }, what: string): string {
	const value = left.get(key) ?? missing(key);
	if (!form.test(value)) throw new BadEntries('bad-value', `${key} is ${shown(value)}, not ${what}`);
	left.delete(key);
	return value;
}

function missing(key: string): never {
	throw new BadEntries('missing-key', `${key} is missing`);
}

function port(left: Map<string, string>, key: string): number | undefined {
	if (!left.has(key)) return undefined;
	return Number(take(left, key, { test: (value) => /^[1-9]\d{0,4}$/.test(value) && Number(value) < 65_536 }, 'a port'));
}

function isAddress(value: string): boolean {
	if (value.includes(':')) return /^[0-9a-fA-F:.]{2,45}$/.test(value) && URL.canParse(`http://[${value}]/`);
	return /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/.test(value);
}

function isTime(value: string): boolean {
	const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)$/;
	return form.test(value) && !Number.isNaN(Date.parse(value));
}

function entriesOf<Table extends Record<string, string>>(table: Table) {
	return Object.entries(table) as [keyof Table & string, string][];
}

function setIf(map: Map<string, string>, key: string, value: string | undefined): void {
	if (value !== undefined) map.set(key, value);
}
