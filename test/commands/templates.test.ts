// The real templates, before and after hostile values, as sbatch, bash and shellcheck read them.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderTemplate } from '../../src/core/template.ts';
import {
	DOCTOR_TEMPLATE,
	hostile,
	INCLUDE,
	ROLES,
	render,
	root,
	TEMPLATE_PARTS,
	TEMPLATES,
	whole,
} from './rendered.ts';

describe('the templates', () => {
	it('are all bundled, and every part is included by each', () => {
		const files = readdirSync(join(root, 'templates'));
		const names = [...Object.keys(TEMPLATES), 'doctor'].map((name) => `${name}.sbatch`);
		expect([...names, ...Object.keys(TEMPLATE_PARTS)].sort()).toEqual(files.sort());
		expect(DOCTOR_TEMPLATE).toBe(readFileSync(join(root, 'templates', 'doctor.sbatch'), 'utf8'));
		for (const role of ROLES) {
			expect(TEMPLATES[role]).toBe(readFileSync(join(root, 'templates', `${role}.sbatch`), 'utf8'));
			expect([...TEMPLATES[role].matchAll(INCLUDE)].map(([, name]) => name).sort()).toEqual(
				Object.keys(TEMPLATE_PARTS).sort(),
			);
		}
	});

	it.each(ROLES)('%s: every @@ belongs to a hole, and none stands in a comment or in quotes', (role) => {
		for (const line of whole(role).split('\n')) {
			expect(line.replaceAll(/@@[A-Z][A-Z0-9_]*@@/g, '')).not.toContain('@@');
			if (line.startsWith('#') && !line.startsWith('#SBATCH')) expect(line).not.toContain('@@');
			expect(line.replaceAll(/"[^"]*"|'[^']*'/g, (quoted) => quoted.replace('@@', 'HOLE'))).not.toContain('HOLE');
		}
	});

	it.each(ROLES)('%s: all directives stand before the first command, and no value adds one', (role) => {
		const names = (script: string) => directives(script).map((line) => line.split('=')[0]);
		expect(names(render(role))).toEqual(names(TEMPLATES[role]));
		expect(names(render(role))).toContain('#SBATCH --job-name');
	});

	it.each(ROLES)('%s: directives with nothing to say are dropped', (role) => {
		const dropped = {
			JOB_NAME: undefined,
			COMMENT: undefined,
			TIME: undefined,
			NODES: undefined,
			TASKS_PER_NODE: undefined,
			CPUS: undefined,
			MEMORY: undefined,
		};
		expect(directives(render(role, dropped)).map((line) => line.split('=')[0])).toEqual([
			'#SBATCH --output',
			'#SBATCH --error',
			'#SBATCH --open-mode',
			'#SBATCH --signal',
			'#SBATCH --export',
		]);
	});

	it.each(ROLES)('%s: a hole nobody fills and a value no hole takes are errors', (role) => {
		expect(() => render(role, { NEW: 'x' })).toThrowError('no hole for NEW');
		const { NODE: _, ...less } = hostile(role);
		expect(() => renderTemplate(TEMPLATES[role], TEMPLATE_PARTS, less)).toThrowError('hole NODE');
	});

	const scripts = ([...ROLES, 'doctor'] as const).flatMap((role) => [
		[`${role}.before.sh`, whole(role)] as const,
		[`${role}.after.sh`, render(role)] as const,
	]);

	it.each(scripts)('%s: bash can read it', (name, script) => {
		const { status, stderr } = spawnSync('bash', ['-n', put(name, script)], { encoding: 'utf8' });
		expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
	});

	const lacks = spawnSync('shellcheck', ['--version']).status === 0 ? '' : ' (skipped: it is not installed)';
	it.skipIf(lacks)(`shellcheck finds nothing in any of them${lacks}`, () => {
		const paths = scripts.map(([name, script]) => put(name, script));
		// SC2016 says of our values that nothing in them expands. That is what is wanted.
		const { stdout, status } = spawnSync('shellcheck', ['--exclude=SC2016', ...paths], { encoding: 'utf8' });
		expect({ stdout, status }).toEqual({ stdout: '', status: 0 });
		expect(
			spawnSync(
				'shellcheck',
				paths.filter((path) => path.includes('before')),
			).status,
		).toBe(0);
	});
});

describe('the job of doctor', () => {
	const MINE = ['started', 'errors', 'ray-errors', 'ray-over', 'over'];
	const runIn = (name: string, planted: readonly string[], setup = 'true') => {
		const place = join(folder, name);
		mkdirSync(place);
		const dear = put(`${name}-dear`, 'dear\n');
		for (const each of planted) symlinkSync(dear, join(place, each));
		const script = render('doctor', {
			...{ FOLDER: place, ENVIRONMENT_KIND: 'setup', ENVIRONMENT: [put(`${name}-setup`, setup)] },
			...{ NODE: '/bin/echo', RAYSLURM: [], PROBE_OPTIONS: [] },
		});
		const { status } = spawnSync('bash', [put(`${name}.sh`, script)], { encoding: 'utf8', timeout: 20_000 });
		const files = readdirSync(place).filter((each) => !planted.includes(each));
		return { status, files, dear: readFileSync(dear, 'utf8'), place };
	};

	it('tells what it has seen; a setup file may write over its own', () => {
		const own = join(folder, 'own');
		const { status, files, place } = runIn('plain', [], `echo 1 >'${own}'; echo 2 >'${own}'`);
		expect([status, files.sort()]).toEqual([0, MINE.toSorted()]);
		expect([readFileSync(own, 'utf8'), readFileSync(join(place, 'ray-errors'), 'utf8')]).toEqual(['2\n', '']);
	});

	it.each(MINE)('writes nothing through a link that somebody has put at %s', (name) => {
		expect(runIn(`planted-${name}`, [name]).dear).toBe('dear\n');
	});

	it('does not begin in a folder that is a link', () => {
		const place = join(folder, 'behind');
		mkdirSync(place);
		symlinkSync(place, join(folder, 'link'));
		const script = render('doctor', { FOLDER: join(folder, 'link'), NODE: '/bin/echo' });
		expect(spawnSync('bash', [put('linked.sh', script)]).status).toBe(1);
		expect(readdirSync(place)).toEqual([]);
	});
});

let folder: string;
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'templates-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function put(name: string, text: string): string {
	const path = join(folder, name);
	writeFileSync(path, text);
	return path;
}

function directives(script: string): string[] {
	const lines = script.split('\n');
	const firstCommand = lines.findIndex((line) => line !== '' && !line.startsWith('#'));
	expect(lines.findLastIndex((line) => line.startsWith('#SBATCH'))).toBeLessThan(firstCommand);
	return lines.filter((line) => line.startsWith('#SBATCH'));
}
