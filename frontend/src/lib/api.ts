import type { Problem } from './contract';

/** The server has said no, and why. Any other error means that no answer came. */
export class Refusal extends Error {
	constructor(readonly problem: Problem) {
		super(problem.detail ?? problem.title);
	}

	is(...codes: string[]) {
		return codes.includes(this.problem.code);
	}
}

/** No answer, or one that says nothing of the request: trying again may help. */
export class Unanswered extends Error {}

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
	let answer: Response;
	try {
		answer = await fetch(`/api/v1${path}`, {
			method,
			headers: body === undefined ? {} : { 'content-type': 'application/json' },
			body: body === undefined ? undefined : JSON.stringify(body),
			signal: AbortSignal.timeout(15_000)
		});
	} catch (error) {
		throw new Unanswered(String(error));
	}
	if (answer.ok) return answer.status === 204 ? (undefined as T) : answer.json();
	if (answer.status >= 500 || answer.status === 429)
		throw new Unanswered(`${method} ${path}: ${answer.status}`);
	throw new Refusal(await answer.json());
}

export const get = <T>(path: string) => call<T>('GET', path);
export const post = <T>(path: string, body: unknown) => call<T>('POST', path, body);
export const patch = <T>(path: string, body: unknown) => call<T>('PATCH', path, body);
export const put = <T>(path: string) => call<T>('PUT', path);
export const del = <T>(path: string, body?: unknown) => call<T>('DELETE', path, body);

/** A query string of what is set. */
export function query(values: Record<string, string | number | null | undefined>) {
	const set = Object.entries(values).filter(([, v]) => v !== undefined && v !== null && v !== '');
	return set.length ? '?' + new URLSearchParams(set.map(([k, v]) => [k, String(v)])) : '';
}
