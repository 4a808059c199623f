import { callTimer } from './calltimer.svelte';
import { ticking } from './clock.svelte';
import type { Attachment, Channel, ChannelState, Conversation, Words } from './contract';
import type { Written } from './field';
import type { Inbox } from './inbox.svelte';
import { mentioned, sees } from './mentions';
import { Resource } from './resource.svelte';
import type { Shown, Thread } from './thread.svelte';
import { leftOf } from './window';

/** What is being written in one conversation: on which channel, and what stands beside the words. */
export class Composing {
	channel = $state<Channel>('portal');
	noting = $state(false);
	calling = $state(false);
	/** The template that was put in last. */
	template = $state<string>();
	/** Of a letter. */
	subject = $state('');
	/** The newest message when the writing began. */
	seen = $state<string>();
	/** What was being written when WhatsApp stopped taking free text. */
	kept = $state('');

	private readonly id: string;
	private chosen = false; // by a click, or as words are being written there already
	private readonly reach: Resource<{ items: ChannelState[] }>;

	/** Made in a component, whose conversation it is; that one changes, its id does not. */
	constructor(
		private readonly inbox: Inbox,
		private readonly here: () => { conversation: Conversation; thread: Thread }
	) {
		const { id, patient, available_channels } = here().conversation;
		this.id = id;
		this.channel = available_channels[0] ?? 'portal';
		// A call that is being timed here is what one comes back to.
		this.calling = callTimer(inbox.me.id).running?.conversation === id;
		this.subject = inbox.drafts.read(id, 'subject');
		this.reach = new Resource(inbox.topics, patient ? [`patient:${patient.id}`, 'channels'] : [], () => {
			const { patient } = here().conversation;
			return patient ? `/patients/${patient.id}/channels` : null;
		});
		$effect(() => {
			if (this.best && !this.chosen) this.channel = this.best;
		});
		$effect(() => {
			if (this.closed) this.kept = inbox.drafts.read(id, 'whatsapp');
		});
	}

	/** The channel that the patient likes best, else the one that they wrote on last, until somebody chooses another one. */
	private readonly best = $derived.by(() => {
		const open = this.channels.filter((s) => s.available);
		const heard = this.here().thread.inOrder.findLast((m) => m.direction === 'inbound' && !m.call)?.channel;
		const free = open.filter((s) => !(s.channel === 'whatsapp' && this.left === 0));
		return (open.find((s) => s.preferred) ?? free.find((s) => s.channel === heard) ?? free[0] ?? open[0])
			?.channel;
	});
	readonly current = $derived<Channel>(this.noting ? 'note' : this.channel);
	readonly channels = $derived.by(() => this.reach.value?.items ?? []);
	readonly reachable = $derived.by(() => {
		const c = this.here().conversation;
		return c.kind === 'direct' || c.available_channels.includes(this.channel);
	});
	/** WhatsApp takes free text for a day after the patient's last message there. */
	readonly left = $derived.by(() => leftOf(this.here().conversation, ticking.now));
	readonly closed = $derived(
		!this.noting && this.channel === 'whatsapp' && this.reachable && this.left === 0
	);
	/** Why nothing can be sent, or nothing. */
	readonly blocked = $derived.by(() => {
		if (this.noting || this.reachable) return '';
		if (this.reach.state === 'loading') return 'Looking up by what this patient is reached…';
		if (this.reach.state === 'failed')
			return 'By what this patient is reached could not be loaded. Check your connection, then open the conversation again.';
		const { reason } = this.channels.find((s) => s.channel === this.channel) ?? {};
		return reason ?? 'No channel reaches this patient yet.';
	});
	/** What colleagues have said since the writing began, to the patient or among us: perhaps all is done already. */
	readonly overtaking = $derived.by(() =>
		this.seen
			? this.here()
					.thread.since(this.seen)
					.filter((m) => this.byColleagues(m))
			: []
	);
	readonly answered = $derived.by(() => !this.noting && this.overtaking.some((m) => m.channel !== 'note'));

