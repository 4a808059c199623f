import { SvelteMap } from 'svelte/reactivity';
import type { Author, Person, Role, ServerFrame } from './contract';

/** Who is here, who looks at what, who is typing. None of it is kept. */
export class Around {
	online = $state<(Person & { role: Role })[]>([]);
	readonly viewing = new SvelteMap<string, Person[]>();
	readonly typing = new SvelteMap<string, Author>();
	private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();

	hear(frame: ServerFrame) {
		if (frame.type === 'presence') this.online = frame.users;
		if (frame.type === 'viewing') this.viewing.set(frame.conversation_id, frame.users);
		if (frame.type === 'typing') this.write(frame.conversation_id, frame.author);
	}

	/** A message ends what was announced as typing. */
	stopped(conversation: string) {
		clearTimeout(this.timers.get(conversation));
		this.typing.delete(conversation);
	}

	private write(conversation: string, author: Author) {
		this.typing.set(conversation, author);
		clearTimeout(this.timers.get(conversation));
		// By our own clock: the server's may differ.
		this.timers.set(
			conversation,
			setTimeout(() => this.typing.delete(conversation), 6000)
		);
	}
}
