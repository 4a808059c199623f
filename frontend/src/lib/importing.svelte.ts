import { post, postFile, query } from './api';
import type { SheetPreview } from './contract';
import { Submission } from './submission.svelte';
import { uuid } from './uuid';

/**
 * A file of patients on its way into the directory: as the server reads it, before anything is
 * written. The last question counts: an answer to an earlier one shows nothing.
 */
export class Importing {
	sheet = $state.raw<SheetPreview>();
	/** What each column is taken for: as in the sheet, or as it was asked for just now. */
	columns = $state.raw<string[]>([]);
	submission = $state.raw(new Submission()); // of the last question
	private file?: File;
	private id = '';

	choose(file: File | undefined) {
		this.file = file;
		this.id = uuid(); // one import of a file, however often the button is pressed
		this.sheet = undefined;
		this.submission = new Submission();
		if (file) void this.look();
	}

	take(column: number, as: string) {
		this.columns = this.columns.with(column, as);
		void this.look(this.columns);
	}

	private async look(columns?: string[]) {
		const mine = (this.submission = new Submission());
		const asked = query({ columns: columns?.join(',') });
		const seen = await mine.run(() =>
			postFile<SheetPreview>(`/patients/import/preview${asked}`, this.file!, 'text/csv')
		);
		if (mine !== this.submission) return;
		if (seen) this.sheet = seen;
		this.columns = this.sheet?.columns ?? [];
	}

	/** Says what was done, or undefined where it was refused. */
	write(rows: SheetPreview['rows']) {
		const values = rows.map((r) => r.values);
		return this.submission.run(() =>
			post<{ added: number; updated: number }>('/patients/import', { id: this.id, rows: values })
		);
	}
}
