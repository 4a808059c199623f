import { del, get, Refusal } from './api';
import type { Me } from './contract';
import { Inbox } from './inbox.svelte';
import { Outbox } from './outbox';
import { admitted } from './roles';

type State = 'loading' | 'ready' | 'forbidden' | 'failed';

/** Who is signed in, and what they work with. */
export class Session {
	state = $state<State>('loading');
	inbox = $state.raw<Inbox>();

	constructor(private readonly kind: Me['kind']) {
		addEventListener('shut out', () => void this.over()); // as any answer may say
	}

	async begin() {
		this.state = 'loading';
		try {
			const me = await get<Me>('/me');
			if (me.kind !== this.kind) return void location.replace(me.kind === 'staff' ? '/' : '/portal');
			if (!admitted(me)) return void (this.state = 'forbidden');
			this.inbox = new Inbox(me, () => void this.over());
			this.inbox.start();
			this.state = 'ready';
		} catch (error) {
			if (error instanceof Refusal && error.problem.status === 401) return toSignIn();
			this.state = 'failed';
		}
	}

	/** Signed out, or no longer allowed: the server has ended the sockets, or says so to a question. */
	private async over() {
		if (!this.inbox) return; // it is being seen to
		this.inbox.live.stop();
		this.inbox = undefined;
		await this.begin();
	}

	async signOut() {
		const inbox = this.inbox;
		if (
			inbox &&
			new Outbox(inbox.me.id).all().length &&
			!confirm('Some messages have not been sent yet. Sign out all the same?')
		)
			return;
		inbox?.live.stop();
		await del('/sessions/current').catch(() => undefined); // the sign-in page ends it otherwise
		location.assign('/signin');
	}
}

function toSignIn() {
	const here = location.pathname + location.search;
	location.replace('/signin' + (here === '/' ? '' : `?next=${encodeURIComponent(here)}`));
}
