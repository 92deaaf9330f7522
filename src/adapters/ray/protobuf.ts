// Reads and writes messages of protobuf by tables of the fields that matter: all others are skipped, and one that was not sent
// has its empty value. Throws for bytes that are no such message, and for lists that no cluster is large enough for; reads
// nothing beyond their end. A message in parts, which Ray never sends, is not put together: the last part counts.

/** How one field stands on the wire, and what is made of it. */
export interface Field<T> {
	readonly number: number;
	readonly wire: number;
	readonly empty: () => T;
	/** What it is once this has been read, too: a repeated field comes one by one. */
	readonly more: (known: T, cursor: Cursor) => T;
	readonly write?: (value: T) => Uint8Array;
}

export interface Message<T> {
	readonly fields: { readonly [K in keyof T]: Field<T[K]> };
	readonly byNumber: ReadonlyMap<number, keyof T>;
}

/** What a message is read as. */
export type Read<M> = M extends Message<infer T> ? T : never;

const LONGEST_LIST = 200_000;

const Wire = { Varint: 0, Eight: 1, Counted: 2, Four: 5 };

export function message<T extends object>(fields: Message<T>['fields']): Message<T> {
	const names = Object.keys(fields) as (keyof T)[];
	return { fields, byNumber: new Map(names.map((name) => [fields[name].number, name])) };
}

export const text = (number: number): Field<string> => ({
	number,
	wire: Wire.Counted,
	empty: () => '',
	more: (_, cursor) => textOf(cursor.counted()),
	write: (value) => counted(Buffer.from(value)),
});

export const bytes = (number: number): Field<Uint8Array> => ({
	number,
	wire: Wire.Counted,
	empty: () => Buffer.alloc(0),
	more: (_, cursor) => cursor.counted(),
	write: counted,
});

/** Of every width, signed or not, enums too; beyond 2^53 it is rounded. */
export const int = (number: number): Field<number> => ({
	number,
	wire: Wire.Varint,
	empty: () => 0,
	more: (_, cursor) => cursor.varint(),
	write: varint,
});

export const flag = (number: number): Field<boolean> => ({
	number,
	wire: Wire.Varint,
	empty: () => false,
	more: (_, cursor) => cursor.varint() !== 0,
	write: (value) => varint(value ? 1 : 0),
});

const double = (number: number): Field<number> => ({
	number,
	wire: Wire.Eight,
	empty: () => 0,
	more: (_, cursor) => cursor.double(),
});

export const one = <T extends object>(number: number, of: Message<T>): Field<T | undefined> => ({
	number,
	wire: Wire.Counted,
	empty: () => undefined,
	more: (_, cursor) => read(of, cursor.counted()),
});

export const each = <T extends object>(number: number, of: Message<T>): Field<T[]> => ({
	number,
	wire: Wire.Counted,
	empty: () => [],
	more: (known, cursor) => append(known, read(of, cursor.counted())),
});

export const texts = (number: number): Field<string[]> => ({
	number,
	wire: Wire.Counted,
	empty: () => [],
	more: (known, cursor) => append(known, textOf(cursor.counted())),
});

export const doublesByName = (number: number) => byName(number, message({ name: text(1), value: double(2) }));
export const textsByName = (number: number) => byName(number, message({ name: text(1), value: text(2) }));

function byName<V>(number: number, entry: Message<{ name: string; value: V }>): Field<Record<string, V>> {
	return {
		number,
		wire: Wire.Counted,
		empty: () => ({}),
		more(known, cursor) {
			const { name, value } = read(entry, cursor.counted());
			// A plain assignment to __proto__ would be none.
			return Object.defineProperty(known, name, { value, enumerable: true, configurable: true, writable: true });
		},
	};
}

export function read<T extends object>({ fields, byNumber }: Message<T>, from: Uint8Array): T {
	const values = {} as T;
	for (const name in fields) values[name] = fields[name].empty();
	const cursor = new Cursor(from);
	while (!cursor.done) {
		const tag = cursor.varint();
		if (tag < 8) throw new Error('a field without a number');
		const name = byNumber.get(Math.floor(tag / 8));
		if (name === undefined || fields[name].wire !== tag % 8) cursor.skip(tag % 8);
		else values[name] = fields[name].more(values[name], cursor);
	}
	return values;
}

export function write<T extends object>({ fields }: Message<T>, values: Partial<T>): Uint8Array {
	const parts: Uint8Array[] = [];
	for (const name in fields) {
		const { number, wire, write } = fields[name];
		const value = values[name];
		if (value === undefined) continue;
		if (write === undefined) throw new TypeError(`${name} is never sent`);
		parts.push(varint(number * 8 + wire), write(value));
	}
	return Buffer.concat(parts);
}

class Cursor {
	readonly #bytes: Buffer;
	#at = 0;

	constructor(from: Uint8Array) {
		this.#bytes = Buffer.from(from.buffer, from.byteOffset, from.byteLength);
	}

	get done(): boolean {
		return this.#at >= this.#bytes.length;
	}

	varint(): number {
		let low = 0;
		let high = 0;
		for (let shift = 0; shift < 70; shift += 7) {
			const byte = this.#bytes[this.#at++];
			if (byte === undefined) throw tooShort();
			const seven = byte & 127;
			if (shift < 32) low |= seven << shift;
			if (shift > 28) high |= seven << (shift - 32);
			else if (shift === 28) high |= seven >> 4;
			if (byte < 128) return high * 2 ** 32 + (low >>> 0);
		}
		throw new Error('a number without an end');
	}

	double(): number {
		return this.#take(8).readDoubleLE();
	}

	counted(): Buffer {
		return this.#take(this.varint());
	}

	skip(wire: number): void {
		if (wire === Wire.Varint) this.varint();
		else if (wire === Wire.Counted) this.counted();
		else if (wire === Wire.Eight || wire === Wire.Four) this.#take(wire === Wire.Eight ? 8 : 4);
		else throw new Error(`a field of kind ${wire}`);
	}

	#take(count: number): Buffer {
		const end = this.#at + count;
		if (!(count >= 0 && end <= this.#bytes.length)) throw tooShort();
		const taken = this.#bytes.subarray(this.#at, end);
		this.#at = end;
		return taken;
	}
}

const tooShort = () => new Error('it is cut short');

const textOf = (from: Buffer) => from.toString('utf8');

function append<T>(known: T[], value: T): T[] {
	if (known.length >= LONGEST_LIST) throw new Error('too long a list');
	known.push(value);
	return known;
}

/** Seven bits at a time, the lowest first. */
export function varint(value: number): Uint8Array {
	if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} cannot be sent`);
	const seven: number[] = [];
	for (let rest = value; ; rest = Math.floor(rest / 128)) {
		if (rest < 128) return Uint8Array.from([...seven, rest]);
		seven.push((rest % 128) | 128);
	}
}

function counted(value: Uint8Array): Uint8Array {
	return Buffer.concat([varint(value.length), value]);
}
