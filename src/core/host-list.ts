// Names of nodes as Slurm writes them together: dws-[01-03,07],login1.

export function expandHosts(list: string): readonly string[] {
	const hosts: string[] = [];
	for (const [word] of list.matchAll(/(?:[^,[]|\[[^\]]*\])+/g)) {
		const [, before = '', inside, after = ''] = /^([^[]*)\[([^\]]*)\](.*)$/.exec(word) ?? [];
		if (inside === undefined) {
			hosts.push(word);
			continue;
		}
		for (const part of inside.split(',')) {
			const [first = '', last = first] = part.split('-');
			const width = first.length;
			// Nonsense is a name like any other; a range of a million is no list of nodes.
			const many = Number(last) - Number(first);
			if (!/^\d+$/.test(first) || !/^\d+$/.test(last) || many < 0 || many > 100_000)
				hosts.push(`${before}${part}${after}`);
			else
				for (let number = Number(first); number <= Number(last); number += 1)
					hosts.push(...expandHosts(`${before}${String(number).padStart(width, '0')}${after}`));
		}
	}
	return hosts;
}
