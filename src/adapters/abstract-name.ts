// A name that one process on this node can hold: an abstract unix socket. The kernel frees it when the process ends, by
// whatever way; every user of the node sees it; there is no file that could be left, planted or lack permissions.
import { createServer } from 'node:net';

export interface HeldName {
	release(): void;
}

/** All 108 bytes of sun_path: Node 20 fills a shorter name up with NULs, Node 22 does not, and they must agree. */
const NAME_BYTES = 108;

/** Refused with the code of listen(2): EADDRINUSE where somebody holds it. */
export function holdName(name: string): Promise<HeldName> {
	return new Promise((resolve, reject) => {
		// Strangers may connect: they get nothing, and keep nothing of ours.
		const server = createServer((stranger) => stranger.destroy());
		server.once('error', reject);
		server.listen({ path: `\0${name}`.padEnd(NAME_BYTES, '\0') }, () => {
			server.unref();
			server.off('error', reject);
			server.on('error', () => {}); // A failed accept is not ours to die of.
			resolve({ release: () => void server.close() });
		});
	});
}
