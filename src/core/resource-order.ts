// In which order people see resources: Ray gives them in another one with each answer.

const FIRST = ['CPU', 'GPU', 'memory', 'object_store_memory'];

/** CPU, GPU and memory first, then the rest by name. */
export function byResource(a: string, b: string): number {
	return rank(a) - rank(b) || (a < b ? -1 : Number(a > b));
}

function rank(resource: string): number {
	const at = FIRST.indexOf(resource);
	return at < 0 ? FIRST.length : at;
}
