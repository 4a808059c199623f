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
	const asset = url.origin === location.origin && url.pathname.startsWith('/assets/');
	const screen = event.request.mode === 'navigate' && url.pathname.startsWith('/portal');
	if (asset) event.respondWith(cached(event.request));
	else if (screen) event.respondWith(fetch(event.request).catch(() => caches.match('/portal')));
});

// Assets never change under their name.
async function cached(request) {
	const kept = await caches.match(request);
	if (kept) return kept;
	const fresh = await fetch(request);
	if (fresh.ok) (await caches.open(shell)).put(request, fresh.clone());
	return fresh;
}
