import type { Preferences } from './contract';

type Tone = Preferences['tone'];

/** Notes of each sound: when it begins, its pitch in Hz, how long it rings, and its shape. */
const notes: Record<string, [at: number, pitch: number, rings: number, shape: OscillatorType][]> = {
	chime: [
		[0, 880, 0.5, 'sine'],
		[0.12, 1318.5, 0.6, 'sine']
	],
	drop: [[0, 1046.5, 0.22, 'triangle']],
	knock: [
		[0, 196, 0.09, 'triangle'],
		[0.16, 196, 0.09, 'triangle']
	]
};

let context: AudioContext | undefined;

/** Is called from a gesture: before one a browser plays nothing. */
export function unlock() {
	context ??= new AudioContext();
	if (context.state === 'suspended') void context.resume();
}

/** Of several pages of one browser one plays; a test plays always. */
export async function play(tone: Tone, always: boolean) {
	if (always) unlock();
	if (!context || context.state === 'closed') return;
	if (always || !navigator.locks) return ring(context, tone);
	const on = context;
	await navigator.locks.request('frontdesk.sound', { ifAvailable: true }, async (mine) => {
		if (!mine) return;
		ring(on, tone);
		await new Promise((done) => setTimeout(done, 1500)); // what comes at once is one sound
	});
}

function ring(on: AudioContext, tone: Tone) {
	for (const [at, pitch, rings, shape] of notes[tone.name] ?? notes.chime!) {
		const start = on.currentTime + at;
		const volume = on.createGain();
		volume.gain.setValueAtTime(0, start);
		volume.gain.linearRampToValueAtTime(tone.volume * 0.5, start + 0.01); // no click
		volume.gain.exponentialRampToValueAtTime(0.0001, start + rings);
		const note = on.createOscillator();
		note.type = shape;
		note.frequency.value = pitch;
		note.connect(volume).connect(on.destination);
		note.start(start);
		note.stop(start + rings);
	}
}
