import { describe, expect, it } from 'vitest';
import { partsOf, type Part } from './formed';

/** The parts as HTML again, as they are shown. */
const shown = (parts: Part[]): string =>
	parts
		.map((p) =>
			typeof p === 'string' ? p : `<${p.tag}${p.href ? ` href=${p.href}` : ''}>${shown(p.parts)}</${p.tag}>`
		)
		.join('');

describe('of a letter is shown', () => {
	const rows: [string, string, string][] = [
		[
			'what it may have',
			'<p>a <b>b</b> <i>c</i></p><ul><li>d</li></ul>',
			'<p>a <strong>b</strong> <em>c</em></p><ul><li>d</li></ul>'
		],
		[
			'a link that leads to the web',
			'<a href="https://x.test" onclick="x()">y</a>',
			'<a href=https://x.test>y</a>'
		],
		['no link that runs', '<a href="javascript:x()">y</a><a href=" data:x">z</a>', 'yz'],
		['no picture, script or style', '<img src=x onerror=y><script>a</script><style>b</style>c', 'c'],
		['the words of what is not known', '<table><tr><td>a</td></tr></table><h1>b</h1>', 'ab'],
		['signs as they are', '<p>1 &lt; 2 &amp; &lt;script&gt;</p>', '<p>1 < 2 & <script></p>']
	];
	for (const [name, html, want] of rows) it(name, () => expect(shown(partsOf(html))).toBe(want));
});
