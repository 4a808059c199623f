// One thread on a patient's phone, and the patient's answer.
import { ask, clock, make, show, state, thread, unseen } from './page.js';

const $ = (id) => document.getElementById(id);

const reasons = {
	550: 'no such mailbox',
	21610: 'the patient has opted out',
	30003: 'the phone is off',
	30005: 'nobody has this number',
	30006: 'a landline',
	30007: 'filtered as spam',
	63016: 'the 24 hours are over: only a template reaches this phone',
	131026: 'this number is not on WhatsApp',
	131047: 'the 24 hours are over: only a template reaches this phone',
	131053: 'the file could not be read'
};
const ticks = { sent: '✓', delivered: '✓✓', read: '✓✓' };
const standing = { accepted: 'on its way', queued: 'on its way', received: 'sent' };

function words(m) {
	if (m.status === 'failed' || m.status === 'undelivered')
		return `not delivered: ${reasons[m.error_code] ?? 'error'} (${m.error_code})`;
	if (m.inbound && m.seen) return 'read by the clinic';
	return standing[m.status] ?? m.status;
}

function tick(m) {
	if (m.channel === 'email') return null;
	const mark = m.inbound ? (m.seen ? '✓✓' : '✓') : ticks[m.status];
	if (!mark) return null;
	const shown = make('span', { className: 'tick', textContent: mark, title: words(m) });
	shown.toggleAttribute('data-read', m.inbound ? !!m.seen : m.status === 'read');
	shown.setAttribute('aria-hidden', 'true');
	return shown;
}

function attachment(file) {
	if (file.media_type.startsWith('image/')) {
		const link = make('a', { href: file.url, target: '_blank', className: 'picture' });
		link.append(
			make('img', { src: file.url, alt: file.filename || 'Picture', loading: 'lazy', onload: toEnd })
		);
		return link;
	}
	return make('a', {
		href: file.url,
		className: 'file',
		download: file.filename || '',
		textContent: `${file.filename || 'File'} · ${Math.max(1, Math.round(file.size / 1024))} kB`
	});
}

/** A mail as a mail program shows it. The page's policy runs no script of it, and loads nothing. */
function letter(html) {
	const shown = make('div', { className: 'letter' });
	shown.append(...new DOMParser().parseFromString(html, 'text/html').body.childNodes);
	for (const link of shown.querySelectorAll('a')) link.target = '_blank';
	return shown;
}

function article(m) {
	const who = m.inbound ? 'You' : m.automatic ? 'The carrier' : 'Clinic';
	const item = make('article', { className: m.inbound ? 'mine' : 'theirs' });
	item.dataset.status = m.status;
	item.setAttribute('aria-label', `${who}, ${clock(m.created_at)}, ${words(m)}`);
	const quoted = m.channel === 'whatsapp' && m.in_reply_to ? state.messages.get(m.in_reply_to) : null;
	if (m.channel === 'email') {
		item.append(
			make(
				'header',
				{},
				make('strong', { textContent: m.subject || '(no subject)' }),
				make('span', { textContent: m.inbound ? `to ${m.to}` : `from ${m.from}` })
			)
		);
	}
	if (quoted) item.append(make('blockquote', { textContent: quoted.body || quoted.kind }));
	for (const file of m.media ?? []) item.append(attachment(file));
	if (m.kind === 'template') item.append(make('span', { className: 'kind', textContent: 'template' }));
	const body = m.kind === 'reaction' ? m.body || 'took a reaction back' : m.body;
	if (m.html) item.append(letter(m.html));
	else if (body) item.append(make('p', { textContent: body, className: m.kind === 'reaction' ? 'reaction' : '' }));
	if (!body && !m.media?.length) item.append(make('p', { textContent: `(${m.kind})`, className: 'faint' }));
	const foot = make(
		'footer',
		{},
		make('time', { dateTime: m.created_at, textContent: clock(m.created_at) }),
		tick(m)
	);
	if (['accepted', 'queued', 'failed', 'undelivered'].includes(m.status))
		foot.append(make('span', { textContent: words(m) }));
	if (m.automatic) foot.append(make('span', { textContent: 'the carrier’s own answer' }));
	if (m.channel === 'email' && !m.inbound) {
		foot.append(
			make('button', {
				type: 'button',
				className: 'quiet',
				textContent: 'Reply',
				onclick: () => ((draft().parent = m.id), show(), $('message').focus())
			})
		);
	}
	item.append(foot);
	return item;
}

// The thread's items by their message, and what each was made of.
let shown = new Map();
let at = '';

function toEnd() {
	$('scroll').scrollTop = $('scroll').scrollHeight;
}

const drafts = new Map();
/** What is being written in this thread. A mail answers the newest one unless told otherwise. */
function draft() {
	const key = `${state.slug} ${state.channel}`;
	if (!drafts.has(key)) drafts.set(key, { body: '', subject: '', file: null, parent: undefined });
	return drafts.get(key);
}

function parentOf() {
	if (state.channel !== 'email' || draft().parent === null) return null;
	return (
		state.messages.get(draft().parent) ?? thread(state.slug, 'email').findLast((m) => !m.inbound) ?? null
	);
}

