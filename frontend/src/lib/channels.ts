import type { Channel } from './contract';

export const channelName: Record<Channel, string> = {
	sms: 'SMS',
	email: 'Email',
	portal: 'Portal',
	whatsapp: 'WhatsApp',
	call: 'Call',
	note: 'Internal note'
};
