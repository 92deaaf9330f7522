// Why Ray did not start, in one line. Ray's own last line is often about something else.

const KNOWN: readonly (readonly [RegExp, string])[] = [
	[
		/AF_UNIX path length cannot exceed|validate_socket_filename failed/,
		"the path of Ray's folder is too long for its sockets",
	],
	[/No space left on device|Errno 28/, 'no space is left on the device'],
	[/Disk quota exceeded|Errno 122/, 'the disk quota is exceeded'],
	[/does not match persisted value/, "another Ray cluster's control store already listens on this port"],
	[/Failed to start the grpc server|specified port is|[Aa]ddress already in use/, 'a port that Ray needs is taken'],
	[/After taking into account object store/, 'the object store does not fit into the memory of this node'],
	[/InvalidAuthToken|Authentication token is missing or incorrect/, 'the cluster did not accept the token'],
	[/Version mismatch/, "Ray's or Python's version differs from the head's"],
	[/Timed out while waiting for GCS|Failed to connect to GCS/, "the head's control store does not answer"],
	[/MemoryError|Cannot allocate memory/, 'there is not enough memory'],
	[/No module named '?ray/, 'this Python has no Ray'],
];

const COLOURS = /\x1b\[[\d;]*m/g;
const LONGEST_LINE = 300;

export function rayFailure(
	output: string,
	end: { readonly code: number; readonly signal?: string | undefined } | undefined,
): string {
	for (const [pattern, words] of KNOWN) if (pattern.test(output)) return words;
	const last = output.split('\n').findLast((line) => /\b\w*(Error|Exception)\b.*:/.test(line));
	if (last !== undefined) return last.replace(COLOURS, '').trim().slice(0, LONGEST_LINE);
	if (end?.signal !== undefined) return `ray start was ended by ${end.signal}`;
	return end === undefined ? 'Ray did not answer in time' : `ray start ended with code ${end.code}`;
}

export function lastLines(text: string, count: number): string {
	return text.trimEnd().split('\n').slice(-count).join('\n');
}
