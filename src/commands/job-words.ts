// Reads the words of commands that jobs and rayslurm itself type. A person who tries one is told so in a sentence.
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { TYPED_BY_ITSELF } from '../core/node-words.ts';
import { Trouble } from '../core/trouble.ts';

export function readJobWords<Config extends ParseArgsConfig>(config: Config): ReturnType<typeof parseArgs<Config>> {
	try {
		return parseArgs(config);
	} catch (error) {
		const { code = '', message } = error as NodeJS.ErrnoException;
		if (!code.startsWith('ERR_PARSE_ARGS')) throw error;
		throw new Trouble('usage', message.split('. ')[0] ?? message, { hint: TYPED_BY_ITSELF, cause: error });
	}
}
