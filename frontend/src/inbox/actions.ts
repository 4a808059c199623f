import type { Inbox } from '../lib/inbox.svelte';
import { toasts } from '../lib/toasts.svelte';

/** Archives or reopens, with a way back. */
export function setArchived(inbox: Inbox, id: string, archived: boolean) {
	void inbox.archive(id, archived);
	toasts.say(archived ? 'Archived.' : 'Reopened.', { undo: () => void inbox.archive(id, !archived) });
}
