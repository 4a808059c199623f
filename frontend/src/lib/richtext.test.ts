import { Editor } from '@tiptap/core';
import { afterEach, describe, expect, it } from 'vitest';
import { RichField } from './richfield';
import { addressOf, extensions, formatted, textOf } from './richtext';

let editor: Editor;
afterEach(() => editor?.destroy());

/** A field that holds HTML, as somebody has written or pasted it. */
function holding(content = ''): RichField {
	editor = new Editor({ element: document.createElement('div'), extensions, injectCSS: false, content });
	return new RichField(editor);
}

describe('what a letter says', () => {
	// The server's test has the same rows.
	const rows: [string, string, string][] = [
		['words', '<p>Come at <strong>ten</strong>, <em>please</em>.</p>', 'Come at ten, please.'],
		['paragraphs', '<p>Dear Ana,</p><p>come<br>tomorrow.</p>', 'Dear Ana,\n\ncome\ntomorrow.'],
		[
			'a list',
			'<p>Bring:</p><ul><li><p>the card</p></li><li><p>the <b>form</b></p></li></ul><p>Bye</p>',
			'Bring:\n\n- the card\n- the form\n\nBye'
		],
		[
			'a numbered list',
			'<ol><li><p>one</p></li><li><p>two</p><ul><li><p>half</p></li></ul></li><li><p>three</p></li></ol>',
			'1. one\n2. two\n  - half\n3. three'
		],
		['an item of two', '<ul><li><p>a</p><p>b</p></li></ul>', '- a\nb'],
		[
			'a quote',
			'<blockquote><p>You wrote</p><p>this</p></blockquote><p>Yes</p>',
			'> You wrote\n>\n> this\n\nYes'
		],
		[
			'a link',
			'<p>See <a href="https://clinic.test/form">the form</a>.</p>',
			'See the form <https://clinic.test/form>.'
		],
		['a bare link', '<p><a href="https://clinic.test/">https://clinic.test</a></p>', 'https://clinic.test'],
		['empty lines', '<p>a</p><p></p><p></p><p>b</p>', 'a\n\nb'],
		['nothing', '<p></p>', '']
	];
	for (const [name, html, text] of rows)
		it(name, () => {
			holding(html);
			expect(textOf(editor.state.doc)).toBe(text);
		});
});

it('what is pasted keeps only what is allowed', () => {
	holding(
		'<h1 style="color:red">Hi</h1><p onclick="x()">a <u>b</u> <b>c</b></p><img src="https://track.test/x.png">' +
			'<script>x()</script><a href="javascript:x()">d</a><ol start="7" type="i"><li>e</li></ol>'
	);
	expect(editor.getHTML()).toBe('<p>Hi</p><p>a b <strong>c</strong></p><p>d</p><ol><li><p>e</p></li></ol>');
});

describe('the field', () => {
	it('hands over no form where there is none', () => {
		expect(holding('<p>a</p><p>b<br>c</p>').read()).toEqual({ body: 'a\n\nb\nc' });
		expect(holding('<p>a <b>b</b></p>').read()).toEqual({ body: 'a b', html: '<p>a <strong>b</strong></p>' });
	});

	it('takes the form where it says the same as the words, else the words', () => {
		const field = holding();
		const html = '<p>a <strong>b</strong></p>';
		field.write({ body: 'a b', html });
		expect(field.read().html).toBe(html);
		field.write({ body: 'a c', html });
		expect(field.read()).toEqual({ body: 'a c' });
		field.write({ body: 'x\ny\n\nz' });
		expect(editor.getHTML()).toBe('<p>x<br>y</p><p>z</p>');
	});

	it('adds below what stands there', () => {
		const field = holding();
		field.add({ body: 'first' });
		field.add({ body: 'a b', html: '<p>a <em>b</em></p>' });
		expect(editor.getHTML()).toBe('<p>first</p><p>a <em>b</em></p>');
	});

	it('gives a slash way to a template, whose paragraphs go on where it stood', () => {
		const field = holding('<p>Dear Ana, /</p>');
		let heard = 0;
		field.onSlash(() => heard++);
		editor.commands.setTextSelection(12);
		expect(field.slash()).toBe(11);
		field.insert('come\nat ten.\n\nBye', 11);
		expect(editor.getHTML()).toBe('<p>Dear Ana, come<br>at ten.</p><p>Bye</p>');
		expect(field.slash()).toBe(-1);
		field.insert(' /', -1);
		expect(heard).toBe(0); // two characters are nobody's key
		field.write({ body: '' });
		field.insert('/', -1);
		expect([heard, field.slash()]).toEqual([1, 1]);
		field.insert('', 1);
		expect(field.read().body).toBe('');
	});

	it('puts the caret where it was in plain words', () => {
		const field = holding();
		field.write({ body: 'ab\ncd\n\nef' });
		field.place('ab\ncd\n\ne');
		field.insert('X', -1);
		expect(field.read().body).toBe('ab\ncd\n\neXf');
	});

	it('does not bring back with an undo what was sent', () => {
		const field = holding();
		field.insert('sent', -1);
		field.write({ body: '' });
		editor.commands.undo();
		expect(field.read().body).toBe('');
	});
});

it('a template’s braces are found in whatever form they stand', () => {
	holding('<p>{<strong>{na</strong>me}}</p>');
	expect(textOf(editor.state.doc)).toBe('{{name}}');
	expect(formatted(editor.state.doc)).toBe(true);
});

it('a link leads to the web, a mailbox or a phone', () => {
	const rows: [string, string | undefined][] = [
		['https://clinic.test/a?b=c', 'https://clinic.test/a?b=c'],
		[' clinic.test/form ', 'https://clinic.test/form'],
		['ana@demo.test', 'mailto:ana@demo.test'],
		['tel:+351910000001', 'tel:+351910000001'],
		['javascript:alert(1)', undefined],
		['data:text/html,x', undefined],
		['two words', undefined],
		['form', undefined],
		['', undefined]
	];
	for (const [typed, href] of rows) expect(addressOf(typed), typed).toBe(href);
});
