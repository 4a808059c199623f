import { del, get, post } from './api';

type State = 'unsupported' | 'blocked' | 'off' | 'on' | 'busy' | 'failed';

const wanted = (owner: string) => `frontdesk.push.${owner}`;

/** Lets this browser be told while no page is open. */
export class Push {
	state = $state<State>('off');

	constructor(private readonly owner: string) {
		if (!('serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window))
			this.state = 'unsupported';
		else if (Notification.permission === 'denied') this.state = 'blocked';
		else if (localStorage.getItem(wanted(owner)) && Notification.permission === 'granted') this.state = 'on';
	}

	/** Is called from a gesture: the browser asks. */
	async turn(on: boolean) {
		this.state = 'busy';
		try {
			if (on) await this.begin();
			else await this.end();
		} catch {
			this.state = 'failed';
		}
	}

	private async begin() {
		const answer = await Notification.requestPermission();
		if (answer !== 'granted') return void (this.state = answer === 'denied' ? 'blocked' : 'off');
		await subscribe();
		localStorage.setItem(wanted(this.owner), '1');
		this.state = 'on';
	}

	private async end() {
		localStorage.removeItem(wanted(this.owner));
		const registration = await navigator.serviceWorker.getRegistration();
		const subscription = await registration?.pushManager.getSubscription();
		if (subscription) {
			await del('/push-subscriptions', { endpoint: subscription.endpoint });
			await subscription.unsubscribe();
		}
		this.state = 'off';
	}
}

async function subscribe() {
	const { public_key } = await get<{ public_key: string }>('/push-subscriptions');
	await navigator.serviceWorker.register('/sw.js');
	const registration = await navigator.serviceWorker.ready;
	const key = Uint8Array.from(atob(public_key.replaceAll('-', '+').replaceAll('_', '/')), (c) =>
		c.charCodeAt(0)
	);
	let subscription = await registration.pushManager.getSubscription();
	if (subscription && !same(subscription.options.applicationServerKey, key)) {
		await subscription.unsubscribe(); // of another clinic, or of keys that are gone
		subscription = null;
	}
	subscription ??= await registration.pushManager.subscribe({
		userVisibleOnly: true,
		applicationServerKey: key
	});
	const { endpoint, keys } = subscription.toJSON();
	await post('/push-subscriptions', { endpoint, keys: { p256dh: keys?.p256dh, auth: keys?.auth } });
}

function same(a: ArrayBuffer | null, b: Uint8Array) {
	return !!a && String(new Uint8Array(a)) === String(b);
}

/** Each session has to say it again: with the one before it ended. */
export function resume(owner: string) {
	if (
		localStorage.getItem(wanted(owner)) &&
		'Notification' in window &&
		Notification.permission === 'granted'
	)
		void subscribe().catch(() => undefined); // the settings say so
}
