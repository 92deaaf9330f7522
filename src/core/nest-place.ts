// How long the path may be below which a node's private folder is made.

/** Ray's socket paths end 69 bytes below its folder and may be 107 long; `/ray` is ours. */
const LONGEST_FOLDER = 34;
const NAME = '/rs-123456';

export const LONGEST_PLACE = LONGEST_FOLDER - NAME.length;

export function isShortEnough(place: string): boolean {
	return new TextEncoder().encode(place).length <= LONGEST_PLACE;
}
