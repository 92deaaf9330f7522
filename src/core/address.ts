// Which of a node's addresses others can reach. Host names on clusters often resolve to 127.0.1.1, and a node often has
// bridges and tunnels beside the network that matters.
import { Trouble } from './trouble.ts';

export interface InterfaceAddress {
	readonly interface: string;
	readonly address: string;
}

/** A job of the local scheduler speaks to nobody beyond this machine, whose addresses come and go with its networks. Ray
 *  puts another in the place of 127.0.0.1; this one it takes as it is. */
export const ADDRESS_OF_LOCAL_JOBS = '127.0.0.2';

const BEHIND_A_BRIDGE = /^(docker|virbr|br-|veth|cni|flannel|cali|podman|lxc)/;

/** `addresses` are the IPv4 ones that are not loopback; `named` is what the node's own name resolves to. */
export function chooseAddress(
	addresses: readonly InterfaceAddress[],
	named: readonly string[],
	wishedInterface: string | undefined,
): string {
	if (wishedInterface !== undefined) {
		const found = addresses.find((each) => each.interface === wishedInterface || each.address === wishedInterface);
		if (found) return found.address;
		throw new Trouble('failed', `This node has no interface ${wishedInterface} with an IPv4 address`, {
			hint: `it has ${list(addresses)}; choose one with --interface`,
		});
	}
	const byName = addresses.find((each) => named.includes(each.address));
	if (byName) return byName.address;
	const outside = addresses.filter((each) => !BEHIND_A_BRIDGE.test(each.interface));
	const [only] = outside;
	if (only && outside.length === 1) return only.address;
	throw new Trouble('failed', 'It is not clear by which address other nodes reach this one', {
		hint: `it has ${list(addresses)}; choose one with --interface`,
	});
}

/** Of IP:PORT, as Ray writes it too: [::1]:6379. */
export function partsOf(address: string): { readonly host: string; readonly port: number } {
	const at = address.lastIndexOf(':');
	return { host: address.slice(0, at).replace(/^\[(.*)\]$/, '$1'), port: Number(address.slice(at + 1)) };
}

function list(addresses: readonly InterfaceAddress[]): string {
	if (addresses.length === 0) return 'no address but loopback';
	return addresses.map((each) => `${each.interface} (${each.address})`).join(', ');
}
