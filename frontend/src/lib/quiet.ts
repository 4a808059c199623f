import type { Preferences } from './contract';

const days = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;
const minutes = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));

/** Whether it is quiet, by the clinic's clock; a night belongs to the day on which it begins. */
export function quietAt(quiet: Preferences['quiet'], at: Date, timeZone: string): boolean {
	if (!quiet.on) return false;
	const parts = new Intl.DateTimeFormat('en-GB', {
		timeZone,
		weekday: 'long',
		hour: '2-digit',
		minute: '2-digit',
		hourCycle: 'h23'
	}).formatToParts(at);
	const part = (type: string) => parts.find((p) => p.type === type)?.value ?? '';
	const now = Number(part('hour')) * 60 + Number(part('minute'));
	const today = days.findIndex((d) => d === part('weekday').toLowerCase());
	const on = (day: number) => quiet.days.includes(days[(day + 7) % 7]!);
	const [from, to] = [minutes(quiet.from), minutes(quiet.to)];
	if (from < to) return on(today) && from <= now && now < to;
	return (on(today) && from <= now) || (on(today - 1) && now < to);
}
