import type { CallLog, Message } from './contract';
import { fields, here, read } from './zone';

/** A call as the form holds it; times are those of the clock that whoever logs it looks at. */
export type CallDraft = {
	date: string;
	time: string;
	minutes: number | null;
	seconds: number | null;
	direction: CallLog['direction'];
	outcome: CallLog['outcome'];
	summary: string;
};

export const outcomes: [CallLog['outcome'], string][] = [
	['reached', 'Reached'],
	['voicemail', 'Voicemail'],
	['no_answer', 'No answer']
];
export const outcomeName = Object.fromEntries(outcomes) as Record<CallLog['outcome'], string>;

export const blank = (now = Date.now()): CallDraft => ({
	...fields(here, now),
	...{ minutes: null, seconds: null, direction: 'outbound', outcome: 'reached', summary: '' }
});

/** What was being written, on a blank form. */
export function restored(kept: string, from = blank()): CallDraft {
	try {
		return { ...from, ...(JSON.parse(kept || '{}') as Partial<CallDraft>) };
	} catch {
		return { ...from };
	}
}

/**
 * What of a form is kept: what differs from the blank one that it was. The time at which it was
 * opened is nobody's word for when the call began, unless it was set or a duration goes with it.
 */
export function kept(draft: CallDraft, from: CallDraft): string {
	const { date, time, ...rest } = draft;
	const written = Object.entries(rest).filter(([field, value]) => value !== from[field as keyof CallDraft]);
	const timed = date !== from.date || time !== from.time || draft.minutes !== null || draft.seconds !== null;
	const all = { ...Object.fromEntries(written), ...(timed ? { date, time } : {}) };
	return Object.keys(all).length ? JSON.stringify(all) : '';
}

export function draftOf(m: Message): CallDraft {
	const call = m.call!;
	return {
		...fields(here, Date.parse(call.started_at)),
		...{ minutes: Math.floor(call.duration_seconds / 60), seconds: call.duration_seconds % 60 },
		...{ direction: call.direction, outcome: call.outcome, summary: m.body }
	};
}

export const durationOf = (d: CallDraft) => (d.minutes ?? 0) * 60 + (d.seconds ?? 0);

export function callOf(d: CallDraft): CallLog {
	return {
		started_at: new Date(read(here, d.date, d.time)).toISOString(),
		...{ duration_seconds: durationOf(d), direction: d.direction, outcome: d.outcome }
	};
}

export type Fault = { field: 'date' | 'duration' | 'summary'; text: string };

/** What the server would refuse, said before it is asked. */
export function fault(d: CallDraft, now = Date.now()): Fault | null {
	const at = read(here, d.date, d.time);
	if (Number.isNaN(at)) return { field: 'date', text: 'Say when the call began.' };
	if (at > now + 5 * 60_000)
		return { field: 'date', text: 'This is in the future. Correct the date or the time.' };
	const seconds = durationOf(d);
	if (!(seconds >= 0 && seconds <= 86_400))
		return { field: 'duration', text: 'A call takes between 0 seconds and 24 hours.' };
	if (!d.summary.trim() && d.outcome !== 'no_answer')
		return { field: 'summary', text: 'Say in a few words what the call was about.' };
	if ([...d.summary].length > 4000)
		return { field: 'summary', text: 'Shorten the summary to 4000 characters.' };
	return null;
}
