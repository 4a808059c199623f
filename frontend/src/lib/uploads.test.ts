import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Uploads } from './uploads.svelte';

/** As a browser's: abort and the end are told at once. */
class Request {
	upload: { onprogress?: (e: { loaded: number; total: number }) => void } = {};
	status = 0;
	responseText = '';
	body?: FormData;
	onload?: () => void;
	onabort?: () => void;
	onloadend?: () => void;
	done = false;

	open() {}
	send(body: FormData) {
		this.body = body;
		line.push(this);
	}
	abort() {
		if (this.done) return;
		this.end(this.onabort);
	}
	answer(attachment: object) {
		[this.status, this.responseText] = [201, JSON.stringify(attachment)];
		this.end(this.onload);
	}
	private end(how?: () => void) {
		this.done = true;
		how?.();
		this.onloadend?.();
	}
}

let line: Request[];
let uploads: Uploads;
const states = () => uploads.of('c', 'portal').map((u) => u.state);
const going = () => line.filter((r) => !r.done);

beforeEach(() => {
	vi.useFakeTimers();
	localStorage.clear();
	line = [];
	vi.stubGlobal('XMLHttpRequest', Request);
	uploads = new Uploads('ana', 1e6);
	uploads.add(
		'c',
		'portal',
		['a', 'b', 'c'].map((name) => new File(['x'], name))
	);
});
afterEach(() => {
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

test('a line that says nothing any more is given up, and the others get on', () => {
	expect(states()).toEqual(['going', 'going', 'queued']);
	vi.advanceTimersByTime(29_000);
	line[1]!.upload.onprogress!({ loaded: 1, total: 2 });
	vi.advanceTimersByTime(1000);
	expect(states()).toEqual(['waiting', 'going', 'going']);
	line[1]!.answer({ id: 'b' });
	expect(states()).toEqual(['waiting', 'there', 'going']);
	vi.advanceTimersByTime(1000);
	expect(states()).toEqual(['going', 'there', 'going']);
	expect(line[3]!.body!.get('id')).toBe(line[0]!.body!.get('id')); // it is one file, however often
	line[2]!.answer({ id: 'c' });
	line[3]!.answer({ id: 'a' });
	vi.advanceTimersByTime(60_000);
	expect(states()).toEqual(['there', 'there', 'there']);
});

test('on another line both begin anew at once', () => {
	const before = going();
	dispatchEvent(new Event('online'));
	expect(before.every((r) => r.done)).toBe(true);
	expect(going()).toHaveLength(2);
});

test('a file that is taken away is not sent again', () => {
	const [first] = uploads.of('c', 'portal');
	uploads.remove('c', 'portal', first!);
	vi.advanceTimersByTime(5000);
	expect(line.filter((r) => r.body!.get('id') === first!.id)).toHaveLength(1);
	expect(states()).toEqual(['going', 'going']);
});
