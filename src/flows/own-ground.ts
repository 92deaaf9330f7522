// Before something is written, submitted, cancelled or removed by what an output folder says: nobody else can put another
// output folder, or another state, in its place.

import type { Layout } from '../core/layout.ts';
import { type Fault, faultsOf } from '../core/own-ground.ts';
import { bashWords } from '../core/quote.ts';
import { Trouble } from '../core/trouble.ts';
import type { World } from '../core/world.ts';

export async function requireOwnGround(world: World, layout: Layout, instead?: () => string): Promise<void> {
	const trouble = await groundTrouble(world, layout, instead);
	if (trouble !== undefined) throw trouble;
}

/** instead: what else there is to do, above all where the folder is somebody else's to mend. */
export async function groundTrouble(
	world: World,
	{ slurmLogs, outputDir }: Layout,
	instead: () => string = elsewhere,
): Promise<Trouble | undefined> {
	const faults = faultsOf(await world.files.wayTo(slurmLogs));
	const [first] = faults;
	if (first === undefined) return undefined;
	const { folder, why } = first;
	const whose = why === 'writable' ? `others can write to ${folder.path}` : `${folder.path} belongs to somebody else`;
	return new Trouble('failed', `The output folder ${outputDir} can be swapped for another: ${whose}`, {
		hint: hintFor(faults, instead()),
	});
}

function elsewhere(): string {
	return 'choose one in a folder of your own, such as --output-dir=~/ray-outputs';
}

function hintFor(faults: readonly Fault[], instead: string): string {
	if (faults.some(({ folder, why }) => why === 'not mine' || !folder.mine)) return instead;
	return `${bashWords(['chmod', 'go-w', ...faults.map(({ folder }) => folder.path)])}; or ${instead}`;
}
