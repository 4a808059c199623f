import type { Page, Problem } from './contract';

/** The server has said no, and why. Any other error means that no answer came. */
export class Refusal extends Error {
	constructor(readonly problem: Problem) {
		super(problem.detail ?? problem.title);
	}

	is(...codes: string[]) {
		return codes.includes(this.problem.code);
	}
}

/** What the server says, to any question, to who is signed in no more or has no access to messages. */
export const shutOut = ['not_signed_in', 'hub_not_allowed'];

/** No answer, or one that says nothing of the request: trying again may help. */
export class Unanswered extends Error {
	constructor(
		message: string,
		/** What the server says of it, where it says anything. */
		readonly detail?: string
	) {
		super(message);
	}
}

/** How long an answer may take: for a file as long as it needs on a line of 32 kbit/s. */
const patience = (body: unknown) => 15_000 + (body instanceof Blob ? Math.ceil(body.size / 4) : 0); // ms

async function call<T>(method: string, path: string, body?: unknown, type = 'application/json'): Promise<T> {
	let answer: Response;
	try {
		answer = await fetch(`/api/v1${path}`, {
			method,
			headers: body === undefined ? {} : { 'content-type': type },
			body: body === undefined || body instanceof Blob ? body : JSON.stringify(body),
			signal: AbortSignal.timeout(patience(body))
		});
	} catch (error) {
		throw new Unanswered(String(error));
	}
	if (answer.ok) {
		const text = await answer.text(); // 202 may say what waits, or nothing; 204 says nothing
		return (text ? JSON.parse(text) : undefined) as T;
	}
	if (answer.status >= 500) throw new Unanswered(`${method} ${path}: ${answer.status}`);
	if (answer.status === 429)
		throw new Unanswered(`${method} ${path}: 429`, (await answer.json().catch(() => undefined))?.detail);
	const refusal = new Refusal(await answer.json());
	if (refusal.is(...shutOut)) dispatchEvent(new Event('shut out')); // whatever has asked
	throw refusal;
}

export const get = <T>(path: string) => call<T>('GET', path);
export const post = <T>(path: string, body: unknown) => call<T>('POST', path, body);
export const patch = <T>(path: string, body: unknown) => call<T>('PATCH', path, body);
/** A file as it is, which the server reads. */
export const postFile = <T>(path: string, file: Blob, type: string) => call<T>('POST', path, file, type);
export const put = <T>(path: string, body?: unknown) => call<T>('PUT', path, body);
export const del = <T>(path: string, body?: unknown) => call<T>('DELETE', path, body);

/** All of a list, however many pages it has. */
export async function getAll<T>(path: string): Promise<T[]> {
	const items: T[] = [];
	for (let cursor: string | null = ''; cursor !== null;) {
		const page: Page<T> = await get(path + query({ limit: 200, cursor }));
		items.push(...page.items);
		cursor = page.next_cursor;
	}
	return items;
}

/** A query string of what is set. */
export function query(values: Record<string, string | number | null | undefined>) {
	const set = Object.entries(values).filter(([, v]) => v !== undefined && v !== null && v !== '');
	return set.length ? '?' + new URLSearchParams(set.map(([k, v]) => [k, String(v)])) : '';
}
