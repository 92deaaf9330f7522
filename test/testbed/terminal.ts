// A terminal of a user's, with a program in it: tmux draws, and what it shows can be read.
import { join } from 'node:path';
import type { Person } from './person.ts';
import { until } from './until.ts';

export class Terminal {
	readonly #who: Person;
	readonly #socket: string;

	constructor(who: Person, cwd: string) {
		this.#who = who;
		this.#socket = join(cwd, 'terminal');
	}

	/** A shell, so that what stands there before and after a program can be seen. */
	async open(env: Record<string, string>, cwd: string, columns = 100, rows = 30): Promise<void> {
		const size = ['-x', String(columns), '-y', String(rows)];
		await this.#tmux(['-f', '/dev/null', 'new-session', '-d', ...size, 'PS1="ready> " bash --norc --noprofile'], {
			env,
			cwd,
		});
		await this.until('ready>');
	}

	/** Words as typed, or tmux's names for keys: C-c, Enter. */
	async type(...keys: string[]): Promise<void> {
		await this.#tmux(['send-keys', ...keys]);
	}

	async resize(columns: number, rows: number): Promise<void> {
		await this.#tmux(['resize-window', '-x', String(columns), '-y', String(rows)]);
	}

	async screen(): Promise<string> {
		return (await this.#tmux(['capture-pane', '-p'])).stdout;
	}

	/** Whether the program has switched to the second screen, and hidden the cursor. */
	async flags(): Promise<string> {
		return (await this.#tmux(['display-message', '-p', '#{alternate_on} #{cursor_flag}'])).stdout.trim();
	}

	async until(words: string | RegExp, timeoutMs = 20_000): Promise<string> {
		const is = (shown: string) => (typeof words === 'string' ? shown.includes(words) : words.test(shown));
		return until(`the terminal shows ${words}`, () => this.screen(), { is, timeoutMs });
	}

	async close(): Promise<void> {
		await this.#tmux(['kill-server']);
	}

	#tmux(words: readonly string[], options = {}) {
		return this.#who.run(['tmux', '-S', this.#socket, ...words], options);
	}
}
