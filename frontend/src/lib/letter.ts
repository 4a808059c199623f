// A letter's HTML, made ready for its frame. The server has made it safe already; here its own
// pictures get their addresses, and those on the web stay unloaded: whoever loads one is counted.
import type { Attachment } from './contract';
import { fileUrl, isPicture } from './files';

/** Which of the message's files a picture is: named by the file's id, its name, or as the only one. */
export function pictureOf(cid: string, files: Attachment[], only: boolean): Attachment | undefined {
	const pictures = files.filter(isPicture);
	const name = cid.split('@')[0]!.toLowerCase();
	return (
		pictures.find((f) => f.id === cid) ??
		pictures.find((f) => [cid.toLowerCase(), name].includes(f.filename.toLowerCase())) ??
		(only && pictures.length === 1 ? pictures[0] : undefined)
	);
}

/** The document for the frame, and how many pictures on the web it leaves out. */
export function letterOf(html: string, files: Attachment[]): { document: string; remote: number } {
	const parsed = new DOMParser().parseFromString(html, 'text/html');
	const own = [...parsed.querySelectorAll<HTMLImageElement>('img[data-cid]')];
	const only = new Set(own.map((img) => img.dataset.cid)).size === 1;
	for (const img of own) {
		const file = pictureOf(img.dataset.cid!, files, only);
		if (file) img.setAttribute('src', fileUrl(file.id));
	}
	const remote = parsed.querySelectorAll('img[data-src]').length;
	for (const img of parsed.querySelectorAll('img:not([src])')) {
		const place = parsed.createElement('span'); // in place of a sign for something broken
		place.className = 'picture';
		place.textContent = img.getAttribute('alt') || 'Picture';
		img.replaceWith(place);
	}
	for (const a of parsed.querySelectorAll('a[href]')) {
		a.setAttribute('target', '_blank');
		a.setAttribute('rel', 'noopener noreferrer nofollow');
	}
	const head = '<meta charset="utf-8"><link rel="stylesheet" href="/letter.css">';
	return { document: `<!doctype html><html><head>${head}</head>${parsed.body.outerHTML}</html>`, remote };
}
