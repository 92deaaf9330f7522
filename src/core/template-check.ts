// Does a template that a person has changed still fit? Every hole of the shipped one must be there, none that nobody fills,
// and each where its value becomes a whole word: in quotes or in a here-document a value could be read as a command.
import { likelyNames } from './did-you-mean.ts';
import { contextAt, holesIn } from './template-holes.ts';

export interface TemplateFault {
	/** In the person's own text; undefined where something is missing. */
	readonly line: number | undefined;
	readonly message: string;
	readonly hint: string | undefined;
}

interface Shipped {
	readonly text: string;
	readonly parts: Readonly<Record<string, string>>;
}

const INCLUDE = /^#@include (\S+)$/gm;
/** What Slurm has a default for. Such a hole may stand in a comment, and its line is then left out. */
const MAY_BE_LEFT_OUT = new Set(['JOB_NAME', 'COMMENT', 'TIME', 'NODES', 'TASKS_PER_NODE', 'CPUS', 'MEMORY']);

export function checkTemplate(text: string, { text: shipped, parts }: Shipped): readonly TemplateFault[] {
	const faults: TemplateFault[] = [];
	const fault = (line: number | undefined, message: string, hint?: string) => faults.push({ line, message, hint });
	for (const { 1: name = '', index } of text.matchAll(INCLUDE)) {
		if (!Object.hasOwn(parts, name))
			fault(lineAt(text, index), `no such part: ${name}`, meant(name, Object.keys(parts)));
	}
	const known = new Map(holesIn(withParts(shipped, parts)).map((hole) => [hole.name, hole]));
	for (const { name, at, index } of holesIn(text)) {
		if (!known.has(name)) fault(at, `nothing fills the hole @@${name}@@`, meant(name, [...known.keys()]));
		else {
			const where = contextAt(text, index);
			if (where === 'a comment' && MAY_BE_LEFT_OUT.has(name)) continue;
			if (where !== 'word') {
				const hint = 'write it bare: its value becomes one whole word, quoted already';
				fault(at, `the hole @@${name}@@ stands in ${where}`, hint);
			}
		}
	}
	for (const { index } of text.replace(/@@[A-Z][A-Z0-9_]*@@/g, (hole) => ' '.repeat(hole.length)).matchAll(/@@/g))
		fault(lineAt(text, index), 'half a hole', 'a hole is written @@NAME@@');
	const have = new Set(holesIn(withParts(text, parts)).map(({ name }) => name));
	for (const { name, at, line } of holesIn(shipped).concat(partHoles(shipped, parts))) {
		if (have.has(name)) continue;
		have.add(name); // Told once.
		const leave = MAY_BE_LEFT_OUT.has(name) ? `; to leave it out, keep it in a comment: # @@${name}@@` : '';
		fault(undefined, `the hole @@${name}@@ is missing`, `in the shipped template it is in line ${at}: ${line}${leave}`);
	}
	return faults;
}

/** Those of a part stand where the part is included. */
function partHoles(shipped: string, parts: Shipped['parts']) {
	return [...shipped.matchAll(INCLUDE)].flatMap(({ 0: line, 1: part = '', index }) =>
		holesIn(parts[part] ?? '').map((hole) => ({ ...hole, at: lineAt(shipped, index), line })),
	);
}

export function withParts(text: string, parts: Shipped['parts']): string {
	return text.replace(INCLUDE, (line, name: string) => parts[name]?.trimEnd() ?? line);
}

function lineAt(text: string, index: number): number {
	return text.slice(0, index).split('\n').length;
}

function meant(name: string, names: readonly string[]): string {
	const likely = likelyNames(name, names);
	return likely.length > 0 ? `did you mean ${likely.join(' or ')}?` : `there are ${names.join(', ')}`;
}
