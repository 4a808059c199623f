/**
 * Lets files be dropped anywhere over the conversation, or over the dialog. Beside it they would be opened by the
 * browser instead of the page, and whatever is being written would be gone.
 */
export function dropping(node: HTMLElement, take: (files: FileList) => void) {
	const over: HTMLElement = node.closest('dialog') ?? node.closest('section') ?? node;
	const holds = (e: DragEvent) => !!e.dataTransfer?.types.includes('Files');
	// A dialog that stands in a conversation takes its own.
	const inside = (e: DragEvent) =>
		over.contains(e.target as Node) && (e.target as Element).closest('dialog') === over.closest('dialog');

	function hover(e: DragEvent) {
		if (!holds(e)) return;
		e.preventDefault();
		e.dataTransfer!.dropEffect = inside(e) ? 'copy' : 'none';
		over.toggleAttribute('data-dropping', inside(e));
	}
	function leave(e: DragEvent) {
		if (!e.relatedTarget) over.removeAttribute('data-dropping');
	}
	function drop(e: DragEvent) {
		if (!holds(e)) return;
		e.preventDefault();
		over.removeAttribute('data-dropping');
		if (inside(e)) take(e.dataTransfer!.files);
	}
	addEventListener('dragover', hover);
	addEventListener('dragleave', leave);
	addEventListener('drop', drop);
	return {
		destroy() {
			over.removeAttribute('data-dropping');
			removeEventListener('dragover', hover);
			removeEventListener('dragleave', leave);
			removeEventListener('drop', drop);
		}
	};
}
