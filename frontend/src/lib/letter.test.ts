import { describe, expect, it } from 'vitest';
import type { Attachment } from './contract';
import { letterOf } from './letter';

const file = (id: string, filename: string, media_type = 'image/png'): Attachment => ({
	...{ id, filename, media_type, size: 1, thumbnail: true }
});

describe('a letter in its frame', () => {
	it('loads its own pictures, and none of the web', () => {
		const { document, remote } = letterOf(
			'<p>Hi</p><img data-cid="image001.png@01D" alt="x"><img data-cid="two"><img data-src="https://track.test/1.gif">',
			[file('a', 'image001.png'), file('two', 'other.png'), file('c', 'scan.pdf', 'application/pdf')]
		);
		expect(document).toContain('src="/api/v1/attachments/a"');
		expect(document).toContain('src="/api/v1/attachments/two"');
		expect(document).not.toContain(' src="https://track.test');
		expect(remote).toBe(1);
	});

	it('takes the only picture for the only place', () => {
		const { document } = letterOf('<img data-cid="zz@q">', [file('a', 'photo.jpg', 'image/jpeg')]);
		expect(document).toContain('/api/v1/attachments/a');
	});

	it('guesses nothing among several', () => {
		const { document } = letterOf('<img data-cid="p"><img data-cid="q">', [
			file('a', '1.png'),
			file('b', '2.png')
		]);
		expect(document).not.toContain('/api/v1/attachments/');
	});

	it('opens links apart', () => {
		expect(letterOf('<a href="https://example.org">x</a>', []).document).toContain('target="_blank"');
	});
});
