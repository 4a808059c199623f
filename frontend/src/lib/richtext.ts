// What a letter may look like while it is written, and what it says. The server allows the same,
// and makes the text of a letter once more, by the same rules.
import { wrappingInputRule, type Extensions } from '@tiptap/core';
import Blockquote from '@tiptap/extension-blockquote';
import Bold from '@tiptap/extension-bold';
import Document from '@tiptap/extension-document';
import HardBreak from '@tiptap/extension-hard-break';
import Italic from '@tiptap/extension-italic';
import Link from '@tiptap/extension-link';
import { BulletList } from '@tiptap/extension-list/bullet-list';
import { ListItem } from '@tiptap/extension-list/item';
import { ListKeymap } from '@tiptap/extension-list/keymap';
import { OrderedList } from '@tiptap/extension-list/ordered-list';
import Paragraph from '@tiptap/extension-paragraph';
import Text from '@tiptap/extension-text';
import { UndoRedo } from '@tiptap/extensions/undo-redo';
import type { Node, Schema } from '@tiptap/pm/model';
import { allowed } from './formed';

// A list begins with one: no other number would outlive the way to the patient.
const Numbered = OrderedList.extend({
	addAttributes: () => ({}),
	renderHTML: () => ['ol', 0],
	addInputRules() {
		return [wrappingInputRule({ find: /^1[.)]\s$/, type: this.type })];
	},
	addProseMirrorPlugins: () => []
});

export const extensions: Extensions = [
	...[Document, Paragraph, Text, HardBreak, Bold, Italic, Blockquote],
	...[BulletList, Numbered, ListItem, ListKeymap, UndoRedo],
	Link.configure({
		openOnClick: false,
		defaultProtocol: 'https',
		HTMLAttributes: { target: null, rel: null, class: null },
		isAllowedUri: (url) => allowed(url)
	})
];

/** Where a link leads that somebody has typed, or nothing where that is no address. */
export function addressOf(typed: string): string | undefined {
	const url = typed.trim();
	if (!url || /\s/.test(url)) return undefined;
	if (allowed(url)) return url;
	if (/^[\w.+-]+@[\w-]+\.[\w.-]+$/.test(url)) return `mailto:${url}`;
	return /^[\w-]+(\.[\w-]+)+([/?#:].*)?$/.test(url) ? `https://${url}` : undefined;
}

/** A text's paragraphs, as the field holds them. */
export function paragraphsOf(schema: Schema, text: string): Node[] {
	return text.split(/\n{2,}/).map((paragraph) =>
		schema.node(
			'paragraph',
			null,
			paragraph
				.split('\n')
				.flatMap((line, i) => [
					...(i ? [schema.node('hardBreak')] : []),
					...(line ? [schema.text(line)] : [])
				])
		)
	);
}

/** Says whether there is more to it than paragraphs of words. */
export function formatted(doc: Node): boolean {
	let found = false;
	doc.descendants((node) => {
		found ||= node.marks.length > 0 || !['paragraph', 'text', 'hardBreak'].includes(node.type.name);
	});
	return found;
}

/** What it says: items with their marks, links with where they lead, quotes as in plain mail. */
export const textOf = (doc: Node): string => blocks(doc).join('\n\n');

function blocks(node: Node): string[] {
	return node.children.flatMap((child) => block(child) || []);
}

function block(node: Node, depth = 0): string {
	switch (node.type.name) {
		case 'bulletList':
		case 'orderedList':
			return node.children
				.map((item, i) => listed(item, node.type.name === 'orderedList' ? `${i + 1}.` : '-', depth))
				.join('\n');
		case 'blockquote':
			return blocks(node).join('\n\n').replace(/^/gm, '> ').replace(/ +$/gm, '');
		default:
			return line(node);
	}
}

function listed(item: Node, mark: string, depth: number): string {
	const parts = item.children.map((child) => block(child, depth + 1));
	return [`${'  '.repeat(depth)}${mark} ${parts[0] ?? ''}`, ...parts.slice(1)].join('\n');
}

/** The words of a paragraph. A link says where it leads, unless that is what it says. */
function line(paragraph: Node): string {
	let out = '';
	let link = { href: '', says: '' };
	const end = () => {
		const { href, says } = link;
		if (/^https?:/.test(href) && !bare(href).endsWith(bare(says))) out += ` <${href}>`;
		link = { href: '', says: '' };
	};
	for (const child of paragraph.children) {
		const href: string = child.marks.find((m) => m.type.name === 'link')?.attrs.href ?? '';
		if (href !== link.href) end();
		const says = child.isText ? (child.text ?? '') : '\n';
		link = { href, says: link.says + says };
		out += says;
	}
	end();
	return out.replace(/[ \t]+$/gm, '').trim() && out;
}

const bare = (url: string) => url.trim().replace(/\/$/, '');
