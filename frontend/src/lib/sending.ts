import { post, Refusal, shutOut } from './api';
import type { Attachment, Message, Words } from './contract';
import type { Inbox } from './inbox.svelte';
import { Outbox, type Waiting } from './outbox';
import type { Shown } from './thread.svelte';
import { stamp } from './time';
import { uuid } from './uuid';

const pause = 3000; // ms before a send that nobody answered goes out again

/** Brings what a person wrote to the server, each message under one id, however often it takes. */
export class Sending {
	private readonly outbox: Outbox;
	private readonly busy = new Set<string>(); // conversations whose messages are going out

	constructor(private readonly inbox: Inbox) {
		this.outbox = new Outbox(inbox.me.id);
	}

	/** Shows what was left when the page was closed. */
	restore() {
		for (const w of this.outbox.all()) this.show(w);
	}

	/** The line is there: what waits goes out. */
	resume() {
		for (const c of new Set(this.outbox.all().map((w) => w.conversation_id))) void this.deliver(c);
	}

	send(conversation: string, words: Words & Partial<Waiting>, files: Attachment[] = []) {
		const w: Waiting = { ...words, id: uuid(), conversation_id: conversation, written_at: stamp() };
		if (files.length) {
			w.files = files;
			w.attachment_ids = files.map((f) => f.id);
		}
		this.outbox.keep(w);
		this.show(w);
		void this.deliver(conversation);
	}

	settled(id: string) {
		this.outbox.drop(id);
	}

	/** Sends what was refused under a new id, as it was written, whatever has been said since. */
	again(m: Shown) {
		const w = this.outbox.all().find((w) => w.id === m.id);
		this.discard(m);
		if (w) this.send(w.conversation_id, { ...w, last_seen_id: undefined, refused: undefined }, w.files);
	}

	/** Takes a refused message off the screen. */
	discard(m: Shown) {
		this.outbox.drop(m.id);
		this.inbox.thread(m.conversation_id).messages.delete(m.id);
	}

	/** The same, to be edited: its words go to whoever asks, its subject and files to where they were. */
	takeBack(m: Shown): string {
		this.discard(m);
		if (m.subject) this.inbox.drafts.keep(m.conversation_id, 'subject', m.subject);
		if (m.attachments.length) this.inbox.uploads.restore(m.conversation_id, m.channel, m.attachments);
		return m.body;
	}

	/** One after another within a conversation, so that what was written first is first. */
	private async deliver(conversation: string) {
		if (this.busy.has(conversation)) return;
		this.busy.add(conversation);
		let answered = true;
		for (let w; answered && (w = this.outbox.first(conversation));) answered = await this.post(w);
		this.busy.delete(conversation);
		// The line may be up all the same. If it is not, its return resumes.
		if (!answered)
			setTimeout(() => this.inbox.live.state === 'live' && void this.deliver(conversation), pause);
	}

	/** Says whether the server has answered, be it with no. */
	private async post(w: Waiting): Promise<boolean> {
		const { conversation_id, ...draft } = w;
		for (const own of ['written_at', 'files', 'refused'] as const) delete (draft as Partial<Waiting>)[own]; // the page's alone
		try {
			const sent = await post<Message>(`/conversations/${conversation_id}/messages`, draft);
			this.outbox.drop(w.id);
			// Else the socket was first, and knows more.
			if (this.inbox.thread(w.conversation_id).messages.get(w.id)?.pending) this.inbox.settle(sent);
			return true;
		} catch (error) {
			// Signed out, or no longer allowed, is no answer to the message itself.
			if (!(error instanceof Refusal) || error.is(...shutOut)) return false;
			const refused = { ...w, refused: error.problem };
			this.outbox.keep(refused);
			this.show(refused);
			for (const m of error.problem.messages ?? []) this.inbox.settle(m);
			return true;
		}
	}

	private show(w: Waiting) {
		const { me } = this.inbox;
		const staff = me.kind === 'staff';
		const shown: Shown = {
			id: w.id,
			conversation_id: w.conversation_id,
			channel: w.channel,
			body: w.body,
			mentions: w.mentions ?? [],
			created_at: w.written_at,
			direction: w.call?.direction ?? (staff ? 'outbound' : 'inbound'),
			author: { kind: staff ? 'user' : 'patient', id: me.id, name: me.name },
			status: 'unread',
			subject: w.subject ?? null,
			body_html: w.body_html ?? null,
			attachments: w.files ?? [],
			starred: false,
			delivery: null,
			...(w.call ? { call: { ...w.call, summary: w.body } } : {}),
			...(w.refused ? { refused: w.refused } : { pending: true })
		};
		this.inbox.thread(w.conversation_id).messages.set(w.id, shown);
	}
}
