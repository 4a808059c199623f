import type { ClientFrame, ServerFrame } from './contract';

type State = 'connecting' | 'live' | 'away' | 'ended';

const silence = 60_000; // ms without a frame: the line is dead
const firstPause = 500;
const longestPause = 15_000;

/** One socket to the server, for as long as the page is open. */
export class Live {
	state = $state<State>('connecting');
	/** Away for long enough that a person should know. */
	noticed = $state(false);

	private socket: WebSocket | undefined;
	private tries = 0;
	private retry: ReturnType<typeof setTimeout> | undefined;
	private watchdog: ReturnType<typeof setTimeout> | undefined;
	private notice: ReturnType<typeof setTimeout> | undefined;

	constructor(
		private readonly position: () => string,
		private readonly heard: (frame: ServerFrame) => void,
		private readonly over: () => void,
		/** There was no line, and a browser does not say why: perhaps we are not let in any more. */
		private readonly doubted: () => void,
		private readonly open: (url: string) => WebSocket = (url) => new WebSocket(url, 'frontdesk.v1')
	) {}

	start() {
		addEventListener('online', this.hurry);
		addEventListener('offline', this.hangUp);
		document.addEventListener('visibilitychange', this.hurry);
		this.connect();
	}

	stop() {
		removeEventListener('online', this.hurry);
		removeEventListener('offline', this.hangUp);
		document.removeEventListener('visibilitychange', this.hurry);
		this.state = 'ended';
		this.forget();
	}

	say(frame: ClientFrame) {
		if (this.state === 'live') this.socket?.send(JSON.stringify(frame));
	}

	private connect() {
		this.forget();
		const since = this.position();
		const url = new URL('/api/v1/ws' + (since ? `?since=${since}` : ''), location.href);
		url.protocol = url.protocol.replace('http', 'ws');
		const socket = (this.socket = this.open(url.href));
		this.listen();
		socket.onmessage = (event) => {
			this.listen();
			for (const line of (event.data as string).split('\n')) if (line) this.take(JSON.parse(line));
		};
		socket.onclose = (event) => {
			const greeted = this.state === 'live';
			this.closed(event.code);
			if (!greeted && this.state === 'away') this.doubted();
		};
	}

	private take(frame: ServerFrame) {
		if (frame.type === 'hello') {
			this.state = 'live';
			this.tries = 0;
			clearTimeout(this.notice);
			this.notice = undefined;
			this.noticed = false;
		}
		if (frame.type === 'beat') this.say({ type: 'beat' });
		this.heard(frame);
	}

	private listen() {
		clearTimeout(this.watchdog);
		this.watchdog = setTimeout(() => this.closed(4000), silence);
	}

	private closed(code: number) {
		this.forget();
		if (code >= 4500) {
			this.state = 'ended';
			this.over();
			return;
		}
		if (this.state === 'ended') return;
		this.state = 'away';
		this.notice ??= setTimeout(() => (this.noticed = true), 2000);
		// Everybody lost the same server: come back one after another.
		const pause = Math.min(longestPause, firstPause * 2 ** this.tries++) * (0.5 + Math.random());
		this.retry = setTimeout(() => this.connect(), pause);
	}

	private hurry = () => {
		if (document.visibilityState === 'visible' && this.state === 'away') {
			this.tries = 0;
			this.connect();
		}
	};

	private hangUp = () => {
		if (this.state !== 'ended') this.closed(4000);
	};

	private forget() {
		clearTimeout(this.retry);
		clearTimeout(this.watchdog);
		if (!this.socket) return;
		this.socket.onmessage = this.socket.onclose = null;
		this.socket.close();
		this.socket = undefined;
	}
}
