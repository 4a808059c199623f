import type { Editor } from '@tiptap/core';
import { DOMParser, Fragment, Slice, type Node } from '@tiptap/pm/model';
import { Selection, TextSelection } from '@tiptap/pm/state';
import { opens, type Field, type Written } from './field';
import { formatted, paragraphsOf, textOf } from './richtext';

/** What a field holds at first: the form, if it says what the words say, else the words. */
export function documentOf(editor: Editor, { body, html }: Written): Node {
	const { schema } = editor;
	if (html) {
		const page = new window.DOMParser().parseFromString(html, 'text/html').body;
		const doc = DOMParser.fromSchema(schema).parse(page);
		if (textOf(doc).trim() === body.trim()) return doc;
	}
	return schema.node('doc', null, paragraphsOf(schema, body));
}

/** A letter that is being written. */
export class RichField implements Field {
	constructor(private readonly editor: Editor) {}

	get element() {
		return this.editor.view.dom;
	}

	get disabled() {
		return !this.editor.isEditable;
	}

	focus() {
		this.editor.view.focus(); // now: what is typed next is meant for it
	}

	read(): Written {
		const { doc } = this.editor.state;
		return { body: textOf(doc), ...(formatted(doc) ? { html: this.editor.getHTML() } : {}) };
	}

	write(what: Written) {
		const { state, view } = this.editor;
		const tr = state.tr.replaceWith(0, state.doc.content.size, documentOf(this.editor, what).content);
		// What was sent does not come back with Ctrl+Z.
		view.dispatch(tr.setSelection(Selection.atEnd(tr.doc)).setMeta('addToHistory', false));
	}

	add(what: Written) {
		const { state, view } = this.editor;
		if (!textOf(state.doc).trim()) return this.write(what);
		const tr = state.tr.insert(state.doc.content.size, documentOf(this.editor, what).content);
		view.dispatch(tr.setSelection(Selection.atEnd(tr.doc)).scrollIntoView());
	}

	/** Puts the caret where it was in the words of a plain field, once they are here. */
	place(before: string) {
		const { state, view } = this.editor;
		const head = state.schema.node('doc', null, paragraphsOf(state.schema, before));
		const at = Math.min(Selection.atEnd(head).to, state.doc.content.size);
		view.dispatch(state.tr.setSelection(TextSelection.near(state.doc.resolve(at), -1)));
	}

	slash(): number {
		const { empty, $from, from } = this.editor.state.selection;
		const before = $from.parent.textBetween(0, $from.parentOffset, undefined, '\n');
		return empty && opens(before) ? from - 1 : -1;
	}

	insert(text: string, slash: number) {
		const { state, view } = this.editor;
		const tr = slash < 0 ? state.tr : state.tr.delete(slash, slash + 1);
		// Its first paragraph goes on where the caret stands, as what is pasted does.
		const what = Fragment.from(paragraphsOf(state.schema, text));
		if (text) tr.replaceSelection(new Slice(what, 1, 1));
		view.dispatch(tr.scrollIntoView());
	}

	onSlash(hear: () => void) {
		const written = ({ transaction: t }: { transaction: { doc: Node; before: Node } }) => {
			if (t.doc.content.size === t.before.content.size + 1 && this.slash() >= 0) hear();
		};
		this.editor.on('update', written);
		return () => void this.editor.off('update', written);
	}
}
