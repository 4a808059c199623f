import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Attachment } from './contract';
import { nowhere, Uploads } from './uploads.svelte';

/** As a browser's: abort and the end are told at once. */
class Request {
	upload: { onprogress?: (e: { loaded: number; total: number }) => void } = {};
	status = 0;
	responseText = '';
	path = '';
	body?: FormData | string;
	onload?: () => void;
	onabort?: () => void;
	onloadend?: () => void;
	done = false;

	open(_: string, path: string) {
		this.path = path;
	}
	setRequestHeader() {}
	send(body: FormData | string) {
		this.body = body;
		line.push(this);
	}
	abort() {
		if (this.done) return;
		this.end(this.onabort);
	}
	answer(body: object, status = 201) {
		[this.status, this.responseText] = [status, JSON.stringify(body)];
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
});
afterEach(() => {
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

/** Under which id a file is sent. */
const id = (r: Request) => (typeof r.body === 'string' ? JSON.parse(r.body).id : r.body!.get('id'));

describe('files from this machine', () => {
	beforeEach(() =>
		uploads.add(
			'c',
			'portal',
			['a', 'b', 'c'].map((name) => new File(['x'], name))
		)
	);

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
		expect(id(line[3]!)).toBe(id(line[0]!)); // it is one file, however often
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
		expect(line.filter((r) => id(r) === first!.id)).toHaveLength(1);
		expect(states()).toEqual(['going', 'going']);
	});
});

const file = (id: string) =>
	({ id, filename: `${id}.pdf`, media_type: 'application/pdf', size: 5, thumbnail: true }) as Attachment;

describe('files that are on the server already', () => {
	test('are taken along, each under an id of its own, whatever the line does', () => {
		uploads.copy('c1', 'portal', [file('a'), file('b')]);
		uploads.copy('c1', 'portal', [file('a')]); // asked for twice
		expect(line.map((r) => r.path)).toEqual(['/api/v1/attachments/a/copy', '/api/v1/attachments/b/copy']);
		const [a] = uploads.of('c1', 'portal');
		const under = id(line[0]!);
		expect(under).toBe(a!.id);
		expect(under).not.toBe('a');
		line[0]!.answer({ code: 'busy' }, 503);
		expect(a!.state).toBe('waiting');
		uploads.resume();
		expect(id(line.at(-1)!)).toBe(under);
		line.at(-1)!.answer({ ...file(under), filename: 'a.pdf' });
		expect(a!.state).toBe('there');
		expect(uploads.there('c1', 'portal').map((f) => f.id)).toEqual([under]);
	});

	test('say so where they are gone', () => {
		uploads.copy('c1', 'portal', [file('a')]);
		line[0]!.answer({ code: 'attachment_not_found', detail: 'There is no such file.' }, 404);
		expect(uploads.of('c1', 'portal')[0]).toMatchObject({
			state: 'refused',
			problem: 'There is no such file.'
		});
	});

	test('leave alone what was attached since', () => {
		uploads.restore('c1', 'portal', [file('a')]);
		const sent = uploads.there('c1', 'portal');
		uploads.restore('c1', 'portal', [file('b')]);
		uploads.leave('c1', 'portal', sent);
		expect(uploads.there('c1', 'portal').map((f) => f.id)).toEqual(['b']);
		const again = new Uploads('ana', 1e6);
		again.open('c1', 'portal');
		expect(again.there('c1', 'portal').map((f) => f.id)).toEqual(['b']);
	});

	test('are kept nowhere where a reload takes all away', () => {
		const forgotten: string[] = [];
		const uploads = new Uploads('ana', 1e6, nowhere, (id) => forgotten.push(id));
		uploads.restore('s1', 'portal', [file('a')]);
		expect(localStorage.length).toBe(0);
		uploads.remove('s1', 'portal', uploads.of('s1', 'portal')[0]!);
		expect(forgotten).toEqual(['a']);
		uploads.end();
		expect(uploads.of('s1', 'portal')).toEqual([]);
	});
});
