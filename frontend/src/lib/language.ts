const names = new Intl.DisplayNames(undefined, { type: 'language', fallback: 'code' });

/** A language by its name, as "Italian" for it; what is not known stays as it is. */
export function languageName(tag: string): string {
	try {
		return names.of(tag) ?? tag;
	} catch {
		return tag; // not a tag at all
	}
}
