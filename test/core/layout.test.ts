import { expect, it } from 'vitest';
import { layoutOf } from '../../src/core/layout.ts';

it('keeps the names that users and scripts rely on', () => {
	const layout = layoutOf('/w/outputs');
	expect(layout).toMatchObject({
		slurmLogs: '/w/outputs/slurm_logs',
		overview: '/w/outputs/experiment_overview.csv',
		latestInfo: '/w/outputs/ray_head_latest.info',
		state: '/w/outputs/.rayslurm',
	});
	expect(layout.info('12345')).toBe('/w/outputs/ray_head_12345.info');
});

it('keeps what is secret in the private folder, each thing under a name of its own', () => {
	const { head, state, scripts } = layoutOf('/w');
	const [one, two] = [head('1'), head('2')];
	const paths = [one, two].flatMap((head) => [
		head.folder,
		head.record,
		head.events,
		head.clients,
		head.clientRecord('7'),
		head.clientEvents('7'),
		head.clientRecord('8'),
		head.token('0-ab'),
		head.token('1-cd'),
	]);
	expect(new Set([...paths, scripts]).size).toBe(paths.length + 1);
	for (const path of [...paths, scripts]) expect(path.startsWith(`${state}/`)).toBe(true);
});
