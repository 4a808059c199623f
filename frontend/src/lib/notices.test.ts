import { afterEach, expect, it, vi } from 'vitest';
import type { Notification, NotificationFrame } from './contract';
import type { Inbox } from './inbox.svelte';
import { Notices } from './notices.svelte';
import { Topics } from './topics';

const notice = (id: string) =>
	({
		id,
		kind: 'message',
		conversation_id: 'c1',
		updated_at: id,
		read_at: null,
		count: 1,
		actor: {}
	}) as Notification;
const frame = (items: Notification[]): NotificationFrame => ({
	...{ type: 'notification', position: 'p', unread: items.length, conversation_id: 'c1', items }
});

afterEach(() => vi.unstubAllGlobals());

it('loads again what was being loaded when it is told of something', async () => {
	const answers: ((items: Notification[]) => void)[] = [];
	vi.stubGlobal(
		'fetch',
		() =>
			new Promise((answer) =>
				answers.push((items) =>
					answer(new Response(JSON.stringify({ items, next_cursor: null, unread: items.length })))
				)
			)
	);
	const notices = new Notices({ topics: new Topics(), shown: 'c1' } as unknown as Inbox);
	const loading = notices.load();
	notices.hear(frame([notice('2')]));
	expect(answers).toHaveLength(2);
	answers[0]!([notice('1')]);
	await loading;
	expect(notices.state).toBe('loading');
	answers[1]!([notice('2'), notice('1')]);
	await vi.waitFor(() => expect(notices.state).toBe('loaded'));
	expect(notices.newestFirst.map((n) => n.id)).toEqual(['2', '1']);
	notices.hear(frame([notice('3')]));
	expect(answers).toHaveLength(2); // it is told of what has come since
	expect(notices.newestFirst.map((n) => n.id)[0]).toBe('3');
});
