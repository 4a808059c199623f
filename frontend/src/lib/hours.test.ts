import { describe, expect, it } from 'vitest';
import { another, inOrder, meant, overnight, shown } from './hours';

describe('hours', () => {
	it('adds a span after the last one', () => {
		expect(another([])).toEqual({ from: '08:00', to: '18:00' });
		expect(another([{ from: '08:00', to: '12:30' }])).toEqual({ from: '13:00', to: '17:00' });
		expect(another([{ from: '08:00', to: '24:00' }])).toEqual({ from: '22:00', to: '24:00' });
	});
	it('knows the end of the day', () => {
		expect(meant(shown('24:00'))).toBe('24:00');
		expect(shown('18:00')).toBe('18:00');
	});
	it('knows a night', () => {
		expect(overnight({ from: '22:00', to: '06:00' })).toBe(true);
		expect(overnight({ from: '22:00', to: '24:00' })).toBe(false);
		expect(overnight({ from: '08:00', to: '18:00' })).toBe(false);
	});
	it('puts spans in order', () => {
		const day = [
			{ from: '13:00', to: '18:00' },
			{ from: '08:00', to: '12:00' }
		];
		const none = { monday: [], tuesday: [], wednesday: [], thursday: [], friday: [], saturday: [] };
		expect(inOrder({ ...none, sunday: day }).sunday.map((s) => s.from)).toEqual(['08:00', '13:00']);
	});
});
