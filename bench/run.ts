// Every figure the README states, measured side by side in one run on the test bed, and printed as a table.
//   npm run bench              all of them           npm run bench -- start head    some of them
import { homedir } from 'node:os';
import { execa } from 'execa';
import { installApp } from '../test/testbed/app.ts';
import { cancelAll } from '../test/testbed/jobs.ts';
import { testbedScript } from '../test/testbed/places.ts';
import { makeRayEnvironment } from '../test/testbed/ray-environment.ts';
import { measureClient } from './client.ts';
import { measureCompletion } from './completion.ts';
import { measureDemo } from './demo.ts';
import { measureFarewell } from './farewell.ts';
import { measureHead } from './head.ts';
import { measureLocal } from './local.ts';
import { measureQuestions } from './questions.ts';
import { measureRequests } from './requests.ts';
import { measureStart } from './start.ts';
import { measureStatus } from './status.ts';
import { measureSupervisor } from './supervisor.ts';

export interface Figure {
	readonly what: string;
	readonly measured: string;
	readonly limit: string;
	readonly holds: boolean;
}

const BENCHES: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
	start: measureStart,
	completion: measureCompletion,
	head: measureHead,
	client: measureClient,
	requests: measureRequests,
	farewell: measureFarewell,
	questions: measureQuestions,
	supervisor: measureSupervisor,
	local: measureLocal,
	demo: measureDemo,
	status: measureStatus,
};

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !(name in BENCHES));
if (unknown !== undefined) {
	console.error(`No such benchmark: ${unknown}; there are ${Object.keys(BENCHES).join(', ')}`);
	process.exit(2);
}
await execa(testbedScript, ['up'], { stdin: 'ignore', timeout: 600_000 });
await makeRayEnvironment((line) => console.error(line));
await installApp();
process.chdir(homedir());
const figures: Figure[] = [];
for (const [name, measure] of Object.entries(BENCHES)) {
	if (wanted.length > 0 && !wanted.includes(name)) continue;
	console.error(`measuring: ${name}`);
	// Whatever a measurement left when it failed would be measured by the next.
	figures.push(...(await measure().finally(() => cancelAll('alice'))));
}
if (!process.env['RAYSLURM_KEEP_TESTBED']) await execa(testbedScript, ['down'], { stdin: 'ignore', timeout: 60_000 });
const width = Math.max(...figures.map(({ what }) => what.length));
for (const { what, measured, limit, holds } of figures) {
	console.log(`${holds ? '✓' : '✗'} ${what.padEnd(width)}  ${measured.padEnd(34)}  asked: ${limit}`);
}
process.exitCode = figures.every(({ holds }) => holds) ? 0 : 1;
