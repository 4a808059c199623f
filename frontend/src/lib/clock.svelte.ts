/** The time that relative times are said by; it moves every half minute. */
class Clock {
	now = $state(Date.now());
	constructor() {
		setInterval(() => (this.now = Date.now()), 30_000);
	}
}

export const ticking = new Clock();
