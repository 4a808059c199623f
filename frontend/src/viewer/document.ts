import { getDocument, GlobalWorkerOptions, type PDFDocumentProxy } from 'pdfjs-dist';
import worker from 'pdfjs-dist/build/pdf.worker.min.mjs?url';

GlobalWorkerOptions.workerSrc = worker; // our own, as the page's policy asks

const mostPixels = 16_000_000; // of one canvas: phones refuse more

/** Opens a PDF; only as much of it is fetched as is looked at. */
export function open(url: string) {
	return getDocument({ url, disableAutoFetch: true, enableXfa: false });
}

/** Draws a page, at a number of canvas pixels for each of its own. Says how large it is. */
export async function draw(
	doc: PDFDocumentProxy,
	number: number,
	canvas: HTMLCanvasElement,
	density: number
) {
	const page = await doc.getPage(number);
	const natural = page.getViewport({ scale: 96 / 72 }); // a PDF's point is 1/72 inch, CSS's pixel 1/96
	const bound = Math.sqrt(mostPixels / (natural.width * natural.height));
	const viewport = page.getViewport({ scale: (96 / 72) * Math.min(density, bound) });
	const fresh = document.createElement('canvas');
	fresh.width = Math.floor(viewport.width);
	fresh.height = Math.floor(viewport.height);
	await page.render({ canvas: fresh, viewport }).promise;
	canvas.width = fresh.width; // only now: what was there stays until the new one is whole
	canvas.height = fresh.height;
	canvas.getContext('2d')!.drawImage(fresh, 0, 0);
	return { width: natural.width, height: natural.height };
}
