// What the clinic enters for each channel, as the form shows it and as the API takes it.
import type { ChannelAccount } from './contract';

export type Carried = ChannelAccount['channel'];
export type Carrier = ChannelAccount['carrier'];
/** A form's values: numbers as they are typed, secrets under their own names, empty: unchanged. */
export type Entered = Record<string, string | boolean>;

export type Setting = {
	key: string; // of the settings, or of the secrets
	label: string;
	hint?: string;
	kind?: 'text' | 'number' | 'switch' | 'security' | 'secret';
	advanced?: true;
	placeholder?: string;
	wide?: true;
	row?: true; // begins one
};

export const carriersOf: Record<Carried, { carrier: Carrier; name: string }[]> = {
	sms: [{ carrier: 'twilio', name: 'Twilio' }],
	whatsapp: [
		{ carrier: 'meta', name: 'Meta (Cloud API)' },
		{ carrier: 'twilio', name: 'Twilio' }
	],
	email: [{ carrier: 'mail', name: 'Mail server' }]
};

const base: Setting = {
	key: 'base_url',
	label: 'Address of the API',
	hint: 'Leave it empty for the carrier’s own; fill it in for a proxy',
	advanced: true,
	placeholder: 'https://',
	wide: true
};
const pace: Setting = {
	key: 'per_second',
	label: 'Messages in a second',
	hint: 'At the most. Empty: what is usual there',
	kind: 'number',
	advanced: true
};
const discreet = (sms: boolean): Setting => ({
	key: 'private',
	label: 'Keep messages inside',
	hint: `${sms ? 'Texts' : 'Messages'} carry only a notice and a link to the portal, where patients sign in to read`,
	kind: 'switch'
});

const twilio: Setting[] = [
	{
		key: 'account_sid',
		label: 'Account SID',
		hint: 'AC and 32 characters, on the first page of Twilio’s console'
	},
	{
		key: 'auth_token',
		label: 'Auth Token',
		kind: 'secret',
		hint: 'Beside the Account SID. Twilio signs with it what it sends us'
	},
	{ key: 'number', row: true, label: 'The clinic’s number', hint: 'As +4930123456', placeholder: '+' },
	{
		key: 'service',
		label: 'Messaging Service',
		hint: 'MG and 32 characters, in place of a number. May stay empty'
	}
];
const meta: Setting[] = [
	{
		key: 'phone_number_id',
		label: 'Phone number ID',
		hint: 'Digits, in Meta’s app dashboard under WhatsApp, API setup. Not the number itself'
	},
	{
		key: 'business_id',
		label: 'WhatsApp Business Account ID',
		hint: 'Its approved templates are offered to your staff'
	},
	{
		key: 'access_token',
		row: true,
		label: 'Access token',
		kind: 'secret',
		hint: 'Of a system user, so that it does not run out'
	},
	{
		key: 'app_secret',
		label: 'App secret',
		kind: 'secret',
		hint: 'Under App settings, Basic. It proves that a call is Meta’s'
	},
	{
		key: 'verify_token',
		label: 'Verify token',
		kind: 'secret',
		hint: 'Make one up, and enter the same beside the webhook’s address at Meta'
	}
];
const mail: Setting[] = [
	{ key: 'address', label: 'The clinic’s address', placeholder: 'desk@example.org' },
	{ key: 'name', label: 'Name beside it', hint: 'Empty: the clinic’s' },
	{ key: 'username', row: true, label: 'User name', hint: 'Often the address itself' },
	{
		key: 'password',
		label: 'Password',
		kind: 'secret',
		hint: 'Where sign-in has two steps, an app password'
	},
	{ key: 'smtp_host', row: true, label: 'Outgoing server (SMTP)', placeholder: 'smtp.example.org' },
	{ key: 'smtp_port', label: 'Outgoing port', kind: 'number', hint: '587 with STARTTLS, 465 with TLS' },
	{ key: 'smtp_security', label: 'Outgoing encryption', kind: 'security' },
	{
		key: 'imap_host',
		row: true,
		label: 'Incoming server (IMAP)',
		placeholder: 'imap.example.org',
		hint: 'Empty: mail comes in by the webhook alone'
	},
	{ key: 'imap_port', label: 'Incoming port', kind: 'number', hint: 'Usually 993 with TLS' },
	{ key: 'imap_security', label: 'Incoming encryption', kind: 'security' }
];
const readMarks: Setting = {
	key: 'read_marks',
	label: 'Send read marks',
	hint: 'Patients see two blue ticks once staff have opened their message',
	kind: 'switch'
};
const plus: Setting = {
	key: 'plus_addressing',
	label: 'Lead answers back by their address',
	hint: 'As desk+token@example.org, which your mail server must allow',
	kind: 'switch'
};
const mailbox: Setting = { key: 'mailbox', label: 'Mailbox', hint: 'Empty: INBOX', advanced: true };

