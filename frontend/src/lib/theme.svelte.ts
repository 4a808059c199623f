export type Choice = 'system' | 'light' | 'dark';

const key = 'frontdesk.theme';

/** Light, dark, or as the system is, also when that changes at dusk. */
class Theme {
	choice = $state<Choice>((localStorage.getItem(key) as Choice | null) ?? 'system');
	private readonly system = matchMedia('(prefers-color-scheme: dark)');

	constructor() {
		this.system.addEventListener('change', () => this.show());
		this.show();
	}

	choose(choice: Choice) {
		this.choice = choice;
		localStorage.setItem(key, choice);
		this.show();
	}

	private show() {
		const dark = this.choice === 'dark' || (this.choice === 'system' && this.system.matches);
		document.documentElement.dataset.theme = dark ? 'dark' : 'light';
	}
}

export const theme = new Theme();
