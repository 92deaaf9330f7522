// The Ray of the environment that jobs would use: here, and on a node.
import { hasAuthentication, isSupported } from '../ray-start.ts';
import type { RayInstall } from '../world.ts';
import { type Finding, findingsOf } from './finding.ts';
import { type Look, ofLook } from './look.ts';

const SLOW_MS = 8_000;
const MAKE_ONE =
	'rayslurm python create makes an environment that has it, and --ray latest uses it; or name yours: --venv FOLDER, --conda NAME, --module NAME, --setup FILE';

export interface RayPlace {
	readonly node: string | undefined;
	/** The environment in words: `venv /x/env`. */
	readonly environment: string;
	readonly acceptsNoAuth: boolean;
}

export function rayFindings(look: Look<RayInstall>, place: RayPlace): readonly Finding[] {
	const say = findingsOf('Ray', place.node);
	const what = place.node === undefined ? `Ray (${place.environment})` : `Ray on ${place.node} (${place.environment})`;
	if (look.kind === 'failed') {
		return [say.problem(look.message, look.message.startsWith('Ray is missing') ? MAKE_ONE : (look.hint ?? MAKE_ONE))];
	}
	return ofLook(say, { what, fix: MAKE_ONE }, look, ({ rayVersion, pythonVersion, python }, ms) => {
		if (!isSupported(rayVersion)) {
			return [say.problem(`Ray ${rayVersion} is too old: rayslurm works with 2.40 and later (${python})`, MAKE_ONE)];
		}
		const found: Finding[] = [];
		if (!hasAuthentication(rayVersion)) {
			const risk = `Ray ${rayVersion} has no authentication: anybody who reaches its port can run code as you`;
			const fix = 'use Ray 2.52 or later: --ray latest; or accept that with --insecure-no-auth';
			found.push(place.acceptsNoAuth ? say.warning(risk, fix) : say.problem(risk, fix));
		}
		if (ms > SLOW_MS) {
			found.push(
				say.warning(
					`Python took ${Math.round(ms / 1000)} s to start: its file system is slow`,
					'put the environment elsewhere: rayslurm python create --python-dir FOLDER',
				),
			);
		}
		return found.length > 0
			? found
			: [say.ok(`Ray ${rayVersion}, Python ${pythonVersion} (${place.environment}; ${python})`)];
	});
}

/** It comes into being in the job only: by a module, by a file that is sourced, by a conda environment's name. */
export function rayNotLookedAt(environment: string): Finding {
	return findingsOf('Ray').warning(
		`${environment} is set up in jobs only, and was not looked at`,
		'rayslurm doctor --job',
	);
}

export function rayDiffers(
	here: Look<RayInstall> | undefined,
	there: Look<RayInstall>,
	node: string,
): readonly Finding[] {
	if (here?.kind !== 'seen' || there.kind !== 'seen') return [];
	const [a, b] = [here.value, there.value];
	if (a.rayVersion === b.rayVersion && a.pythonVersion === b.pythonVersion) return [];
	return [
		findingsOf('Ray', node).warning(
			`Ray ${b.rayVersion} with Python ${b.pythonVersion} there, Ray ${a.rayVersion} with Python ${a.pythonVersion} here: ray status and scripts do not fit from here`,
			'name one environment for both: --venv FOLDER, --conda NAME, --module NAME or --ray VERSION',
		),
	];
}
