import { describe, expect, it } from 'vitest';
import { renderTemplate } from '../../src/core/template.ts';

describe('a template', () => {
	it('takes words in shell lines and values in #SBATCH lines', () => {
		const template = '#SBATCH --comment=@@COMMENT@@\nrun @@PROGRAM@@ @@WORDS@@ @@PROGRAM@@\n';
		const rendered = renderTemplate(
			template,
			{},
			{ COMMENT: 'a "b" $c', PROGRAM: 'a "b" $c', WORDS: ['x', '', 'y z'] },
		);
		expect(rendered).toBe('#SBATCH --comment="a \\"b\\" $c"\nrun \'a "b" $c\' x \'\' \'y z\' \'a "b" $c\'\n');
	});

	it('drops an #SBATCH line whose value is undefined, and only that', () => {
		const template = '#!/bin/sh\n#SBATCH --time=@@TIME@@\n#SBATCH --mem=@@MEMORY@@\ntrue\n';
		expect(renderTemplate(template, {}, { TIME: undefined, MEMORY: '1G' })).toBe('#!/bin/sh\n#SBATCH --mem=1G\ntrue\n');
		expect(renderTemplate(template, {}, { TIME: '', MEMORY: undefined })).toBe('#!/bin/sh\n#SBATCH --time=""\ntrue\n');
	});

	it('never looks for holes or parts in what it was given', () => {
		const rendered = renderTemplate('echo @@A@@ @@B@@\n', { x: 'boo' }, { A: '@@B@@', B: '\n#@include x\n' });
		expect(rendered).toBe("echo @@B@@ $'\\012#@include x\\012'\n");
		expect(renderTemplate('echo @@A@@', {}, { A: '$& $1 $$' })).toBe("echo '$& $1 $$'");
	});

	it('leaves a line out whose hole stands in a comment', () => {
		const rendered = renderTemplate('##SBATCH --mem=@@A@@\n# @@B@@\n', {}, { A: undefined, B: ['$(id)\n'] });
		expect(rendered).toBe('##SBATCH --mem=(left out)\n# (left out)\n');
	});

	it('takes parts, which have holes too', () => {
		const parts = { 'a.sh': '# $& first\na @@A@@\n\n', 'b.sh': 'b\n' };
		expect(renderTemplate('#@include a.sh\n\n#@include b.sh\n', parts, { A: 'x' })).toBe('# $& first\na x\n\nb\n');
	});

	it.each([
		['a hole nobody fills', 'echo @@A@@', {}, /fills.* A$/],
		['a value no hole takes', 'echo', { A: 'x', B: 'y' }, /no hole for A, B$/],
		['a value that only a dropped part would take', '', { A: undefined }, /no hole for A$/],
		['nothing in a shell line', 'echo @@A@@', { A: undefined }, /A takes one word/],
		['a list in an #SBATCH line', '#SBATCH --x=@@A@@', { A: ['x'] }, /A takes one word/],
		['a part that is not there', '#@include x.sh', {}, /includes x.sh/],
	])('is an error with %s', (_, template, holes, message) => {
		expect(() => renderTemplate(template, {}, holes)).toThrowError(message);
	});

	it.each(['a\nb', 'a\rb'])('refuses %j in an #SBATCH line', (value) => {
		expect(() => renderTemplate('#SBATCH --comment=@@A@@', {}, { A: value })).toThrowError(
			expect.objectContaining({ kind: 'usage' }),
		);
	});
});
