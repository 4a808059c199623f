type Running = { conversation: string; name: string; since: number };

/** The stopwatch of a phone call. One runs for a person; it outlives a reload, and runs in every tab. */
export class CallTimer {
	running = $state.raw<Running | null>(null);

	constructor(
		owner: string,
		private readonly kept: Storage = localStorage
	) {
		this.key = `frontdesk.timer.${owner}`;
		this.read();
		addEventListener('storage', (event) => event.key === this.key && this.read());
	}

	private readonly key: string;

	private read() {
		try {
			this.running = JSON.parse(this.kept.getItem(this.key) ?? 'null');
		} catch {
			this.running = null;
		}
	}

	start(conversation: string, name: string) {
		this.running = { conversation, name, since: Date.now() };
		this.kept.setItem(this.key, JSON.stringify(this.running));
	}

	/** Answers when it began, and how many seconds ago. */
	stop(): { since: number; seconds: number } | null {
		const r = this.running;
		this.running = null;
		this.kept.removeItem(this.key);
		return r && { since: r.since, seconds: elapsed(r, Date.now()) };
	}
}

export const elapsed = (r: Running, now: number) =>
	Math.min(86_400, Math.max(0, Math.round((now - r.since) / 1000)));

/** "4:30" or "1:04:30". */
export function stopwatch(seconds: number): string {
	const two = (n: number) => String(n).padStart(2, '0');
	const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
	return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** "4 min 30 s". */
export function inWords(seconds: number): string {
	const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
	return [h && `${h} h`, m && `${m} min`, (s || !seconds) && `${s} s`].filter(Boolean).join(' ');
}

const timers = new Map<string, CallTimer>();

/** The one of a person. */
export function callTimer(owner: string): CallTimer {
	let known = timers.get(owner);
	if (!known) timers.set(owner, (known = new CallTimer(owner)));
	return known;
}
