import { describe, expect, it } from 'vitest';
import { Selection } from './selection.svelte';

const of = (list: string[]) => new Selection(() => list);

describe('picking', () => {
	it('toggles one, in the order of the list', () => {
		const s = of(['a', 'b', 'c']);
		s.toggle('c');
		s.toggle('a');
		expect(s.ids).toEqual(['a', 'c']);
		s.toggle('c');
		expect(s.ids).toEqual(['a']);
	});

	it('takes a range from the last pick, downwards and upwards', () => {
		const s = of(['a', 'b', 'c', 'd', 'e']);
		s.toggle('b');
		s.upTo('d');
		expect(s.ids).toEqual(['b', 'c', 'd']);
		s.upTo('a');
		expect(s.ids).toEqual(['a', 'b', 'c', 'd']);
	});

	it('begins with the first where nothing was picked before', () => {
		const s = of(['a', 'b']);
		s.upTo('b');
		expect(s.ids).toEqual(['b']);
	});

	it('takes all that are loaded, and none the next time', () => {
		const s = of(['a', 'b']);
		s.toggle('a');
		expect(s.whole).toBe(false);
		s.all();
		expect(s.ids).toEqual(['a', 'b']);
		expect(s.whole).toBe(true);
		s.all();
		expect(s.ids).toEqual([]);
	});

	it('leaves out what is in the list no more', () => {
		let list = ['a', 'b'];
		const s = new Selection(() => list);
		s.all();
		list = ['b'];
		s.toggle('x'); // makes it look again
		expect(s.ids).toEqual(['b']);
	});
});
