import type { Stage } from './stage.svelte';

const step = 1.0015; // of a wheel, for each pixel that it would scroll

/** Pans with one finger or the mouse, pinches with two, zooms with the wheel. */
export function gestures(node: HTMLElement, stage: Stage) {
	const fingers = new Map<number, { x: number; y: number }>();
	let moved = false;

	const middle = () => {
		const box = node.getBoundingClientRect();
		return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
	};
	const seen = (e: { clientX: number; clientY: number }) => {
		const m = middle();
		return { x: e.clientX - m.x, y: e.clientY - m.y };
	};
	const apart = () => {
		const [a, b] = [...fingers.values()];
		return { far: Math.hypot(a!.x - b!.x, a!.y - b!.y), x: (a!.x + b!.x) / 2, y: (a!.y + b!.y) / 2 };
	};

	function down(e: PointerEvent) {
		if (e.button !== 0 || fingers.size > 1) return;
		if (e.target instanceof Element && e.target.closest('button')) return; // its click would be ours
		node.setPointerCapture(e.pointerId);
		fingers.set(e.pointerId, seen(e));
		moved = false;
	}
	function move(e: PointerEvent) {
		const was = fingers.get(e.pointerId);
		if (!was) return;
		const before = fingers.size === 2 ? apart() : null;
		const now = seen(e);
		fingers.set(e.pointerId, now);
		if (Math.hypot(now.x - was.x, now.y - was.y) > 2) moved = true;
		if (!before) return stage.pan(now.x - was.x, now.y - was.y);
		const after = apart();
		stage.pan(after.x - before.x, after.y - before.y);
		if (before.far > 0) stage.by(after.far / before.far, after);
	}
	const up = (e: PointerEvent) => void fingers.delete(e.pointerId);
	function wheel(e: WheelEvent) {
		e.preventDefault();
		const pixels = e.deltaMode === 1 ? e.deltaY * 32 : e.deltaY;
		stage.by(step ** -(e.ctrlKey ? pixels * 4 : pixels), seen(e)); // a trackpad's pinch comes as ctrl
	}
	const twice = (e: MouseEvent) => !moved && stage.toggle(seen(e));

	const size = new ResizeObserver(() => {
		stage.width = node.clientWidth;
		stage.height = node.clientHeight;
	});
	size.observe(node);
	node.addEventListener('pointerdown', down);
	node.addEventListener('pointermove', move);
	node.addEventListener('pointerup', up);
	node.addEventListener('pointercancel', up);
	node.addEventListener('wheel', wheel, { passive: false });
	node.addEventListener('dblclick', twice);
	return { destroy: () => size.disconnect() };
}
