// What the browser knows of the world, for the lists of a clinic's settings.

const none = new Set([
	'EU',
	'EZ',
	'UN',
	'QO',
	'XA',
	'XB',
	'ZZ',
	'SU',
	'DD',
	'YU',
	'TP',
	'ZR',
	'FX',
	'AN',
	'BU',
	'CS',
	'NT'
]);

/** Countries by name, as ISO 3166 has them. */
export function countries(): { code: string; name: string }[] {
	const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
	const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
	const found = letters
		.flatMap((a) => letters.map((b) => a + b))
		.map((code) => ({ code, name: none.has(code) ? undefined : names.of(code) }))
		.filter((c): c is { code: string; name: string } => !!c.name);
	// A code that was withdrawn has the name of what came after it.
	const first = new Map<string, string>();
	for (const c of found) if (!first.has(c.name)) first.set(c.name, c.code);
	return found.filter((c) => first.get(c.name) === c.code).sort((a, b) => a.name.localeCompare(b.name));
}

/** Names of time zones, as Europe/Lisbon. */
export const zones = (): string[] => [
	'UTC',
	...Intl.supportedValuesOf('timeZone').filter((z) => z !== 'UTC')
];

/** What the clock shows in a zone; nothing where there is no such zone. */
export function clockIn(zone: string, now: number): string {
	try {
		return new Intl.DateTimeFormat(undefined, {
			timeZone: zone,
			weekday: 'long',
			hour: '2-digit',
			minute: '2-digit'
		}).format(now);
	} catch {
		return '';
	}
}
