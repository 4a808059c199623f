import type { Attachment, Preview } from './contract';

/** What the picker of a phone is asked for. Without HEIC, an iPhone hands over a JPEG. */
export const accepted =
	'image/jpeg,image/png,image/webp,image/gif,application/pdf,.doc,.docx,.xls,.xlsx,.ppt,.pptx,.odt,.ods,text/plain,text/csv';

/** The most that goes with one message, as the server has it. */
export const most = { files: 10, bytes: 50 * 2 ** 20 };

export function sizeName(bytes: number): string {
	if (bytes < 1000) return `${bytes} bytes`;
	if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} KB`;
	return `${(bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 1 : 0)} MB`;
}

export const fileUrl = (id: string) => `/api/v1/attachments/${id}`;
export const thumbnailUrl = (id: string) => `/api/v1/attachments/${id}/thumbnail`;

export const isPicture = (f: { media_type: string }) =>
	f.media_type.startsWith('image/') && f.media_type !== 'image/heic';
export const isPdf = (f: { media_type: string }) => f.media_type === 'application/pdf';

/** What the viewer shows; everything else is opened by whatever the reader has for it. */
export const viewable = (f: Attachment) => isPicture(f) || isPdf(f);

/** The kind of a file in a word, from the ending that the server has seen to. */
export function kindName(filename: string): string {
	const at = filename.lastIndexOf('.');
	return at > 0 ? filename.slice(at + 1).toUpperCase() : 'FILE';
}

/** What a list shows of a message: its words, or else its files. */
export function previewText(p: Preview | null | undefined): string {
	if (!p || p.body || !p.files?.length) return p?.body ?? '';
	return p.files.length === 1 ? p.files[0]! : `${p.files.length} files`;
}
