// What a pending job asks for that its partition can never give, from one sinfo; only as far as that is sure.
import { sbatchMegabytes } from './megabytes.ts';
import { type PendingRequest, timeWords } from './sooner.ts';
import { clockMinutes } from './time-words.ts';

/** The most a partition has; undefined: no limit, or nobody says. */
export interface Room {
	readonly partition: string;
	readonly up: boolean;
	readonly nodes: number;
	readonly cpusOfNode: number;
	readonly memoryMbOfNode: number | undefined;
	readonly nodesOfJob: number | undefined;
	/** As sinfo writes it. */
	readonly time: string;
}

export const ROOM_WORDS = ['sinfo', '-h', '-e', '-o', '%R|%a|%l|%s|%D|%c|%m'];

/** A row for each kind of node; one room for each partition. */
export function parseRooms(stdout: string): readonly Room[] {
	const rooms = new Map<string, Room>();
	for (const row of stdout.split('\n')) {
		const [partition = '', up, time = '', size = '', nodes, cpus, memory] = row.split('|');
		if (partition === '' || memory === undefined) continue;
		const before = rooms.get(partition);
		const memoryMb = Number.parseInt(memory, 10);
		rooms.set(partition, {
			...{ partition, up: up === 'up', time },
			nodes: (before?.nodes ?? 0) + Number(nodes),
			cpusOfNode: Math.max(before?.cpusOfNode ?? 0, Number(cpus)),
			// A cluster that does not count memory shows 1 MB.
			memoryMbOfNode: memoryMb > 1 ? Math.max(before?.memoryMbOfNode ?? 0, memoryMb) : before?.memoryMbOfNode,
			nodesOfJob: /\d$/.test(size) ? Number(size.split('-').at(-1)) : undefined,
		});
	}
	return [...rooms.values()];
}

/** A line for each, with what would fit. Of several partitions the one with most counts; of one that sinfo does not show, or
 *  that has no nodes, nothing is said, nor where Slurm does expect a start. */
export function tooMuch(request: PendingRequest, rooms: readonly Room[]): readonly string[] {
	const names = request.partition.split(',');
	const mine = rooms.filter(({ partition, nodes, cpusOfNode }) => names.includes(partition) && nodes * cpusOfNode > 0);
	if (mine.length < names.length || request.expectedStart !== undefined) return [];
	const where = `${names.length === 1 ? 'partition' : 'each of the partitions'} ${names.join(', ')}`;
	const most = (of: (room: Room) => number | undefined) =>
		Math.max(...mine.map((room) => of(room) ?? Number.POSITIVE_INFINITY));
	const { reason = '', nodes, cpus: allCpus, cpusOfNode = 0, memory = '0', minutes = 0 } = request;
	const cpus = most((room) => room.cpusOfNode);
	const megabytes = most((room) => room.memoryMbOfNode);
	// A quality of service may lift these two: only where Slurm says that they are why.
	const size = most((room) => (reason.startsWith('PartitionNodeLimit') ? room.nodesOfJob : undefined));
	const longest = most(({ time }) => (reason.startsWith('PartitionTimeLimit') ? clockMinutes(time) : undefined));
	const count = Math.min(
		size,
		most((room) => room.nodes),
	);
	const rows: readonly (readonly [boolean, string, string, string])[] = [
		[cpusOfNode > cpus, `${cpusOfNode} CPUs on a node`, String(cpus), `-c ${cpus}`],
		[
			sbatchMegabytes(memory, '--mem') > megabytes,
			`${memory} of memory on a node`,
			`${megabytes}M`,
			`--mem=${megabytes}M`,
		],
		// Where it names no number of nodes, squeue guesses one.
		[nodes > count && nodes * cpusOfNode === allCpus, `${nodes} nodes`, String(count), `-N ${count}`],
		[minutes > longest, `${timeWords(minutes)} of time`, timeWords(longest), `--time=${timeWords(longest)}`],
	];
	return rows
		.filter(([over]) => over)
		.map(([, asked, most, option]) => `Asks for ${asked}; ${where} has at most ${most}: ${option}`);
}

/** The partitions that are up, besides its own, and may have what it asks for. */
export function otherRooms(request: PendingRequest, rooms: readonly Room[]): readonly string[] {
	return rooms
		.filter(({ partition, up, nodes }) => up && nodes > 0 && !request.partition.split(',').includes(partition))
		.map(({ partition }) => partition)
		.filter((partition) => tooMuch({ ...request, partition }, rooms).length === 0);
}
