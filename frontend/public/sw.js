// Keeps the portal's shell, so that it opens on a bad network. Never data: what patients and
// the clinic write stays on the server.
const shell = 'frontdesk-shell-1';

self.addEventListener('install', (event) => {
	event.waitUntil(caches.open(shell).then((cache) => cache.add('/portal')));
	self.skipWaiting();
});

self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('fetch', (event) => {
	const url = new URL(event.request.url);
	if (event.request.method !== 'GET' || url.origin !== location.origin) return;
	if (url.pathname.startsWith('/assets/')) event.respondWith(asset(event.request));
	else if (event.request.mode === 'navigate' && /^\/portal(\/|$)/.test(url.pathname))
		event.respondWith(screen(event));
});

// An asset never changes under its name.
async function asset(request) {
	const kept = await caches.match(request);
	if (kept) return kept;
	const fresh = await fetch(request);
	if (fresh.ok) (await caches.open(shell)).put(request, fresh.clone());
	return fresh;
}

async function screen(event) {
	try {
		const fresh = await fetch(event.request);
		if (fresh.ok) event.waitUntil(renew(fresh.clone()));
		return fresh;
	} catch (error) {
		const kept = await caches.match('/portal');
		if (kept) return kept;
		throw error;
	}
}

// Where the clinic has a newer portal, the assets of the older one are let go.
async function renew(fresh) {
	const cache = await caches.open(shell);
	const before = await cache.match('/portal');
	const page = await fresh.clone().text();
	if (before && (await before.text()) === page) return;
	for (const request of await cache.keys()) await cache.delete(request);
	await cache.put('/portal', fresh);
}

// Staff are told while no page is open. What comes holds no word of what was written.
self.addEventListener('push', (event) => {
	const { title, body, tag, url } = event.data?.json() ?? { title: 'Frontdesk', tag: '', url: '/' };
	event.waitUntil(
		self.registration.showNotification(title, {
			body,
			tag,
			renotify: !!tag,
			data: { url },
			icon: '/icon-192.png'
		})
	);
});

// A page that is open goes there; else a new one does.
self.addEventListener('notificationclick', (event) => {
	event.notification.close();
	const url = new URL(event.notification.data?.url ?? '/', location.origin);
	if (url.origin === location.origin) event.waitUntil(show(url));
});

async function show(url) {
	const open = await self.clients.matchAll({ type: 'window' });
	const page = open.find((c) => !new URL(c.url).pathname.startsWith('/portal'));
	if (!page) return self.clients.openWindow(url.pathname);
	page.postMessage({ type: 'open', path: url.pathname });
	return page.focus();
}
