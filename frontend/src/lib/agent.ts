const browsers: [RegExp, string][] = [
	[/\bEdg\//, 'Edge'],
	[/\bOPR\//, 'Opera'],
	[/\bFirefox\//, 'Firefox'],
	[/\b(?:Headless)?Chrome\//, 'Chrome'],
	[/\bSafari\//, 'Safari']
];
const systems: [RegExp, string][] = [
	[/iPhone|iPad/, 'iOS'],
	[/Android/, 'Android'],
	[/Windows/, 'Windows'],
	[/Mac OS X/, 'macOS'],
	[/Linux/, 'Linux']
];

/** What a browser says of itself, in words that its owner knows it by. */
export function device(agent: string): string {
	const named = (all: [RegExp, string][]) => all.find(([pattern]) => pattern.test(agent))?.[1];
	const browser = named(browsers);
	const system = named(systems);
	if (browser && system) return `${browser} on ${system}`;
	return browser ?? system ?? (agent ? 'Another program' : 'A device from before');
}

export const isPhone = (agent: string) => /iPhone|Android|Mobile/.test(agent);
