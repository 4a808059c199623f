// WhatsApp's window: how long it takes free text after the patient last wrote there.
import type { ApprovedTemplate, Conversation } from './contract';
import { fieldsOf } from './templates';

const minute = 60_000;
const whole = 24 * 60 * minute; // never more: the page's clock is some seconds behind

/** How long free text still goes, in ms; 0: only an approved template. */
export function leftOf(c: Pick<Conversation, 'whatsapp_until'>, now: number): number {
	return c.whatsapp_until ? Math.min(whole, Math.max(0, Date.parse(c.whatsapp_until) - now)) : 0;
}

/** "23 h 10 min", "45 min", "less than a minute". */
export function leftWords(ms: number): string {
	const minutes = Math.floor(ms / minute);
	if (minutes < 1) return 'less than a minute';
	const [h, m] = [Math.floor(minutes / 60), minutes % 60];
	return [h ? `${h} h` : '', m ? `${m} min` : ''].filter(Boolean).join(' ');
}

/** The fields of an approved template, in the order of its parameters: by number, else as they come. */
export function parametersOf(t: Pick<ApprovedTemplate, 'body'>): string[] {
	const fields = fieldsOf(t.body);
	return fields.every((f) => /^\d+$/.test(f)) ? fields.sort((a, b) => Number(a) - Number(b)) : fields;
}

/** A template's name as people read it: appointment_reminder is “Appointment reminder”. */
export function templateName(name: string): string {
	const words = name.replaceAll('_', ' ').trim();
	return words.charAt(0).toUpperCase() + words.slice(1);
}

export function languageName(code: string): string {
	try {
		return new Intl.DisplayNames(undefined, { type: 'language' }).of(code.replace('_', '-')) ?? code;
	} catch {
		return code;
	}
}
