import { expect, it } from 'vitest';
import { clientJobs, layoutOf, logName, NAMES } from '../../src/core/layout.ts';

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

it.each([
	['log', `7${logName('client', 'a/b c')}.err`],
	['log', `7${logName('head', '')}.out`],
	['rayLogs', layoutOf('').rayLogs('7')],
	['info', layoutOf('').info('7')],
	['stopRequest', layoutOf('').stopRequest('7')],
	['token', layoutOf('').head('7').token('0-ab')],
	['script', layoutOf('').script('head', '0123456789abcdef')],
	['head', layoutOf('').head('10.0.0.1_6379').folder],
] as const)('finds again what it has named: %s %s', (what, path) => {
	expect(NAMES[what].test(path.slice(path.lastIndexOf('/') + 1))).toBe(true);
});

it('knows clients by whole ids', () => {
	expect(clientJobs(['7.json', '7.events.jsonl', '12.json', '0.json', '7', '.8.json', 'a.json'])).toEqual(['7', '12']);
});
