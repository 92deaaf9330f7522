// A number with what it counts: 1 CPU, 2 CPUs.

/** `one`: what one of them is called. */
export function counted(number: number, one: string): string {
	return `${number} ${one}${number === 1 ? '' : 's'}`;
}