	private byColleagues(m: Shown) {
		return (
			m.direction === 'outbound' && m.author.kind === 'user' && !m.call && m.author.id !== this.inbox.me.id
		);
	}

	choose(channel: Channel) {
		this.chosen = true;
		this.channel = channel;
	}

	/**
	 * Somebody goes on writing on another channel: the words come along to a field that is empty.
	 * They also stay where they were, with their form, until they are sent.
	 */
	goOn(channel: Channel) {
		const { drafts } = this.inbox;
		const { id } = this;
		const body = drafts.read(id, this.channel);
		const takes = !drafts.read(id, channel) && !(channel === 'whatsapp' && this.left === 0);
		if (body && takes) {
			drafts.keep(id, channel, body);
			this.copies.push({ body, on: [this.channel, channel] });
		}
		this.choose(channel);
	}

	private copies: { body: string; on: Channel[] }[] = [];

	/** What was sent on one channel, now or later, does not wait there or on another one to be sent again. */
	sent(channel: Channel) {
		const { drafts } = this.inbox;
		if (channel === 'email') this.entitle('');
		this.template = undefined;
		this.seen = undefined;
		for (const { body, on } of this.copies)
			for (const c of on) if (c !== channel && drafts.read(this.id, c) === body) drafts.keep(this.id, c, '');
		this.copies = [];
	}

	/** Another channel than one that did not carry a message, with its files if it can; none where none reaches. */
	other(than: Channel, files: boolean): Channel | undefined {
		const ways = this.channels.filter(
			(s) => s.available && s.channel !== than && !(s.channel === 'whatsapp' && this.left === 0)
		);
		const takes = (s: ChannelState) => s.channel !== 'sms' || !files; // SMS carries no files
		return (ways.find((s) => s.preferred && takes(s)) ?? ways.find(takes) ?? ways[0])?.channel;
	}

	/** While there is no field for free text, it waits for one. */
	keep(body: string) {
		this.kept = body;
		this.inbox.drafts.keep(this.id, 'whatsapp', body);
	}

	entitle(to: string) {
		this.subject = to;
		this.inbox.drafts.keep(this.id, 'subject', to);
	}

	/** What goes out, now or later. */
	words({ body, html }: Written): Words {
		const subject = this.current === 'email' && this.subject.trim();
		return {
			...{ channel: this.current, body },
			...(html ? { body_html: html } : {}),
			...(this.template ? { template: this.template } : {}),
			...(subject ? { subject } : {})
		};
	}

	send(what: Written, files: Attachment[]) {
		const { conversation: c, thread } = this.here();
		// Who was warned has read them, and means it; what comes after that is still asked about.
		const last = this.overtaking.length ? thread.newest?.id : this.seen;
		const called = this.noting ? this.inbox.colleagues.all.filter((u) => sees(u, c)) : [];
		const mentions = mentioned(what.body, called).map((u) => u.id);
		const more = {
			...(mentions.length ? { mentions } : {}),
			...(this.noting || !last ? {} : { last_seen_id: last })
		};
		this.inbox.send(c.id, { ...this.words(what), ...more }, files);
		this.sent(this.current);
	}

	/** Each keystroke counts: the warning is for what came while somebody was writing. */
	began(body: string) {
		if (body.trim())
			this.chosen = true; // the field stays where somebody writes, whatever the answer is
		else this.template = undefined;
		this.seen = body.trim() ? (this.seen ?? this.here().thread.newest?.id) : undefined;
	}

	/** Whoever was warned has read what colleagues have said. */
	understood() {
		this.seen = this.here().thread.newest?.id;
	}

	typed() {
		this.inbox.live.say({
			type: 'typing',
			conversation_id: this.id,
			...(this.noting ? { note: true as const } : {})
		});
	}
}
