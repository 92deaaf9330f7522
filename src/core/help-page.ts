// What a command says of itself: its options are read, completed, and told on its help page and in the manual by this.
import type { Values } from './settings.ts';

export interface HelpPage {
	readonly usage: string;
	readonly about: string;
	readonly options: readonly OwnOption[];
	readonly examples: readonly (readonly [command: string, about: string])[];
	readonly footer: string;
}

export interface OwnOption {
	readonly name: string;
	/** optional: a switch that may be given a value after `=`. */
	readonly kind: 'text' | 'switch' | 'optional';
	readonly describe: string;
	/** One letter. */
	readonly short?: string;
	/** For completion: all there are, or what kind of thing is named. */
	readonly values?: Values | undefined;
}
