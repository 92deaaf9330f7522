// Paths in messages as a person would type them: those below the current folder count from there.

export function pathsFromHere(text: string, here: string): string {
	if (here === '/') return text;
	const prefix = `${here}/`;
	// Only where a path begins: /a is no part of /b/a/c.
	return text
		.split(prefix)
		.reduce((said, next) => `${said}${/(?:^|[\s'"(=:])$/.test(said) && next !== '' ? '' : prefix}${next}`);
}
