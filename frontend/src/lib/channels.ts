import type { Channel, Message } from './contract';
import { whole } from './time';

export const channelName: Record<Channel, string> = {
	sms: 'SMS',
	email: 'Email',
	portal: 'Portal',
	whatsapp: 'WhatsApp',
	call: 'Call',
	note: 'Internal note'
};

/** By which way, within a sentence. */
const by: Partial<Record<Channel, string>> = { sms: 'by SMS', whatsapp: 'on WhatsApp', email: 'by email' };

/** Whether a message of this channel is handed to a carrier, which tells how far it has come. */
export const carried = (channel: Channel) => channel in by;

/** How far a carrier has brought a message: by which way, when and, for staff, to which address. */
export function deliveryWords(m: Pick<Message, 'channel' | 'delivery' | 'status'>): string {
	const d = m.delivery;
	if (!d) return 'Not handed to the carrier yet';
	const way = by[m.channel] ?? '';
	const says = {
		queued: `Waiting to go out ${way}`,
		sent: `Sent ${way}`,
		delivered: `Delivered ${way}`,
		read: `Read ${way}`,
		failed: `Not delivered ${way}`
	}[d.state];
	const texts = (d.texts ?? 1) > 1 ? ` as ${d.texts} texts` : '';
	const to = d.address ? `, to ${d.address}` : '';
	return `${says}${texts}, ${whole(d.updated_at)}${to}${m.status === 'replied' ? ', answered' : ''}`;
}
