import '../ui/base.css';
import '../lib/theme.svelte';
import { mount } from 'svelte';
import App from './App.svelte';

mount(App, { target: document.getElementById('app')! });

// Installed on a phone, the portal opens on a bad network too.
if ('serviceWorker' in navigator && import.meta.env.PROD)
	void navigator.serviceWorker.register('/sw.js').catch(() => undefined);
