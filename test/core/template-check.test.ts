import { describe, expect, it } from 'vitest';
import { checkTemplate } from '../../src/core/template-check.ts';

const SHIPPED = `#!/bin/bash
#SBATCH --job-name=@@JOB_NAME@@
#SBATCH --output=@@OUTPUT@@
#SBATCH --mem=@@MEMORY@@
# A head.

#@include ear.sh

@@NODE@@ run @@WORDS@@ &
`;
const parts = { 'ear.sh': '# the ear\nkind=@@KIND@@\n' };

function faults(text: string) {
	return checkTemplate(text, { text: SHIPPED, parts }).map(
		({ line, message, hint }) => `${line ?? '-'}: ${message}${hint === undefined ? '' : ` → ${hint}`}`,
	);
}
const changed = (from: string, to: string) => {
	expect(SHIPPED).toContain(from);
	return faults(SHIPPED.replace(from, () => to));
};

describe('a template that was changed', () => {
	it.each([
		['nothing', '# A head.', '# A head.'],
		['a line more', '# A head.', '#SBATCH --qos=long\n# A head.\nmodule load x'],
		['a line less', '# A head.\n', ''],
		['the part itself', '#@include ear.sh', 'x=1; kind=@@KIND@@'],
		['a line left out', '#SBATCH --mem=@@MEMORY@@', '##SBATCH --mem=@@MEMORY@@'],
		['a hole in a comment', '#SBATCH --mem=@@MEMORY@@', '# not here: @@MEMORY@@'],
		['words around a hole', '@@NODE@@ run', "echo 'it is' \"here\" it\\'s; exec @@NODE@@ run"],
		['a comment with a quote', '# A head.', "# It's a head."],
		['a here-document before', '@@NODE@@ run', "cat <<X\nit's\nX\n@@NODE@@ run"],
		['a here-string before', '@@NODE@@ run', 'cat <<<x\n@@NODE@@ run'],
		['a hash inside a word', '@@NODE@@ run', 'echo "${#x[@]}" a#b; @@NODE@@ run'],
	])('may have %s', (_, from, to) => {
		expect(changed(from, to)).toEqual([]);
	});

	it.each([
		[
			'@@NODE@@ run @@WORDS@@ &',
			'@@NODE@@ run &',
			['-: the hole @@WORDS@@ is missing → in the shipped template it is in line 9: @@NODE@@ run @@WORDS@@ &'],
		],
		[
			'#SBATCH --mem=@@MEMORY@@\n',
			'',
			[
				'-: the hole @@MEMORY@@ is missing → in the shipped template it is in line 4: #SBATCH --mem=@@MEMORY@@; to leave it out, keep it in a comment: # @@MEMORY@@',
			],
		],
		[
			'#@include ear.sh\n',
			'',
			['-: the hole @@KIND@@ is missing → in the shipped template it is in line 7: #@include ear.sh'],
		],
		['run', 'run @@WORD@@', ['9: nothing fills the hole @@WORD@@ → did you mean WORDS?']],
		[
			'run',
			'run @@word@@',
			['9: half a hole → a hole is written @@NAME@@', '9: half a hole → a hole is written @@NAME@@'],
		],
		['#@include ear.sh', '#@include ears.sh', ['7: no such part: ears.sh → did you mean ear.sh?', missingKind()]],
		['run @@WORDS@@', '"run @@WORDS@@"', ['9: the hole @@WORDS@@ stands in quotes → BARE']],
		['run @@WORDS@@', "'run @@WORDS@@'", ['9: the hole @@WORDS@@ stands in quotes → BARE']],
		['run @@WORDS@@', "$'it\\'s @@WORDS@@'", ['9: the hole @@WORDS@@ stands in quotes → BARE']],
		['run @@WORDS@@', '"$(run @@WORDS@@)"', ['9: the hole @@WORDS@@ stands in quotes → BARE']],
		['run @@WORDS@@', '`run @@WORDS@@`', ['9: the hole @@WORDS@@ stands in backquotes → BARE']],
		['run @@WORDS@@', '\\@@WORDS@@', ['9: the hole @@WORDS@@ stands in a word → BARE']],
		['run @@WORDS@@', '$@@WORDS@@', ['9: the hole @@WORDS@@ stands in a word → BARE']],
		['run @@WORDS@@', 'cat <<EOF\n@@WORDS@@\nEOF', ['10: the hole @@WORDS@@ stands in a here-document → BARE']],
		[
			'run @@WORDS@@',
			'cat <<-"EOF"\n\tx @@WORDS@@\n\tEOF',
			['10: the hole @@WORDS@@ stands in a here-document → BARE'],
		],
		['run @@WORDS@@', 'run # @@WORDS@@', ['9: the hole @@WORDS@@ stands in a comment → BARE']],
		['=@@OUTPUT@@', '="@@OUTPUT@@"', ['3: the hole @@OUTPUT@@ stands in an #SBATCH value → BARE']],
		['=@@OUTPUT@@', '=@@OUTPUT@@.txt', ['3: the hole @@OUTPUT@@ stands in an #SBATCH value → BARE']],
		['#SBATCH --output', '##SBATCH --output', ['3: the hole @@OUTPUT@@ stands in a comment → BARE']],
	])('%s as %s', (from, to, expected) => {
		const bare = 'write it bare: its value becomes one whole word, quoted already';
		expect(changed(from, to)).toEqual(expected.map((each) => each.replace('BARE', bare)));
	});
});

function missingKind(): string {
	return '-: the hole @@KIND@@ is missing → in the shipped template it is in line 7: #@include ear.sh';
}
