// What the page knows, how it hears of more, and which phone it shows. The carrier sends all
// that happened from its start on, so that a new connection begins from nothing.
import { showFaults } from './faults.js';
import { showThread } from './thread.js';

const $ = (id) => document.getElementById(id);
const channels = { sms: 'SMS', whatsapp: 'WhatsApp', email: 'Mail' };

export const state = {
	people: new Map(),
	messages: new Map(),
	theirs: new Map(), // the same, by person
	windows: new Map(),
	typing: new Map(),
	slug: '',
	channel: 'sms'
};

/** Ask the carrier for something; what it answers when it says no becomes an error. */
export async function ask(path, body) {
	const answer = await fetch('/control/' + path, {
		method: 'POST',
		headers: { 'Content-Type': 'application/json' },
		body: JSON.stringify(body)
	});
	if (!answer.ok)
		throw new Error(
			(await answer.json().catch(() => ({}))).error ?? `The carrier answered ${answer.status}.`
		);
	return answer.status === 204 ? null : answer.json();
}

/** A message has reached the patient, and may be shown as something new. */
const arrived = (m) => !m.inbound && ['sent', 'delivered', 'read'].includes(m.status);
export const unseen = (m) => arrived(m) && !m.seen;

/** All of a person's messages, oldest first. */
const all = (slug) => [...(state.theirs.get(slug)?.values() ?? [])];

export function thread(slug, channel) {
	return all(slug).filter((m) => m.channel === channel);
}

function take({ kind, value }) {
	if (kind === 'person') state.people.set(value.slug, value);
	if (kind === 'message') {
		if (!value.inbound && !state.messages.has(value.id)) state.typing.delete(value.person);
		state.messages.set(value.id, value);
		if (!state.theirs.has(value.person)) state.theirs.set(value.person, new Map());
		state.theirs.get(value.person).set(value.id, value);
	}
	if (kind === 'window') state.windows.set(value.person, new Date(value.until));
	if (kind === 'faults') showFaults(value);
	if (kind === 'typing') {
		const until = new Date(value.until);
		state.typing.set(value.person, until);
		setTimeout(show, until - Date.now() + 50);
	}
}

let wait = 500;
function connect() {
	const socket = new WebSocket(`ws://${location.host}/live`);
	let begun = false;
	socket.onmessage = (frame) => {
		if (!begun)
			for (const known of [state.people, state.messages, state.theirs, state.windows, state.typing])
				known.clear();
		begun = true;
		wait = 500;
		for (const event of JSON.parse(frame.data)) take(event);
		$('link').textContent = 'Live';
		$('link').dataset.on = 'yes';
		show();
	};
	socket.onclose = () => {
		$('link').textContent = 'Not connected';
		$('link').dataset.on = 'no';
		setTimeout(connect, wait);
		wait = Math.min(wait * 2, 8000);
	};
}

/** The address is #/ana, #/ana/whatsapp, #/faults, or nothing. */
function route() {
	const [slug, channel] = location.hash.replace(/^#\//, '').split('/').map(decodeURIComponent);
	document.body.dataset.view = slug === 'faults' ? 'faults' : slug ? 'phone' : 'people';
	if (slug !== 'faults') state.slug = slug || (matchMedia('(min-width: 761px)').matches ? first() : '');
	state.channel = channels[channel] ? channel : usual(state.slug);
	show();
}

const last = (slug) => all(slug).findLast((m) => m.inbound || arrived(m));
const usual = (slug) =>
	last(slug)?.channel ??
	(state.people.get(slug)?.phone === undefined && state.people.has(slug) ? 'email' : 'sms');
const first = () => ordered()[0]?.person.slug ?? '';

/** Whoever wrote or was written to last comes first; the others stay in their order. */
function ordered() {
	return [...state.people.values()]
		.map((person) => ({ person, at: Date.parse(last(person.slug)?.created_at) || 0 }))
		.sort((a, b) => b.at - a.at);
}

export const clock = (iso) => {
	const at = new Date(iso);
	const today = at.toDateString() === new Date().toDateString();
	return at.toLocaleString(
		'en-GB',
		today
			? { hour: '2-digit', minute: '2-digit' }
			: { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }
	);
};

export function make(tag, props = {}, ...children) {
	const made = Object.assign(document.createElement(tag), props);
	made.append(...children.filter((child) => child != null));
	return made;
}

const initials = (name) =>
	/^[+\d]/.test(name)
		? '#'
		: name
				.split(/[\s.@]+/)
				.slice(0, 2)
				.map((part) => part[0] ?? '')
				.join('')
				.toUpperCase();
const hue = (slug) => [...slug].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 360, 7);

