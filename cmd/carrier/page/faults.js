// The switches for what goes wrong. A change counts at once.
import { ask, make } from './page.js';

const groups = [
	[
		'The service',
		[
			['down', 'Down', 'Every connection is cut.'],
			['refuse', 'Refuses', 'Every message is refused for good.'],
			['slow_ms', 'Slow by', 'ms', 60000],
			['rate_limited_percent', 'Too many requests', '%', 100],
			['errors_percent', 'Server errors', '%', 100]
		]
	],
	[
		'After it took a message',
		[
			['drop_percent', 'No answer at all', '%', 100],
			['late_percent', 'Late answer', '%', 100],
			['late_ms', 'Late by', 'ms', 120000],
			['mute', 'No statuses', 'Nobody says what was delivered.']
		]
	],
	[
		'What it tells the clinic',
		[
			['repeat', 'Twice', 'Each webhook comes two times.'],
			['reorder', 'Out of order', 'The newest comes first.'],
			['no_retry', 'No second try', 'A webhook that fails is lost.'],
			['unknown_recipients', 'Strangers refused', 'No mail to an unknown demo address.'],
			['bounce', 'Mail bounces', 'It is taken and comes back.']
		]
	]
];
const form = document.getElementById('faults');
const channels = [
	['sms', 'SMS'],
	['whatsapp', 'WhatsApp'],
	['email', 'Mail']
];

function field([name, label, about, most]) {
	const input = make('input', { name, type: most ? 'number' : 'checkbox' });
	if (!most)
		return make(
			'label',
			{ className: 'switch' },
			make('span', {}, label, make('small', { textContent: about })),
			input
		);
	Object.assign(input, { min: 0, max: most, step: most > 100 ? 100 : 5, inputMode: 'numeric' });
	return make(
		'label',
		{ className: 'amount' },
		make('span', { textContent: label }),
		make('span', { className: 'unit' }, input, about)
	);
}

function build() {
	const only = make('fieldset', { className: 'only' }, make('legend', { textContent: 'Only for' }));
	for (const [value, label] of channels)
		only.append(make('label', {}, make('input', { type: 'checkbox', name: 'channels', value }), label));
	form.append(only);
	for (const [title, fields] of groups)
		form.append(make('fieldset', {}, make('legend', { textContent: title }), ...fields.map(field)));
}

export function showFaults(now) {
	if (!form.children.length) build();
	let on = 0;
	for (const input of form.elements) {
		if (!input.name) continue;
		if (input.name === 'channels') input.checked = now.channels.includes(input.value);
		else if (input.type === 'checkbox') input.checked = now[input.name];
		else if (document.activeElement !== input) input.value = now[input.name];
		if (input.name !== 'channels' && input.name !== 'late_ms' && now[input.name]) on++;
	}
	document.body.toggleAttribute('data-faulty', on > 0);
	document.getElementById('to-faults').textContent = on ? `Faults (${on})` : 'Faults';
}

form.onchange = () => {
	const now = { channels: [] };
	for (const input of form.elements) {
		if (input.name === 'channels') input.checked && now.channels.push(input.value);
		else if (input.name)
			now[input.name] =
				input.type === 'checkbox'
					? input.checked
					: Math.max(0, Math.min(Number(input.max), Math.round(input.valueAsNumber) || 0));
	}
	ask('faults', now);
};
form.onsubmit = (event) => event.preventDefault();
document.getElementById('all-off').onclick = () => ask('faults', { channels: [] });
