// Where the test bed and what the real tests need live on this machine. The bed's script reads the same variable.
import { join, resolve } from 'node:path';

export const bedFolder = process.env['TESTBED_DIR'] || '/var/lib/rayslurm-testbed';
export const testbedScript = resolve(import.meta.dirname, 'testbed');
export const projectFolder = resolve(import.meta.dirname, '../..');

export const USERS = ['alice', 'bob'] as const;
export type User = (typeof USERS)[number];

/** A Ray that ordinary users can read. It outlives the bed, because it takes half a minute to make. */
export const rayFolder = join(bedFolder, 'ray');

/** The bundle, the examples and, where need be, node: for ordinary users, who may not be able to read the checkout. */
export const appFolder = join(bedFolder, 'app');

export function workspacesOf(user: User): string {
	return join(bedFolder, 'home', user, 'workspaces');
}