function dress(avatar, person) {
	avatar.textContent = initials(person.name);
	avatar.style.setProperty('--hue', hue(person.slug));
}

function row(person) {
	const link = make('a', { href: `#/${encodeURIComponent(person.slug)}` });
	const avatar = make('span', { className: 'avatar' });
	avatar.setAttribute('aria-hidden', 'true');
	dress(avatar, person);
	link.append(
		avatar,
		make('span', { className: 'name', textContent: person.name }),
		make('time'),
		make('span', { className: 'last' }),
		make('b')
	);
	return make('li', {}, link);
}

const rows = new Map();
function showPeople() {
	const wanted = $('search').value.trim().toLowerCase();
	const shown = [];
	for (const { person } of ordered()) {
		if (!`${person.name} ${person.phone ?? ''} ${person.email ?? ''}`.toLowerCase().includes(wanted))
			continue;
		if (!rows.has(person.slug)) rows.set(person.slug, row(person));
		const item = rows.get(person.slug);
		const newest = last(person.slug);
		const count = all(person.slug).filter(unseen).length;
		item.querySelector('time').textContent = newest ? clock(newest.created_at) : '';
		item.querySelector('.last').textContent = newest
			? (newest.inbound ? 'You: ' : '') + (newest.subject || newest.body || newest.kind)
			: ([person.phone, person.email].find((address) => address && address !== person.name) ?? '');
		item.querySelector('b').textContent = count || '';
		item.querySelector('b').title = count ? `${count} new` : '';
		item.firstChild.toggleAttribute('aria-current', person.slug === state.slug);
		shown.push(item);
	}
	const list = $('people');
	if (shown.length !== list.children.length || shown.some((item, i) => list.children[i] !== item))
		list.replaceChildren(...shown);
	$('nobody').hidden = shown.length > 0;
}

function showPhone() {
	const person = state.people.get(state.slug);
	document.querySelector('.phone').toggleAttribute('data-empty', !person);
	if (!person) return;
	$('who').textContent = person.name;
	$('addresses').textContent = [person.phone, person.email]
		.filter((address) => address && address !== person.name)
		.join(' · ');
	dress($('avatar'), person);
	for (const tab of document.querySelectorAll('[role=tab]')) {
		const { channel } = tab.dataset;
		const count = thread(state.slug, channel).filter(unseen).length;
		tab.setAttribute('aria-selected', String(channel === state.channel));
		tab.tabIndex = channel === state.channel ? 0 : -1;
		tab.disabled = !(channel === 'email' ? person.email : person.phone);
		tab.querySelector('i').textContent = count || '';
	}
	showThread(person);
}

let due = 0;
/** Many events may come within one picture. */
export function show() {
	due ||= setTimeout(draw, 30);
}

function draw() {
	due = 0;
	if (!state.slug && document.body.dataset.view === 'people' && matchMedia('(min-width: 761px)').matches) {
		state.slug = first();
		state.channel = usual(state.slug);
	}
	showPeople();
	showPhone();
}

const tabs = [...document.querySelectorAll('[role=tab]')];
for (const tab of tabs) {
	tab.onclick = () => (location.hash = `#/${encodeURIComponent(state.slug)}/${tab.dataset.channel}`);
	tab.onkeydown = ({ key }) => {
		const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
		if (!step) return;
		const open = tabs.filter((other) => !other.disabled);
		const next = open[(open.indexOf(tab) + step + open.length) % open.length];
		next.focus();
		next.click();
	};
}
$('search').oninput = showPeople;
window.onhashchange = route;
document.onvisibilitychange = show;
showFaults(await (await fetch('/control/faults')).json());
route();
connect();