/** The fields of a channel with a carrier, in the order in which they are shown. */
export function settingsOf(channel: Carried, carrier: Carrier): Setting[] {
	if (carrier === 'mail') return [...mail, plus, discreet(false), mailbox, pace];
	if (channel === 'sms') return [...twilio, discreet(true), base, pace];
	const fields = carrier === 'meta' ? meta : twilio;
	return [...fields, ...(carrier === 'meta' ? [readMarks] : []), base, pace];
}

const everything = (channel: Carried) => [
	...new Map(
		carriersOf[channel].flatMap((c) => settingsOf(channel, c.carrier)).map((s) => [s.key, s])
	).values()
];

const usual: Record<string, string> = {
	...{ smtp_port: '587', smtp_security: 'starttls', imap_port: '993', imap_security: 'tls' }
};

/** The form of an account; of a new one what is usual. */
export function entered(channel: Carried, a: ChannelAccount | undefined): Entered {
	const known = (a?.settings ?? {}) as Record<string, string | number | boolean | undefined>;
	const value = (s: Setting) => {
		if (s.kind === 'secret') return '';
		if (s.kind === 'switch') return !!known[s.key];
		return String(known[s.key] ?? (a ? '' : (usual[s.key] ?? '')));
	};
	return {
		carrier: a?.carrier ?? carriersOf[channel][0]!.carrier,
		enabled: a?.enabled ?? true,
		...Object.fromEntries(everything(channel).map((s) => [s.key, value(s)]))
	};
}

/** What is sent of a form: the settings of its carrier as a whole, and the secrets that were typed. */
export function edited(channel: Carried, form: Entered) {
	const carrier = form.carrier as Carrier;
	const settings: Record<string, string | number | boolean> = {};
	const secrets: Record<string, string> = {};
	for (const { key, kind } of settingsOf(channel, carrier)) {
		const value = form[key];
		if (value === '' || value === false || value === undefined) continue;
		if (kind === 'secret') secrets[key] = String(value).trim();
		else if (kind === 'number') settings[key] = Number(value);
		else settings[key] = typeof value === 'string' ? value.trim() : value;
	}
	return { carrier, enabled: !!form.enabled, settings, secrets };
}

/** Where the carrier is told the webhook's address, for people who look for it there. */
export const webhookHint: Record<`${Carried} ${Carrier}` | string, string> = {
	'sms twilio':
		'At Twilio: Phone Numbers, your number, Messaging, “A message comes in”: enter it there as a webhook with POST.',
	'whatsapp twilio':
		'At Twilio: Messaging, Senders, WhatsApp senders, your number: enter it for incoming messages, with POST.',
	'whatsapp meta':
		'In Meta’s app dashboard: WhatsApp, Configuration, Webhook: enter it as callback URL with your verify token, and subscribe to “messages”.',
	'email mail':
		'Needed only without IMAP: have your mail service post each letter there as it came. Keep the address to yourself: whoever has it can put mail into the inbox.'
};
