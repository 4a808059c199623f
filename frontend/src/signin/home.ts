import type { Me } from '../lib/contract';

/** Back to where somebody was, but only on our own pages. */
export function home(me: Me): string {
	const wanted = new URLSearchParams(location.search).get('next');
	const own = me.kind === 'staff' ? '/' : '/portal';
	return wanted && /^\/(?![/\\])/.test(wanted) && wanted.startsWith('/portal') === (me.kind === 'patient')
		? wanted
		: own;
}
