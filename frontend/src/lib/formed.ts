// A letter's HTML as parts that a component can show: what is not known is left out, whoever made it.

export type Part = string | { tag: Tag; href?: string; parts: Part[] };
type Tag = 'p' | 'br' | 'strong' | 'em' | 'ul' | 'ol' | 'li' | 'blockquote' | 'a';

const tags: Record<string, Tag> = {
	...{ P: 'p', DIV: 'p', BR: 'br', STRONG: 'strong', B: 'strong', EM: 'em', I: 'em' },
	...{ UL: 'ul', OL: 'ol', LI: 'li', BLOCKQUOTE: 'blockquote', A: 'a' }
};
const mute = ['SCRIPT', 'STYLE', 'TEMPLATE', 'TITLE', 'NOSCRIPT', 'IFRAME', 'OBJECT', 'TEXTAREA', 'SELECT'];

/** Says whether a link may lead there: to the web, a mailbox or a phone. */
export const allowed = (url: string) => /^(https?:\/\/|mailto:|tel:)[^\s]+$/i.test(url);

export function partsOf(html: string): Part[] {
	return within(new DOMParser().parseFromString(html, 'text/html').body);
}

function within(node: Node): Part[] {
	return [...node.childNodes].flatMap((child): Part[] => {
		if (child instanceof Text) return [child.data];
		if (!(child instanceof Element) || mute.includes(child.tagName)) return [];
		const tag = tags[child.tagName];
		const parts = within(child);
		if (!tag) return parts;
		if (tag !== 'a') return [{ tag, parts }];
		const href = child.getAttribute('href') ?? '';
		return allowed(href) ? [{ tag, href, parts }] : parts;
	});
}
