// The real templates as the build bundles them, and renderings of them with the worst a value can hold.
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { type Holes, renderTemplate } from '../../src/core/template.ts';

interface Bundled {
	readonly TEMPLATES: Readonly<Record<'head' | 'client', string>>;
	readonly DOCTOR_TEMPLATE: string;
	readonly TEMPLATE_PARTS: Readonly<Record<string, string>>;
}

export const root = resolve(import.meta.dirname, '../..');
export const ROLES = ['head', 'client'] as const;
export type Role = (typeof ROLES)[number];
export const { TEMPLATES, TEMPLATE_PARTS, DOCTOR_TEMPLATE } = bundled();
/** With that of doctor's own job, which is no role. */
const ALL = { ...TEMPLATES, doctor: DOCTOR_TEMPLATE };
export type TemplateName = keyof typeof ALL;
export const INCLUDE = /^#@include (\S+)$/gm;

/** As the build bundles them. */
function bundled(): Bundled {
	const { outputFiles } = buildSync({
		entryPoints: [join(root, 'src/commands/templates.ts')],
		bundle: true,
		write: false,
		format: 'cjs',
		loader: { '.sbatch': 'text', '.sh': 'text' },
	});
	const module = { exports: {} };
	new Function('module', outputFiles[0]?.text ?? '')(module);
	return module.exports as Bundled;
}

const NASTY = '\'"\\ $(touch /tmp/rayslurm-was-here) `id` $HOME # @@NODE@@ %j \u2028é🦀 ;&|<>*?~!{a,b}';
const NASTIER = `${NASTY}\r\n#SBATCH --wrap=id\n\x01\x1b[31m\tend`;
export const NASTY_WORDS = [NASTIER, '', '--', '-n', 'a=b', NASTY];

/** Every hole the template has, each with the worst it can hold. */
export function hostile(role: TemplateName, more: Holes = {}): Holes {
	const holes: Record<string, Holes[string]> = {};
	for (const line of whole(role).split('\n')) {
		for (const [, name = ''] of line.matchAll(/@@([A-Z_]+)@@/g))
			holes[name] = line.startsWith('#SBATCH') ? NASTY : NASTIER;
	}
	return {
		...holes,
		NODE: `/a b/${NASTY}/node`,
		ENVIRONMENT: NASTY_WORDS,
		RAYSLURM: NASTY_WORDS,
		...(role === 'doctor'
			? { PROBE_OPTIONS: NASTY_WORDS }
			: { RAY_OPTIONS: NASTY_WORDS, SUPERVISOR_OPTIONS: NASTY_WORDS }),
		...(role === 'client' ? { SCRIPT: NASTY_WORDS } : {}),
		...more,
	};
}

export function whole(role: TemplateName): string {
	return ALL[role].replace(INCLUDE, (_, name: string) => TEMPLATE_PARTS[name] ?? '');
}

export function render(role: TemplateName, more: Holes = {}): string {
	return renderTemplate(ALL[role], TEMPLATE_PARTS, hostile(role, more));
}
