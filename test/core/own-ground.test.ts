import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	faultsOf,
	isPrivateGroup,
	isPrivateIn,
	othersCanWrite,
	type Standing,
	type Step,
} from '../../src/core/own-ground.ts';

const standing = (path: string, more: Partial<Standing> = {}): Standing => ({
	...{ path, mode: 0o755, trusted: true, mine: true, groupIsMine: false },
	...more,
});
const step = (folder: Standing, entryTrusted: boolean | undefined = true): Step => ({ folder, entryTrusted });
const said = (...steps: Step[]) => faultsOf(steps).map(({ folder, why }) => `${folder.path} ${why}`);

describe('a folder on the way', () => {
	it.each<[string, Partial<Standing>, boolean | undefined, string[]]>([
		['of mine', {}, true, []],
		['of mine alone', { mode: 0o700 }, undefined, []],
		["of somebody else's", { trusted: false, mine: false }, true, ['/a not mine']],
		['that everybody can write to', { mode: 0o777 }, true, ['/a everybody']],
		['of a group', { mode: 0o2775 }, true, ['/a group']],
		['of my own group', { mode: 0o2775, groupIsMine: true }, true, []],
		['of my own group and everybody', { mode: 0o777, groupIsMine: true }, true, ['/a everybody']],
		['that is sticky, with a thing of mine', { mode: 0o1777 }, true, []],
		['that is sticky, with nothing yet', { mode: 0o1777 }, undefined, []],
		["that is sticky, with somebody else's thing", { mode: 0o1777 }, false, ['/a everybody']],
		["that is sticky, and somebody else's", { mode: 0o1777, trusted: false }, true, ['/a not mine']],
	])('%s', (_, more, entry, faults) => {
		// Not the default: undefined is a word here.
		expect(said({ folder: standing('/a', more), entryTrusted: entry })).toEqual(faults);
	});

	it('is named once, the nearest first', () => {
		const open = (path: string) => step(standing(path, { mode: 0o777 }));
		expect(said(open('/a'), step(standing('/')), open('/a'), open('/a/b'))).toEqual(['/a/b everybody', '/a everybody']);
	});

	it("with neither bit is nobody else's to write", () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 0o7777 }), fc.boolean(), (mode, groupIsMine) => {
				const open = othersCanWrite({ mode, groupIsMine });
				expect(open).toBe((mode & 0o002) > 0 || ((mode & 0o020) > 0 && !groupIsMine));
				if (open) expect(othersCanWrite({ mode: mode & ~0o022, groupIsMine })).toBe(false);
			}),
		);
	});
});

describe('a private group', () => {
	it.each([
		['carol:x:1003:', true],
		['carol:x:1003:carol', true],
		['carol:*:1003:\n', true],
		['carol:x:1003:mallory', false],
		['carol:x:1003:carol,mallory', false],
		['lab:x:1003:', false],
		['lab:x:1003:carol', false],
		['carol', false],
		['', false],
	])('%j: %s', (line, is) => expect(isPrivateGroup(line, 'carol')).toBe(is));

	it.each([
		[1003, true],
		[100, false],
		[1004, undefined],
	])('%i in a file of groups: %s', (gid, is) =>
		expect(isPrivateIn('users:x:100:carol\ncarol:x:1003:\nx:y:z:1004\n', gid, 'carol')).toBe(is),
	);
});
