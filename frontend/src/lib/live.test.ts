import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ServerFrame } from './contract';
import { Live } from './live.svelte';

class FakeSocket {
	static all: FakeSocket[] = [];
	sent: string[] = [];
	closed = false;
	onmessage: ((e: { data: string }) => void) | null = null;
	onclose: ((e: { code: number }) => void) | null = null;
	constructor(readonly url: string) {
		FakeSocket.all.push(this);
	}
	send(text: string) {
		this.sent.push(text);
	}
	close() {
		this.closed = true;
	}
	say(...frames: unknown[]) {
		this.onmessage?.({ data: frames.map((f) => JSON.stringify(f)).join('\n') });
	}
}

let heard: ServerFrame[];
let over: ReturnType<typeof vi.fn<() => void>>;
let doubted: ReturnType<typeof vi.fn<() => void>>;
let live: Live;
const newest = () => FakeSocket.all.at(-1)!;

beforeEach(() => {
	vi.useFakeTimers();
	FakeSocket.all = [];
	heard = [];
	over = vi.fn<() => void>();
	doubted = vi.fn<() => void>();
	live = new Live(
		() => heard.length.toString(),
		(f) => heard.push(f),
		over,
		doubted,
		(url) => new FakeSocket(url) as unknown as WebSocket
	);
	live.start();
});

afterEach(() => {
	live.stop();
	vi.useRealTimers();
});

describe('the line', () => {
	it('is live with hello, and takes several frames of one message apart', () => {
		newest().say({ type: 'hello', position: 'a', session_id: 's' }, { type: 'beat', position: 'b' });
		expect(live.state).toBe('live');
		expect(heard.map((f) => f.type)).toEqual(['hello', 'beat']);
		expect(newest().sent).toEqual(['{"type":"beat"}']);
	});

	it('comes back with its position, after pauses that grow', () => {
		newest().say({ type: 'hello', position: 'a', session_id: 's' });
		for (let i = 0; i < 6; i++) {
			const before = FakeSocket.all.length;
			newest().onclose?.({ code: 1006 });
			vi.advanceTimersByTime(23_000);
			expect(FakeSocket.all.length).toBe(before + 1);
		}
		expect(newest().url).toContain('since=1');
	});

	it('is given up after a minute of silence', () => {
		newest().say({ type: 'hello', position: 'a', session_id: 's' });
		const first = newest();
		vi.advanceTimersByTime(60_000);
		expect(first.closed).toBe(true);
		vi.advanceTimersByTime(1000);
		expect(FakeSocket.all.length).toBe(2);
	});

	it('tells a person only after two seconds', () => {
		newest().onclose?.({ code: 1006 });
		expect(live.noticed).toBe(false);
		vi.advanceTimersByTime(2000);
		expect(live.noticed).toBe(true);
		newest().say({ type: 'hello', position: 'a', session_id: 's' });
		expect(live.noticed).toBe(false);
	});

	it('stays away where the server says so', () => {
		newest().onclose?.({ code: 4501 });
		vi.advanceTimersByTime(120_000);
		expect(over).toHaveBeenCalledOnce();
		expect(FakeSocket.all.length).toBe(1);
	});

	it('doubts that it is let in where it is closed before it is greeted', () => {
		newest().say({ type: 'hello', position: 'a', session_id: 's' });
		newest().onclose?.({ code: 1006 }); // a server that goes away says nothing of us
		expect(doubted).not.toHaveBeenCalled();
		vi.advanceTimersByTime(1000);
		newest().onclose?.({ code: 1006 });
		expect(doubted).toHaveBeenCalledOnce();
		live.stop();
	});

	it('hurries when the network is back', () => {
		newest().onclose?.({ code: 1006 });
		dispatchEvent(new Event('online'));
		expect(FakeSocket.all.length).toBe(2);
	});
});