export function showThread(person) {
	const key = `${person.slug} ${state.channel}`;
	const panel = $('thread-panel');
	panel.dataset.channel = state.channel;
	panel.setAttribute('aria-labelledby', `tab-${state.channel}`);
	const messages = thread(person.slug, state.channel);
	if (key !== at) {
		$('thread').replaceChildren();
		shown = new Map();
	}
	const low = key !== at || $('scroll').scrollHeight - $('scroll').scrollTop - $('scroll').clientHeight < 80;
	for (const m of messages) {
		const old = shown.get(m.id);
		if (old?.of === m) continue;
		const item = old?.item ?? make('li');
		item.replaceChildren(article(m));
		if (!old) $('thread').append(item);
		shown.set(m.id, { item, of: m });
	}
	$('empty').hidden = messages.length > 0;
	$('empty').textContent = {
		sms: 'No SMS yet.',
		whatsapp: 'No WhatsApp messages yet.',
		email: 'The mailbox is empty.'
	}[state.channel];
	showWindow(person);
	$('typing').hidden = state.channel !== 'whatsapp' || !(state.typing.get(person.slug) > Date.now());
	if (key !== at) showDraft();
	else showReply();
	at = key;
	if (low) toEnd();
	markRead(person, messages);
}

function showWindow(person) {
	const bar = $('window');
	bar.hidden = state.channel !== 'whatsapp';
	const until = state.windows.get(person.slug);
	const open = until > Date.now();
	bar.dataset.open = open ? 'yes' : 'no';
	bar.firstElementChild.textContent = open
		? `The clinic may write freely until ${clock(until)}.`
		: 'Only templates reach this phone: no message from it in 24 hours.';
	bar.lastElementChild.textContent = open ? 'End it now' : 'Open it';
	bar.lastElementChild.onclick = () => ask('window', { from: person.slug, open: !open });
}

// Who looks at a thread has read it.
let telling = false;
async function markRead(person, messages) {
	const seen =
		document.visibilityState === 'visible' &&
		(document.body.dataset.view === 'phone' || matchMedia('(min-width: 761px)').matches);
	if (telling || !seen || !messages.some((m) => unseen(m) && (m.status !== 'sent' || m.channel === 'sms')))
		return;
	telling = true;
	try {
		await ask('read', { channel: state.channel, from: person.slug });
	} catch {
		// the next event tries again
	}
	telling = false;
}

function showDraft() {
	$('message').value = draft().body;
	$('subject').value = draft().subject;
	$('file').value = '';
	$('file').accept = state.channel === 'sms' ? 'image/*' : '';
	$('problem').hidden = true;
	showReply();
	grow();
}

function showReply() {
	const parent = parentOf();
	$('reply').hidden = !parent;
	$('reply').firstElementChild.textContent = parent ? `Answers “${parent.subject || '(no subject)'}”` : '';
	$('subject').hidden = state.channel !== 'email' || !!parent;
	$('attached').hidden = !draft().file;
	$('attached').firstElementChild.textContent = draft().file?.name ?? '';
}

function grow() {
	const box = $('message');
	box.style.height = 'auto';
	box.style.height = `${Math.min(box.scrollHeight + 2, 180)}px`;
}

const base64 = (file) =>
	new Promise((done, fail) => {
		const reader = new FileReader();
		reader.onload = () => done(reader.result.slice(reader.result.indexOf(',') + 1));
		reader.onerror = () => fail(reader.error);
		reader.readAsDataURL(file);
	});

$('composer').onsubmit = async (event) => {
	event.preventDefault();
	const sent = draft();
	const { slug, channel } = state;
	if (!sent.body.trim() && !sent.file) return;
	const said = { channel, from: slug, body: sent.body.trim() };
	const parent = parentOf();
	if (parent) said.in_reply_to = parent.id;
	else if (channel === 'email') said.subject = sent.subject.trim();
	if (sent.file)
		said.media = {
			filename: sent.file.name,
			media_type: sent.file.type || 'application/octet-stream',
			base64: await base64(sent.file)
		};
	drafts.delete(`${slug} ${channel}`);
	showDraft();
	try {
		await ask('inbound', said);
	} catch (error) {
		drafts.set(`${slug} ${channel}`, sent);
		showDraft();
		$('problem').textContent = `Not sent. ${error.message}`;
		$('problem').hidden = false;
	}
	toEnd();
};
$('message').oninput = () => {
	draft().body = $('message').value;
	grow();
};
$('message').onkeydown = (event) => {
	const sends =
		event.key === 'Enter' &&
		!event.shiftKey &&
		!event.isComposing &&
		(state.channel !== 'email' || event.ctrlKey || event.metaKey);
	if (!sends) return;
	event.preventDefault();
	$('composer').requestSubmit();
};
$('subject').oninput = () => (draft().subject = $('subject').value);
$('file').onchange = () => {
	draft().file = $('file').files[0] ?? null;
	showReply();
	$('message').focus();
};
$('attached').lastElementChild.onclick = () => {
	draft().file = null;
	$('file').value = '';
	showReply();
};
$('reply').lastElementChild.onclick = () => {
	draft().parent = null;
	showReply();
	$('subject').focus();
};
