// Copies of the bundle, the examples and, where need be, node in a folder that ordinary users can read.
import { existsSync } from 'node:fs';
import { chmod, copyFile, cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { appFolder, projectFolder, USERS } from './places.ts';

export const bundle = join(appFolder, 'dist/rayslurm.cjs');
export const examples = join(appFolder, 'examples');
const copyOfNode = join(appFolder, 'node');

export async function installApp(): Promise<void> {
	await rm(appFolder, { recursive: true, force: true });
	await mkdir(join(appFolder, 'dist'), { recursive: true });
	const built = join(projectFolder, 'dist/rayslurm.cjs');
	if (!existsSync(built)) throw new Error(`${built} is missing; npm run build makes it`);
	await copyFile(built, bundle);
	await cp(join(projectFolder, 'examples'), examples, { recursive: true });
	await execa('chmod', ['-R', 'u=rwX,go=rX', appFolder]);
	if (await isForEverybody(process.execPath)) return;
	await copyFile(process.execPath, copyOfNode);
	await chmod(copyOfNode, 0o755);
}

/** A node that ordinary users can execute: ours may stand in a home folder that others cannot enter. */
export function nodeForUsers(): string {
	return existsSync(copyOfNode) ? copyOfNode : process.execPath;
}

async function isForEverybody(node: string): Promise<boolean> {
	const asUser = [`--reuid=${USERS[0]}`, '--clear-groups', '--', node, '--version'];
	return !(await execa('setpriv', asUser, { reject: false })).failed;
}
