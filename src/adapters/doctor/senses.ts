// The senses of doctor put together.
import { lookup } from 'node:dns/promises';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { availableParallelism, hostname, networkInterfaces, totalmem } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Senses } from '../../core/doctor/evidence.ts';
import { withoutPassword } from '../../core/doctor/network-rules.ts';
import { stateFolder } from '../state-folder.ts';
import { lookAtFolder } from './folder.ts';
import { knock, listen } from './knock.ts';
import { lookAtLimits } from './limits.ts';
import { associations, partitions, siteConfig, submitted } from './slurm-site.ts';

const PROXIES = /^(https?_proxy|all_proxy|grpc_proxy|no_proxy|no_grpc_proxy|ray_grpc_enable_http_proxy)$/i;

export const senses: Senses = {
	folder: lookAtFolder,
	limits: lookAtLimits,
	addresses: async () => ({
		candidates: Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
			(addresses ?? [])
				.filter(({ family, internal }) => family === 'IPv4' && !internal)
				.map(({ address }) => ({ interface: name, address })),
		),
		named: await lookup(process.env['SLURMD_NODENAME'] ?? hostname(), { all: true, family: 4 }).then(
			(found) => found.map(({ address }) => address),
			() => [],
		),
	}),
	proxies: () =>
		Object.fromEntries(
			Object.entries(process.env)
				.filter(([name, value]) => PROXIES.test(name) && value !== undefined && value !== '')
				.map(([name, value = '']) => [name, withoutPassword(value)]),
		),
	cwd: () => process.cwd(),
	tmpdir: process.env['TMPDIR'],
	stateFolder: stateFolder(),
	machine: { cpus: availableParallelism(), totalBytes: totalmem(), uid: process.getuid?.() ?? 0 },
	missing: async (programs) => {
		const there = await Promise.all(programs.map(isInPath));
		return programs.filter((_, index) => !there[index]);
	},
	siteConfig,
	partitions,
	associations,
	submitted,
	listen,
	knock,
};

async function isInPath(program: string): Promise<boolean> {
	const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder.startsWith('/'));
	const found = folders.map((folder) =>
		access(join(folder, program), constants.X_OK).then(
			() => true,
			() => false,
		),
	);
	return (await Promise.all(found)).includes(true);
}
