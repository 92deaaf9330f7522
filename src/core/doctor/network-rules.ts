// Addresses, ports and proxies of a machine on which Ray would run.
import { ADDRESS_OF_LOCAL_JOBS } from '../address.ts';
import type { AddressEvidence, MachineEvidence, PortEvidence, ProxyVariables } from './evidence.ts';
import { type Finding, findingsOf } from './finding.ts';
import { type Look, ofLook } from './look.ts';

export function networkFindings(
	{ addresses, ports, proxies }: Pick<MachineEvidence, 'addresses' | 'ports' | 'proxies'>,
	place: { readonly node: string | undefined; readonly runsRay: boolean },
): readonly Finding[] {
	const say = findingsOf('Network', place.node);
	const chosen = addresses.kind === 'seen' ? addresses.value.chosen : undefined;
	return [
		...(place.runsRay
			? ofLook(say, { what: 'The addresses of this node', fix: '--interface=NAME' }, addresses, (evidence) =>
					addressFindings(evidence, place.node),
				)
			: []),
		...(ports === undefined ? [] : portFindings(ports, place.node)),
		...proxyFindings(proxies, place.runsRay ? chosen : undefined, place.node),
	];
}

function addressFindings(evidence: AddressEvidence, node: string | undefined): readonly Finding[] {
	const say = findingsOf('Network', node);
	const { chosen, candidates, named, hostName, trouble } = evidence;
	if (chosen === undefined) {
		const what = trouble?.message ?? 'No address was found';
		return [
			say.problem(
				what,
				candidates.length === 0 ? 'is its network up? ip address' : (trouble?.hint ?? '--interface=NAME'),
			),
		];
	}
	if (chosen === ADDRESS_OF_LOCAL_JOBS) return [say.ok(`Heads and clients of this machine meet at ${chosen}`)];
	const name = candidates.find(({ address }) => address === chosen)?.interface;
	const others = candidates.filter(({ address }) => address !== chosen);
	const rest = others.map((each) => `${each.interface} ${each.address}`).join(', ');
	const found = [
		say.ok(
			`${chosen}${name === undefined ? '' : ` (${name})`} would be advertised${rest === '' ? '' : `; also there: ${rest} (--interface)`}`,
		),
	];
	if (named.length > 0 && named.every((each) => each.startsWith('127.')) && name !== undefined) {
		found.push(say.ok(`${hostName} resolves to ${named.join(', ')}, which is not advertised`));
	}
	return found;
}

function portFindings(look: Look<PortEvidence>, node: string | undefined): readonly Finding[] {
	const say = findingsOf('Network', node);
	return ofLook(say, { what: 'Ports', fix: '--port-offset=N, or another node: --exclude=NODE' }, look, (ports) => {
		if (ports.passed.length === 0) return [say.ok(`Ports from offset ${ports.offset} are free (Ray ${ports.rayPort})`)];
		return [
			say.ok(`Ports from offset ${ports.offset} would be taken (Ray ${ports.rayPort}): ${ports.passed.join('; ')}`),
		];
	});
}

/** Ray's own gRPC passes proxies by unless told; its HTTP, for jobs and Serve, asks them. */
function proxyFindings(
	proxies: ProxyVariables,
	address: string | undefined,
	node: string | undefined,
): readonly Finding[] {
	const say = findingsOf('Network', node);
	const names = ['http_proxy', 'https_proxy', 'grpc_proxy', 'all_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'];
	const set = names.filter((name) => proxies[name] !== undefined);
	if (set.length === 0) return [];
	const spared = [proxies['no_proxy'], proxies['NO_PROXY'], proxies['no_grpc_proxy']].filter(Boolean).join(',');
	const shown = set.map((name) => `${name}=${proxies[name]}`).join(', ');
	if (address !== undefined ? isSpared(address, spared) : spared !== '') {
		return [say.ok(`${shown}, but not for ${address ?? spared}`)];
	}
	const network = address?.replace(/\.\d+\.\d+$/, '.0.0/16');
	const fix = `export no_proxy="$no_proxy,127.0.0.1,localhost,${network ?? 'ADDRESSES.OF.THE.NODES/16'}"`;
	const what = `${shown}, and no_proxy does not name ${address ?? "the nodes' addresses"}`;
	if (/^(1|true)$/i.test(proxies['RAY_grpc_enable_http_proxy'] ?? '')) {
		return [say.problem(`${what}: with RAY_grpc_enable_http_proxy Ray's nodes ask the proxy for one another`, fix)];
	}
	return [say.warning(`${what}: ray job submit, Serve and the dashboard ask the proxy`, fix)];
}

/** As requests and gRPC read it: names and addresses by their ends, networks in CIDR form, * for all. */
export function isSpared(address: string, list: string): boolean {
	return list
		.split(/[,\s]+/)
		.filter((each) => each !== '')
		.some((each) => each === '*' || each === address || isInNetwork(address, each));
}

function isInNetwork(address: string, network: string): boolean {
	const [base = '', digits] = network.split('/');
	const bits = Number(digits);
	const [a, b] = [numberOf(address), numberOf(base)];
	if (digits === undefined || !(bits >= 0 && bits <= 32) || a === undefined || b === undefined) return false;
	const size = 2 ** (32 - bits);
	return Math.floor(a / size) === Math.floor(b / size);
}

function numberOf(address: string): number | undefined {
	const parts = address.split('.').map(Number);
	if (parts.length !== 4 || parts.some((part) => !(part >= 0 && part <= 255))) return undefined;
	return parts.reduce((sum, part) => sum * 256 + part, 0);
}

/** A proxy's address without the name and the password in it. */
export function withoutPassword(value: string): string {
	return value.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1***@');
}
