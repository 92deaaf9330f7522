// Which template a person means.
import { likelyNames } from '../core/did-you-mean.ts';
import { shownWord } from '../core/option-table.ts';
import { Trouble } from '../core/trouble.ts';
import { TEMPLATE_NAMES, type TemplateName } from './own-templates.ts';

export function readTemplateName(typed: string | undefined): TemplateName {
	const name = TEMPLATE_NAMES.find((each) => each === typed);
	if (name !== undefined) return name;
	const likely = likelyNames(typed ?? '', TEMPLATE_NAMES)[0];
	throw new Trouble('usage', typed === undefined ? 'Which template?' : `No such template: ${shownWord(typed)}`, {
		hint: likely === undefined ? `there is ${TEMPLATE_NAMES.join(', ')}` : `did you mean ${likely}?`,
	});
}
