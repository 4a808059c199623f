import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Attachment } from './contract';
import { nowhere, Uploads } from './uploads.svelte';

const file = (id: string) =>
	({ id, filename: `${id}.pdf`, media_type: 'application/pdf', size: 5, thumbnail: true }) as Attachment;

/** What was asked of the server, each to be answered by the test. */
let asked: { method: string; path: string; body: unknown; answer: (status: number, body: object) => void }[];

beforeEach(() => {
	localStorage.clear();
	asked = [];
	class Request {
		upload = {};
		status = 0;
		responseText = '';
		onload = () => undefined;
		private to = { method: '', path: '' };
		open(method: string, path: string) {
			this.to = { method, path };
		}
		setRequestHeader() {}
		abort() {}
		send(body: unknown) {
			const answer = (status: number, body: object) => {
				this.status = status;
				this.responseText = JSON.stringify(body);
				this.onload();
			};
			asked.push({ ...this.to, body, answer });
		}
	}
	vi.stubGlobal('XMLHttpRequest', Request);
});

describe('files that are on the server already', () => {
	it('are taken along, each under an id of its own, whatever the line does', () => {
		const uploads = new Uploads('rita', 100);
		uploads.copy('c1', 'portal', [file('a'), file('b')]);
		uploads.copy('c1', 'portal', [file('a')]); // asked for twice
		expect(asked.map((r) => r.path)).toEqual(['/api/v1/attachments/a/copy', '/api/v1/attachments/b/copy']);
		const [a] = uploads.of('c1', 'portal');
		const { id } = JSON.parse(String(asked[0]!.body));
		expect(id).toBe(a!.id);
		expect(id).not.toBe('a');
		asked[0]!.answer(503, { code: 'busy' });
		expect(a!.state).toBe('waiting');
		uploads.resume();
		expect(JSON.parse(String(asked.at(-1)!.body)).id).toBe(id);
		asked.at(-1)!.answer(201, { ...file(id), filename: 'a.pdf' });
		expect(a!.state).toBe('there');
		expect(uploads.there('c1', 'portal').map((f) => f.id)).toEqual([id]);
	});

	it('say so where they are gone', () => {
		const uploads = new Uploads('rita', 100);
		uploads.copy('c1', 'portal', [file('a')]);
		asked[0]!.answer(404, { code: 'attachment_not_found', detail: 'There is no such file.' });
		expect(uploads.of('c1', 'portal')[0]).toMatchObject({
			state: 'refused',
			problem: 'There is no such file.'
		});
	});

	it('leave alone what was attached since', () => {
		const uploads = new Uploads('rita', 100);
		uploads.restore('c1', 'portal', [file('a')]);
		const sent = uploads.there('c1', 'portal');
		uploads.restore('c1', 'portal', [file('b')]);
		uploads.leave('c1', 'portal', sent);
		expect(uploads.there('c1', 'portal').map((f) => f.id)).toEqual(['b']);
		const again = new Uploads('rita', 100);
		again.open('c1', 'portal');
		expect(again.there('c1', 'portal').map((f) => f.id)).toEqual(['b']);
	});

	it('are kept nowhere where a reload takes all away', () => {
		const forgotten: string[] = [];
		const uploads = new Uploads('rita', 100, nowhere, (id) => forgotten.push(id));
		uploads.restore('s1', 'portal', [file('a')]);
		expect(localStorage.length).toBe(0);
		uploads.remove('s1', 'portal', uploads.of('s1', 'portal')[0]!);
		expect(forgotten).toEqual(['a']);
		uploads.end();
		expect(uploads.of('s1', 'portal')).toEqual([]);
	});
});
