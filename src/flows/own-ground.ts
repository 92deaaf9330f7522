// Before something is written, submitted, cancelled or removed by what an output folder says: nobody else can put another
// output folder, or another state, in its place.
import type { Layout } from '../core/layout.ts';
import { type Fault, faultsOf } from '../core/own-ground.ts';
import { bashWords } from '../core/quote.ts';
import { Trouble } from '../core/trouble.ts';
import type { World } from '../core/world.ts';

/** Refuses a folder that everybody could swap. Where a group could, which has the project's scripts in its hand anyway, the
 *  words of a note come back. */
export async function requireOwnGround(
	world: World,
	{ slurmLogs, outputDir }: Layout,
	/** What else there is to do, above all where the folder is somebody else's to mend. */
	instead: () => string = elsewhere,
): Promise<string | undefined> {
	const faults = faultsOf(await world.files.wayTo(slurmLogs));
	const open = faults.filter(({ why }) => why === 'everybody');
	const [first] = open;
	if (first !== undefined) throw new Trouble('failed', inWords(outputDir, first), { hint: hintFor(open, instead()) });
	const shared = faults.find(({ why }) => why === 'group');
	return shared && `${inWords(outputDir, shared)}; ${hintFor([shared], instead())}`;
}

/** All that is amiss, for who looks for it. */
export async function groundTrouble(
	world: World,
	{ slurmLogs, outputDir }: Layout,
): Promise<{ readonly message: string; readonly hint: string; readonly refused: boolean } | undefined> {
	const faults = faultsOf(await world.files.wayTo(slurmLogs));
	const worst = faults.find(({ why }) => why === 'everybody') ?? faults[0];
	if (worst === undefined) return undefined;
	return { message: inWords(outputDir, worst), hint: hintFor(faults, elsewhere()), refused: worst.why === 'everybody' };
}

function inWords(outputDir: string, { folder, why }: Fault): string {
	const whose = {
		everybody: `everybody can write to ${folder.path}`,
		group: `others of its group can write to ${folder.path}`,
		'not mine': `${folder.path} belongs to somebody else`,
	};
	return `The output folder ${outputDir} can be swapped for another: ${whose[why]}`;
}

function elsewhere(): string {
	return 'choose one in a folder of your own, such as --output-dir=~/ray-outputs';
}

function hintFor(faults: readonly Fault[], instead: string): string {
	if (faults.some(({ folder, why }) => why === 'not mine' || !folder.mine)) return instead;
	return `${bashWords(['chmod', 'go-w', ...faults.map(({ folder }) => folder.path)])}; or ${instead}`;
}
