/** A picture on a stage: how large, where, and how it is turned. Sizes are in CSS pixels. */
export class Stage {
	width = $state(0); // of the stage
	height = $state(0);
	natural = $state.raw({ width: 0, height: 0 }); // of what is on it, at 100 %
	scale = $state(1);
	x = $state(0); // from the stage's middle to the picture's
	y = $state(0);
	turn = $state(0); // degrees
	fitted = $state(true);

	private readonly lying = $derived(this.turn % 180 !== 0);

	/** The scale at which all of it is seen; small ones are not blown up. */
	readonly fit = $derived.by(() => {
		const { width, height } = this.natural;
		const [w, h] = this.lying ? [height, width] : [width, height];
		if (!w || !h || !this.width || !this.height) return 1;
		return Math.min(1, this.width / w, this.height / h);
	});

	readonly shown = $derived(this.fitted ? this.fit : this.scale);

	place(natural: { width: number; height: number }) {
		this.natural = natural;
	}

	reset() {
		this.fitted = true;
		this.x = this.y = 0;
	}

	/** Zooms so that what is under a point stays there; the point is seen from the stage's middle. */
	zoom(to: number, at = { x: 0, y: 0 }) {
		const next = Math.min(8, Math.max(Math.min(this.fit, 1) / 2, to));
		const by = next / this.shown;
		this.x = at.x - (at.x - this.x) * by;
		this.y = at.y - (at.y - this.y) * by;
		this.scale = next;
		this.fitted = false;
		this.keepInSight();
	}

	by(factor: number, at?: { x: number; y: number }) {
		this.zoom(this.shown * factor, at);
	}

	pan(dx: number, dy: number) {
		if (this.fitted) {
			this.scale = this.fit;
			this.fitted = false;
		}
		this.x += dx;
		this.y += dy;
		this.keepInSight();
	}

	rotate() {
		this.turn = (this.turn + 90) % 360;
		this.x = this.y = 0;
	}

	/** Fits it, or shows it pixel for pixel. */
	toggle(at?: { x: number; y: number }) {
		if (this.fitted && this.fit < 1) this.zoom(1, at);
		else if (this.fitted) this.zoom(2, at);
		else this.reset();
	}

	/** Its edge goes no further than the stage's middle. */
	private keepInSight() {
		const { width, height } = this.natural;
		const [w, h] = this.lying ? [height, width] : [width, height];
		const limit = (of: number, side: number) => Math.min(side, Math.max(-side, of));
		this.x = limit(this.x, (w * this.shown) / 2);
		this.y = limit(this.y, (h * this.shown) / 2);
	}
}
