import { describe, expect, it } from 'vitest';
import { configRows, unknownSettings, withoutUnknown } from '../../src/core/config-table.ts';
import { DEFAULT_IDLE_WINDOW } from '../../src/core/idle-window.ts';
import { resolveSettings, SETTING_NAMES, SETTINGS, type SettingDefinition } from '../../src/core/settings.ts';

const sources = {
	flags: { grace: '5m' },
	environment: { RAYSLURM_VENV: '/v', OUTPUT_DIR: '/o', RAYSLURM_IDEL_AFTER: '1', RAYSLURM_OWNER: 'x', HOME: '/h' },
	dotenv: { USER_PORT_OFFSET: '40', RAYSLURM_DEBGU: '1' },
	dotenvFolder: '/p',
	files: [
		{ path: '/p/rayslurm.yaml', content: { 'idle-after': '30m', 'idle-windw': 'off', nonsense: { a: 1 } } },
		{ path: '/etc/rayslurm.yaml', content: { conda: 'ray', venv: '/hidden' } },
	],
};
const rows = configRows(resolveSettings(withoutUnknown(sources)), { workspace: '/w' }, sources.dotenvFolder);
const row = (name: string) => {
	const { value, layer, said, file } = rows.find((each) => each.name === name) ?? {};
	return [value, layer, said, file];
};

describe('the table of settings', () => {
	it('has every setting once, each with what is done without it', () => {
		expect(rows.map(({ name }) => name)).toEqual(SETTING_NAMES);
		for (const { otherwise } of rows) expect(otherwise).toMatch(/^\S.*[^.]$/);
	});

	it.each([
		['grace', ['5m', 'flag', '--grace', undefined]],
		['venv', ['/v', 'environment', 'RAYSLURM_VENV', undefined]],
		['output-dir', ['/o', 'environment', 'OUTPUT_DIR', undefined]],
		['port-offset', ['40', '.env', 'USER_PORT_OFFSET', '/p/.env']],
		['idle-after', ['30m', 'file', 'idle-after', '/p/rayslurm.yaml']],
		['conda', ['ray', 'file', 'conda', '/etc/rayslurm.yaml']],
		['workspace', ['/w', 'default', undefined, undefined]],
		['on-end', ['cancel', 'default', undefined, undefined]],
		['module', [undefined, 'default', undefined, undefined]],
	])('%s', (name, expected) => {
		expect(row(name)).toEqual(expected);
	});

	it('names what is no setting, and what it may have meant', () => {
		expect(unknownSettings(sources)).toEqual([
			{ name: 'idle-windw', file: '/p/rayslurm.yaml', meant: ['idle-window'] },
			{ name: 'nonsense', file: '/p/rayslurm.yaml', meant: [] },
			{ name: 'RAYSLURM_DEBGU', file: '/p/.env', meant: ['RAYSLURM_DEBUG'] },
			{ name: 'RAYSLURM_IDEL_AFTER', file: undefined, meant: ['RAYSLURM_IDLE_AFTER'] },
		]);
	});

	it('tells the defaults that are in force', () => {
		expect(SETTINGS['idle-window'].preset).toBe(DEFAULT_IDLE_WINDOW);
		for (const name of SETTING_NAMES) {
			const { preset, values }: SettingDefinition = SETTINGS[name];
			if (Array.isArray(values) && preset !== undefined) expect(values).toContain(preset);
		}
	});
});
