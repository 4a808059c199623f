import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Me } from './contract';
import { Outbox } from './outbox';
import { Session } from './session.svelte';

class Line {
	static newest: Line;
	onclose: ((e: { code: number }) => void) | null = null;
	constructor() {
		Line.newest = this;
	}
	close() {}
	send() {}
}

const me = { kind: 'patient', id: 'ana', name: 'Ana', permissions: [] as string[], position: 'p' } as Me;
const problem = (status: number, code: string) =>
	new Response(JSON.stringify({ title: 'x', status, code, detail: 'No.' }), { status });
let answers: (path: string) => Response;
let session: Session;

beforeEach(async () => {
	localStorage.clear();
	vi.stubGlobal('WebSocket', Line);
	vi.stubGlobal('fetch', async (path: string) => answers(path.replace('/api/v1', '')));
	answers = (path) =>
		path === '/me' ? new Response(JSON.stringify(me)) : new Response('{"items":[],"next_cursor":null}');
	session = new Session('patient');
	await session.begin();
	expect(session.state).toBe('ready');
});
afterEach(() => {
	session.inbox?.live.stop();
	vi.unstubAllGlobals();
});

describe('a session that ends while the device sleeps', () => {
	it('is over when the line is refused before it begins', async () => {
		answers = () => problem(401, 'not_signed_in');
		Line.newest.onclose?.({ code: 1006 }); // all that a browser tells of a 401
		await vi.waitFor(() => expect(session.inbox).toBeUndefined());
	});

	it('is over when any question is refused, and what was sent is kept', async () => {
		answers = () => problem(401, 'not_signed_in');
		session.inbox!.send('c1', { channel: 'portal', body: 'Hello' });
		await vi.waitFor(() => expect(session.inbox).toBeUndefined());
		expect(new Outbox('ana').all()).toMatchObject([{ body: 'Hello' }]);
		expect(new Outbox('ana').all()[0]?.refused).toBeUndefined();
	});

	it('goes on where the server is only away', async () => {
		answers = () => new Response('', { status: 503 });
		Line.newest.onclose?.({ code: 1006 });
		await new Promise((r) => setTimeout(r));
		expect(session.inbox).toBeDefined();
	});
});
