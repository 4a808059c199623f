import { SvelteMap } from 'svelte/reactivity';
import type { Attachment, Channel, Problem } from './contract';
import { most, sizeName } from './files';
import { uuid } from './uuid';

/** One file on its way to the server, or there and not sent yet. */
export class Upload {
	/** queued, going, waiting for the line, there, or refused. */
	state = $state<'queued' | 'going' | 'waiting' | 'there' | 'refused'>('queued');
	/** From 0 to 1. */
	progress = $state(0);
	problem = $state('');
	attachment = $state.raw<Attachment>();

	tries = 0;
	request?: XMLHttpRequest;

	constructor(
		readonly id: string,
		readonly name: string,
		readonly size: number,
		readonly file?: File,
		/** The file on the server that this one is a copy of. */
		readonly of?: string
	) {}
}

/** Where it is written down what is there: the browser's storage, or nowhere. */
export type Kept = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** For files that are being attached to what a reload takes away anyway. */
export const nowhere: Kept = { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };

const atOnce = 2; // of one person; the server takes some more
const patience = 30_000; // ms without a byte, after which the line is taken for dead
const pauses = [1000, 2000, 5000, 10_000, 30_000]; // ms between tries

/** A note's files never get into a message to the patient: they are kept apart like its words. */
const pile = (conversation: string, channel: Channel) =>
	`${conversation}.${channel === 'note' ? 'note' : 'message'}`;

/**
 * The files that somebody is attaching, for each conversation. They go on while another one is
 * on the screen, and go out again under the same id where the line broke; those that are there
 * outlive a reload.
 */
export class Uploads {
	private readonly piles = new SvelteMap<string, Upload[]>();

	constructor(
		private readonly owner: string,
		private readonly maxSize: number,
		private readonly kept: Kept = localStorage,
		private readonly forget: (id: string) => void = () => undefined
	) {
		if (typeof addEventListener === 'function') addEventListener('online', this.reconnected);
	}

	/** Nothing goes on by itself any more. */
	end() {
		removeEventListener('online', this.reconnected);
		for (const u of this.all()) if (u.state !== 'there') u.request?.abort();
		this.piles.clear();
	}

	of(conversation: string, channel: Channel): Upload[] {
		return this.piles.get(pile(conversation, channel)) ?? [];
	}

	/** Brings back what was there when the page was closed. */
	open(conversation: string, channel: Channel) {
		const key = pile(conversation, channel);
		if (this.piles.has(key)) return;
		let left: Attachment[] = [];
		try {
			left = JSON.parse(this.kept.getItem(this.stored(key)) ?? '[]');
		} catch {
			// somebody else's writing: there is nothing of ours in it
		}
		this.piles.set(key, left.map(finished));
	}

	add(conversation: string, channel: Channel, files: Iterable<File>) {
		this.open(conversation, channel);
		const key = pile(conversation, channel);
		const all = [...this.of(conversation, channel)];
		for (const file of files) {
			const u = new Upload(uuid(), file.name || 'file', file.size, file);
			const good = all.filter((o) => o.state !== 'refused');
			if (file.size === 0) refuse(u, 'This file is empty.');
			else if (file.size > this.maxSize)
				refuse(u, `Larger than ${sizeName(this.maxSize)}. Attach a smaller one.`);
			else if (good.length >= most.files)
				refuse(u, `A message carries ${most.files} files. Send it with another one.`);
			else if (good.reduce((sum, o) => sum + o.size, u.size) > most.bytes)
				refuse(u, `More than ${sizeName(most.bytes)} together. Send it with another one.`);
			all.push(u);
		}
		this.piles.set(key, all);
		this.next();
	}

	/** Takes files along that are on the server already, each as a file of its own. */
	copy(conversation: string, channel: Channel, files: Attachment[]) {
		this.open(conversation, channel);
		const have = this.of(conversation, channel);
		const more = files
			.filter((f) => !have.some((u) => u.of === f.id))
			.map((f) => new Upload(uuid(), f.filename, f.size, undefined, f.id));
		this.change(conversation, channel, [...have, ...more]);
		this.next();
	}

	/** Takes a file away, whether it is on its way or there. */
	remove(conversation: string, channel: Channel, u: Upload) {
		u.request?.abort();
		if (u.state !== 'refused') this.forget(u.id); // perhaps it has arrived
		this.change(
			conversation,
			channel,
			this.of(conversation, channel).filter((o) => o !== u)
		);
		this.next();
	}

