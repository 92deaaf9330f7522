// Durations of rayslurm's own options: 90 (seconds), 90s, 10m, 2h, 1-12:00:00. A bare number is seconds here; forms with
// a colon or a dash mean what they mean to sbatch. sbatch's own options keep all of sbatch's forms.
import { Trouble } from './trouble.ts';

const UNITS: Record<string, number> = { '': 1000, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const CLOCKS = [
	/^(?<d>\d{1,5})-(?<h>\d{1,5})(?::(?<m>[0-5]\d)(?::(?<s>[0-5]\d))?)?$/,
	/^(?<h>\d{1,5}):(?<m>[0-5]\d):(?<s>[0-5]\d)$/,
	/^(?<m>\d{1,5}):(?<s>[0-5]\d)$/,
];

export function parseDurationMs(text: string, option: string): number {
	const simple = /^(\d{1,8})([smhd]?)$/.exec(text);
	if (simple) return Number(simple[1]) * (UNITS[simple[2] ?? ''] ?? 1000);
	const clock = CLOCKS.map((form) => form.exec(text)?.groups).find((groups) => groups !== undefined);
	if (clock) {
		const { d = 0, h = 0, m = 0, s = 0 } = clock;
		return (((Number(d) * 24 + Number(h)) * 60 + Number(m)) * 60 + Number(s)) * 1000;
	}
	throw new Trouble('usage', `${option}: not a duration: ${JSON.stringify(text)}`, {
		hint: 'write 90 (seconds), 90s, 10m, 2h or 1-12:00:00',
	});
}

/** For people: 0.4 s, 12 s, 3 min 5 s, 2 h 10 min. */
export function durationInWords(ms: number): string {
	if (ms < 9_950) return `${(Math.round(ms / 100) / 10).toFixed(1)} s`;
	const seconds = Math.round(ms / 1000);
	if (seconds < 60) return `${seconds} s`;
	const minutes = Math.floor(seconds / 60);
	if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
	const hours = Math.floor(minutes / 60);
	return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}
