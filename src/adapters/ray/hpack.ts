// Header fields as HTTP/2 packs them (RFC 7541), as far as a client needs that keeps no table of its own: what it sends is
// spelt out, and whoever is told of a table of size 0 refers to the fixed one alone. Throws for what no gRPC server sends.
import { varint } from './protobuf.ts';

export type HeaderField = readonly [name: string, value: string];

/** The fixed table, from 1. */
const FIXED: readonly HeaderField[] = (
	':authority|:method=GET|:method=POST|:path=/|:path=/index.html|:scheme=http|:scheme=https|:status=200|:status=204|' +
	':status=206|:status=304|:status=400|:status=404|:status=500|accept-charset|accept-encoding=gzip, deflate|accept-language|' +
	'accept-ranges|accept|access-control-allow-origin|age|allow|authorization|cache-control|content-disposition|' +
	'content-encoding|content-language|content-length|content-location|content-range|content-type|cookie|date|etag|expect|' +
	'expires|from|host|if-match|if-modified-since|if-none-match|if-range|if-unmodified-since|last-modified|link|location|' +
	'max-forwards|proxy-authenticate|proxy-authorization|range|referer|refresh|retry-after|server|set-cookie|' +
	'strict-transport-security|transfer-encoding|user-agent|vary|via|www-authenticate'
)
	.split('|')
	.map((each) => {
		const [name = '', value = ''] = each.split('=');
		return [name, value];
	});

/** Huffman's code: the characters of each length in bits, in order. Longer codes stand for what no header of gRPC holds. */
const BY_LENGTH: Readonly<Record<number, string>> = {
	5: '012aceiost',
	6: ' %-./3456789=A_bdfghlmnpru',
	7: ':BCDEFGHIJKLMNOPQRSTUVWYjkqvwxyz',
	8: '&*,;XZ',
	10: '!"()?',
	11: "'+|",
	12: '#>',
	13: '\0$@[]~',
	14: '^}',
	15: '<`{',
	19: '\\',
};

/** Never to be put into a table, by nobody on the way. */
const NEVER_KEPT = 0x10;

export function packFields(fields: readonly HeaderField[]): Buffer {
	const literal = (text: string) => {
		const bytes = Buffer.from(text, 'latin1');
		return [packNumber(bytes.length), bytes];
	};
	return Buffer.concat(fields.flatMap(([name, value]) => [Buffer.of(NEVER_KEPT), ...literal(name), ...literal(value)]));
}

export function unpackFields(block: Buffer): Map<string, string> {
	const fields = new Map<string, string>();
	const cursor = { block, at: 0 };
	while (cursor.at < block.length) {
		const first = block[cursor.at] ?? 0;
		if (first >= 0x80) {
			const [name, value] = fixed(unpackNumber(cursor, 7));
			fields.set(name, value);
		} else if (first >= 0x40 || first < 0x20) {
			const index = unpackNumber(cursor, first >= 0x40 ? 6 : 4);
			const name = index === 0 ? unpackText(cursor) : fixed(index)[0];
			fields.set(name, unpackText(cursor));
		} else if (unpackNumber(cursor, 5) !== 0) {
			throw new Error('a table of headers, which was not offered');
		}
	}
	return fields;
}

interface Cursor {
	readonly block: Buffer;
	at: number;
}

function fixed(index: number): HeaderField {
	const field = FIXED[index - 1];
	if (field === undefined) throw new Error('a header that was never told');
	return field;
}

function unpackText(cursor: Cursor): string {
	const isCoded = (cursor.block[cursor.at] ?? 0) >= 0x80;
	const length = unpackNumber(cursor, 7);
	const end = cursor.at + length;
	if (end > cursor.block.length) throw cutShort();
	const bytes = cursor.block.subarray(cursor.at, end);
	cursor.at = end;
	return isCoded ? decode(bytes) : bytes.toString('latin1');
}

/** In the low seven bits of the first byte; what does not fit follows as protobuf writes it. */
function packNumber(value: number): Uint8Array {
	return value < 127 ? Buffer.of(value) : Buffer.concat([Buffer.of(127), varint(value - 127)]);
}

function unpackNumber(cursor: Cursor, bits: number): number {
	const most = 2 ** bits - 1;
	let value = (cursor.block[cursor.at++] ?? 0) & most;
	if (value < most) return value;
	for (let scale = 1; scale < 2 ** 28; scale *= 128) {
		const byte = cursor.block[cursor.at++];
		if (byte === undefined) throw cutShort();
		value += (byte & 127) * scale;
		if (byte < 128) return value;
	}
	throw new Error('a number without an end');
}

let codes: ReadonlyMap<number, string> | undefined;

/** A code is known by its bits with a 1 before them. Those of one length count up from where the shorter ones ended. */
function codesOf(): ReadonlyMap<number, string> {
	const found = new Map<number, string>();
	let next = 0;
	let length = 0;
	for (const [bits, letters] of Object.entries(BY_LENGTH)) {
		next *= 2 ** (Number(bits) - length);
		length = Number(bits);
		for (const letter of letters) found.set(2 ** length + next++, letter);
	}
	return found;
}

function decode(bytes: Buffer): string {
	codes ??= codesOf();
	let text = '';
	let code = 1;
	for (const byte of bytes) {
		for (let bit = 7; bit >= 0; bit--) {
			code = code * 2 + ((byte >> bit) & 1);
			const letter = codes.get(code);
			if (letter !== undefined) {
				text += letter;
				code = 1;
			} else if (code >= 2 ** 20) throw new Error('a letter that no header holds');
		}
	}
	// It is filled up to a whole byte with ones.
	if (code >= 2 ** 8 || (code & (code + 1)) !== 0) throw cutShort();
	return text;
}

const cutShort = () => new Error('headers that are cut short');
