import { describe, expect, it } from 'vitest';
import { edited, entered } from './carriers';
import type { ChannelAccount } from './contract';

const account = (over: Partial<ChannelAccount>): ChannelAccount => ({
	...{ channel: 'sms', carrier: 'twilio', settings: {}, secrets_set: [], enabled: true },
	...{ webhook_url: '', trouble: null, trouble_at: null },
	...over
});

describe('a channel’s form', () => {
	it('begins with what is usual', () => {
		expect(entered('email', undefined)).toMatchObject({
			carrier: 'mail',
			smtp_port: '587',
			imap_security: 'tls'
		});
	});

	it('is sent back as it came, without a secret', () => {
		const settings = { account_sid: 'AC1', number: '+351910000000', per_second: 2.5, private: true };
		const form = entered('sms', account({ settings }));
		expect(edited('sms', form)).toEqual({ carrier: 'twilio', enabled: true, settings, secrets: {} });
	});

	it('sends the secrets that were typed, and those alone', () => {
		const form = { ...entered('sms', account({})), auth_token: ' new ' };
		expect(edited('sms', form).secrets).toEqual({ auth_token: 'new' });
	});

	it('sends nothing of another carrier', () => {
		const form = {
			...entered('whatsapp', undefined),
			phone_number_id: '12345',
			carrier: 'twilio',
			number: '+1'
		};
		expect(edited('whatsapp', form).settings).toEqual({ number: '+1' });
	});
});
