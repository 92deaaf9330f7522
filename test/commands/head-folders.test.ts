import { expect, it } from 'vitest';
import { clientsOf, headNames } from '../../src/commands/head-folders.ts';
import { layoutOf } from '../../src/core/layout.ts';
import { headFolderName } from '../../src/flows/find-head.ts';
import { folder, put, top, useFreshFolder } from './shell-in-folder.ts';

useFreshFolder();

it('knows heads and clients by names that rayslurm gives them, and by no other', () => {
	const layout = layoutOf(`${top}/outputs`);
	const addresses = ['10.0.0.1:6379', 'dws-01:6379', '[fd00::1]:6379'].map((address) =>
		headFolderName({ kind: 'address', address, tokenPath: undefined }),
	);
	for (const name of ['7', '12', ...addresses, '99999999999999999999', '0', '08', 'a', '7\x1b[2J', '7\n'])
		folder(`outputs/.rayslurm/heads/${name}`);
	expect([...headNames(layout)].toSorted()).toEqual(['7', '12', ...addresses].toSorted());
	for (const name of ['8.json', '8.events.jsonl', '0.json', '99999999999999999999.json', 'x.json'])
		put(`outputs/.rayslurm/heads/7/clients/${name}`, '');
	expect(clientsOf(layout.head('7'))).toEqual(['8']);
});
