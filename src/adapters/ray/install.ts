// Which Ray this environment has, asked of its own Python without importing Ray (0.07 s instead of 0.9 s).
import { readFile } from 'node:fs/promises';
import { delimiter } from 'node:path';
import { Trouble } from '../../core/trouble.ts';
import type { RayInstall } from '../../core/world.ts';
import { run } from '../run.ts';

const MARK = 'rayslurm-ray ';
// Site customisation may print what it likes: our line is marked, and the last one counts.
const QUESTION = `
import importlib.metadata, json, platform, sys
try:
    ray = importlib.metadata.version("ray")
except importlib.metadata.PackageNotFoundError:
    ray = None
print("\\n${MARK}" + json.dumps({"python": sys.executable, "pythonVersion": platform.python_version(), "rayVersion": ray}))
`;

/** `first`: a folder put before all of PATH, as an environment that is not active yet would do. */
export async function findRay(first?: string): Promise<RayInstall> {
	const seen: string[] = [];
	const path = [...(first === undefined ? [] : [first]), process.env['PATH'] ?? ''].join(delimiter);
	for (const python of ['python', 'python3', await pythonOfRay(path)]) {
		if (python === undefined) continue;
		// From /, because Python looks for modules where it is started, and others may write to that folder.
		const outcome = await run([python, '-c', QUESTION], { timeoutMs: 60_000, cwd: '/', environment: { PATH: path } });
		if (outcome.missing) continue;
		const line = outcome.stdout.split('\n').findLast((each) => each.startsWith(MARK));
		if (line === undefined) {
			seen.push(`${python} failed: ${outcome.stderr.trim().split('\n').at(-1) ?? `code ${outcome.code}`}`);
			continue;
		}
		const answer = JSON.parse(line.slice(MARK.length)) as RayInstall & { rayVersion: string | null };
		if (answer.rayVersion !== null) return answer;
		seen.push(`${answer.python} (Python ${answer.pythonVersion}) has no Ray`);
	}
	throw new Trouble('program-missing', `Ray is missing: ${seen.join('; ') || 'there is no python in PATH'}`, {
		hint: 'give the environment that has it: --venv FOLDER, --conda NAME, --module NAME, --setup FILE; or --ray VERSION, which makes one',
	});
}

/** A `ray` in PATH whose Python is not: its first line names it. */
async function pythonOfRay(path: string): Promise<string | undefined> {
	for (const folder of path.split(delimiter)) {
		const text = await readFile(`${folder}/ray`, 'utf8').catch(() => undefined);
		const interpreter = /^#!\s*(\/\S*python[\d.]*)\s*$/m.exec(text?.slice(0, 400) ?? '')?.[1];
		if (interpreter !== undefined) return interpreter;
	}
	return undefined;
}
