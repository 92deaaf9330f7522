// Findings for people: a heading for each group, a mark for each line, and under what is not well the line that helps.
import kleur from 'kleur';
import type { Finding, Level } from '../core/doctor/finding.ts';
import { onOneLine } from '../core/plain-text.ts';

const MARKS: Readonly<Record<Level, string>> = { ok: '✓', warning: '!', problem: '✗' };

const COLOURS: Readonly<Record<Level, (text: string) => string>> = {
	ok: (text) => kleur.green(text),
	warning: (text) => kleur.yellow(text),
	problem: (text) => kleur.red(text),
};

export function findingsInWords(findings: readonly Finding[], title: string, coloured: boolean): string {
	kleur.enabled = coloured;
	const groups = new Map<string, Finding[]>();
	for (const finding of findings) {
		const name = finding.group === 'Scheduler' ? title : finding.group;
		const heading = finding.node === undefined ? name : `${name} on ${finding.node}`;
		const group = groups.get(heading) ?? [];
		groups.set(heading, [...group, finding]);
	}
	return [...groups].map(([heading, lines]) => `${kleur.bold(heading)}\n${lines.map(lineOf).join('')}`).join('\n');
}

function lineOf({ level, what, fix }: Finding): string {
	return `  ${COLOURS[level](MARKS[level])} ${plain(what)}\n${fix === undefined ? '' : `    → ${plain(fix)}\n`}`;
}

/** Paths, environment variables and other programs' words may hold anything: none of it reaches the terminal as an order. */
function plain(text: string): string {
	return onOneLine(text);
}

export function summaryOf(findings: readonly Finding[]): string {
	const count = (level: Level) => findings.filter((finding) => finding.level === level).length;
	const [problems, warnings] = [count('problem'), count('warning')];
	if (problems === 0 && warnings === 0) return 'All is well.';
	const said = [
		...(problems === 0 ? [] : [`${problems} ✗ to be mended`]),
		...(warnings === 0 ? [] : [`${warnings} ! to be known`]),
	];
	return `${said.join(', ')}.`;
}
