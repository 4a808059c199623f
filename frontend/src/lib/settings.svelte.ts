import { patch, Refusal } from './api';
import type { ClinicSettings } from './contract';
import { Form } from './form.svelte';
import type { Resource } from './resource.svelte';
import { Submission } from './submission.svelte';

/** Some of the clinic's settings, edited together. */
export class SettingsForm<K extends keyof ClinicSettings> {
	readonly form: Form<Pick<ClinicSettings, K>>;
	readonly submission = new Submission();

	constructor(
		private readonly settings: Resource<ClinicSettings>,
		private readonly keys: K[]
	) {
		this.form = new Form(this.part(settings.value!));
	}

	private part(all: ClinicSettings): Pick<ClinicSettings, K> {
		return Object.fromEntries(this.keys.map((key) => [key, all[key]])) as Pick<ClinicSettings, K>;
	}

	adopt(all: ClinicSettings) {
		this.form.adopt(this.part(all));
	}

	/**
	 * Saves what has changed, on what was seen. Where somebody was quicker with something else
	 * it is saved on top of theirs; where it was the same, whoever saves is asked to look.
	 */
	async save() {
		await this.submission.run(async () => {
			try {
				await this.send();
			} catch (error) {
				if (!(error instanceof Refusal && error.is('settings_changed'))) throw error;
				await this.settings.load();
				this.adopt(this.settings.value!);
				if (this.form.moved.length) throw error;
				await this.send();
			}
		});
	}

	private async send() {
		const sent = this.form.difference();
		const { revision } = this.settings.value!;
		const saved = await patch<ClinicSettings>('/settings', { ...sent, revision });
		this.settings.value = saved;
		this.form.saved(this.part(saved), sent);
	}
}