	retry(u: Upload) {
		if (u.state !== 'waiting') return;
		u.tries = 0;
		u.state = 'queued';
		this.next();
	}

	/** Another line: nothing comes any more by the one before it. */
	private readonly reconnected = () => {
		const dead = this.all().filter((u) => u.state === 'going');
		for (const u of dead) u.request?.abort();
		this.resume();
	};

	/** The line is there again: what waits goes out. */
	resume() {
		for (const u of this.all()) if (u.state === 'waiting') u.state = 'queued';
		this.next();
	}

	/** What is there and could be sent. */
	there(conversation: string, channel: Channel): Attachment[] {
		return this.of(conversation, channel).flatMap((u) =>
			u.state === 'there' && u.attachment ? [u.attachment] : []
		);
	}

	/** These go with a message now; refused ones stay, with their reason. */
	leave(conversation: string, channel: Channel, files: Attachment[]) {
		const left = this.of(conversation, channel).filter((u) => !files.some((f) => f.id === u.id));
		this.change(conversation, channel, left);
	}

	/** Puts files back, as those of a message that was refused. */
	restore(conversation: string, channel: Channel, files: Attachment[]) {
		this.open(conversation, channel);
		const have = this.of(conversation, channel);
		const back = files.filter((f) => !have.some((u) => u.id === f.id)).map(finished);
		this.change(conversation, channel, [...have, ...back]);
	}

	private all(): Upload[] {
		return [...this.piles.values()].flat();
	}

	private change(conversation: string, channel: Channel, to: Upload[]) {
		this.piles.set(pile(conversation, channel), to);
		this.keep();
	}

	private stored(key: string) {
		return `frontdesk.files.${this.owner}.${key}`;
	}

	private keep() {
		for (const [key, all] of this.piles) {
			const there = all.flatMap((u) => (u.attachment ? [u.attachment] : []));
			if (there.length) this.kept.setItem(this.stored(key), JSON.stringify(there));
			else this.kept.removeItem(this.stored(key));
		}
	}

	private next() {
		const all = this.all();
		let free = atOnce - all.filter((u) => u.state === 'going').length;
		for (const u of all) if (u.state === 'queued' && free-- > 0) this.start(u);
	}

	private start(u: Upload) {
		const request = (u.request = new XMLHttpRequest());
		u.state = 'going';
		u.problem = '';
		u.progress = 0;
		let silence: ReturnType<typeof setTimeout>;
		const alive = () => {
			clearTimeout(silence);
			silence = setTimeout(() => request.abort(), patience);
		};
		alive();
		request.onload = () => this.answered(u, request.status, request.responseText);
		request.onerror = request.onabort = () => this.broken(u);
		request.onloadend = () => clearTimeout(silence);
		if (u.of) {
			request.open('POST', `/api/v1/attachments/${u.of}/copy`);
			request.setRequestHeader('content-type', 'application/json');
			return request.send(JSON.stringify({ id: u.id }));
		}
		request.open('POST', '/api/v1/attachments');
		request.upload.onprogress = (e) => {
			u.progress = e.total ? e.loaded / e.total : 0;
			alive();
		};
		const form = new FormData();
		form.append('id', u.id); // before the file, which is read as it comes
		form.append('file', u.file!, u.name);
		request.send(form);
	}

	private answered(u: Upload, status: number, text: string) {
		let body: unknown;
		try {
			body = JSON.parse(text);
		} catch {
			return this.broken(u);
		}
		if (status === 200 || status === 201) {
			u.attachment = body as Attachment;
			u.state = 'there';
			u.progress = 1;
			this.keep();
			return this.next();
		}
		const problem = body as Problem;
		const later =
			status >= 500 || ['uploads_at_once', 'upload_broken', 'not_signed_in'].includes(problem.code);
		if (later) return this.broken(u);
		refuse(u, problem.detail ?? problem.title);
		this.next();
	}

	private broken(u: Upload) {
		u.state = 'waiting';
		const pause = pauses[Math.min(u.tries++, pauses.length - 1)]!;
		setTimeout(() => {
			if (u.state !== 'waiting') return;
			u.state = 'queued';
			this.next();
		}, pause);
		this.next();
	}
}

function refuse(u: Upload, why: string) {
	u.state = 'refused';
	u.problem = why;
}

function finished(a: Attachment): Upload {
	const u = new Upload(a.id, a.filename, a.size);
	u.attachment = a;
	u.state = 'there';
	u.progress = 1;
	return u;
}
