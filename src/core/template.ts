// Templates are real sbatch files with holes such as @@JOB_NAME@@. There is no raw hole: in a shell line a hole becomes
// one bash word (or, for a list, several), in an #SBATCH line it becomes one value as Slurm's reader takes it.
// A hole nobody fills and a value no hole takes are errors, so template and code cannot drift apart.
import { bashWord, bashWords, sbatchValue } from './quote.ts';

/** undefined drops an #SBATCH line whose only purpose was that value. */
export type Holes = Readonly<Record<string, string | readonly string[] | undefined>>;

const INCLUDE = /^#@include (\S+)$/gm;
const HOLE = /@@([A-Z][A-Z0-9_]*)@@/g;

/** Parts are named by lines such as `#@include ear.sh`, so templates share what they have in common. */
export function renderTemplate(template: string, parts: Readonly<Record<string, string>>, holes: Holes): string {
	const used = new Set<string>();
	const lines: string[] = [];
	const whole = template.replace(INCLUDE, (_, name: string) => {
		const part = parts[name];
		if (part === undefined) throw new Error(`The template includes ${name}, which does not exist`);
		return part.trimEnd();
	});
	for (const line of whole.split('\n')) {
		const rendered = renderLine(line, holes, used);
		if (rendered !== undefined) lines.push(rendered);
	}
	const unused = Object.keys(holes).filter((name) => !used.has(name));
	if (unused.length > 0) throw new Error(`The template has no hole for ${unused.join(', ')}`);
	return lines.join('\n');
}

function renderLine(line: string, holes: Holes, used: Set<string>): string | undefined {
	const directive = line.startsWith('#SBATCH');
	const comment = line.startsWith('#') && !directive;
	let dropped = false;
	const rendered = line.replace(HOLE, (_, name: string) => {
		if (!Object.hasOwn(holes, name)) throw new Error(`Nothing fills the template's hole ${name}`);
		used.add(name);
		// How a person leaves a line out, see core/template-check.ts.
		if (comment) return '(left out)';
		const value = holes[name];
		if (typeof value === 'string') return directive ? sbatchValue(value) : bashWord(value);
		if (directive && value === undefined) {
			dropped = true;
			return '';
		}
		if (directive || value === undefined) throw new Error(`The template's hole ${name} takes one word`);
		return bashWords(value);
	});
	return dropped ? undefined : rendered;
}
