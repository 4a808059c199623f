const key = 'frontdesk.enter';

/** Whether Enter alone sends, or begins a new line: as this person likes it on this device. */
class Enter {
	sends = $state(localStorage.getItem(key) === 'sends');

	toggle() {
		this.sends = !this.sends;
		localStorage.setItem(key, this.sends ? 'sends' : 'breaks');
	}
}

export const enter = new Enter();
