// The public contract, as the page reads it: see /docs for the whole of it.

export type Person = { id: string; name: string };
export type Author = { kind: 'user' | 'patient' | 'system'; id: string; name: string };
export type Role = 'receptionist' | 'doctor' | 'admin';
export type Channel = 'sms' | 'email' | 'portal' | 'whatsapp' | 'call' | 'note';
export type Status = 'unread' | 'read' | 'replied' | 'archived';
export type Direction = 'inbound' | 'outbound';
export type Mark = Author & { at: string };

export type Me = {
	kind: 'staff' | 'patient';
	id: string;
	name: string;
	role: Role | null;
	permissions: string[];
	clinic: Person & { timezone: string };
	position: string;
};

export type Preview = {
	id: string;
	channel: Channel;
	direction: Direction | null;
	author: Author;
	body: string;
	status: Status;
	created_at: string;
};

export type Conversation = {
	id: string;
	kind: 'front_desk' | 'doctor' | 'direct';
	patient: Person | null;
	doctor: Person | null;
	status: Status;
	archived: boolean;
	unread_count: number;
	starred: boolean;
	last_message: Preview | null;
	available_channels: Channel[];
	updated_at: string;
	// Staff alone are sent what follows.
	participants?: Person[];
	assignee?: Person | null;
	labels?: string[];
	waiting_since?: string | null;
};

export type Delivery = {
	state: 'queued' | 'sent' | 'delivered' | 'read' | 'failed';
	error?: string | null;
	updated_at: string;
};

export type Message = {
	id: string;
	conversation_id: string;
	channel: Channel;
	direction: Direction | null;
	author: Author;
	subject: string | null;
	body: string;
	status: Status;
	starred: boolean;
	delivery: Delivery | null;
	created_at: string; // six decimals: as strings they are in order
	// Staff alone are sent what follows.
	starred_by?: Mark | null;
	read_by?: Mark[];
};

export type Change = {
	position: string;
	reset?: boolean;
	conversations: Conversation[];
	messages: Message[];
	removed: string[];
};

export type Draft = { id: string; channel: Channel; body: string; last_seen_id?: string };
export type Page<T> = { items: T[]; next_cursor: string | null };
export type Patient = Person & {
	birth_date: string | null;
	email: string | null;
	phone: string | null;
	portal_access: boolean;
	created_at: string;
};
export type User = Person & { role: Role; active: boolean };
export type ChannelState = { channel: Channel; available: boolean; reason: string | null };

export type Problem = {
	title: string;
	status: number;
	code: string;
	detail?: string;
	location?: string;
	instance?: string;
	conversation_id?: string;
	messages?: Message[];
};

export type ServerFrame =
	| { type: 'hello'; position: string; session_id: string }
	| ({ type: 'change' } & Change)
	| { type: 'beat' | 'reset'; position: string }
	| { type: 'typing'; conversation_id: string; author: Author; until: string }
	| { type: 'viewing'; conversation_id: string; users: Person[] }
	| { type: 'presence'; users: (Person & { role: Role })[] }
	| { type: 'error'; code: string; detail: string };

export type ClientFrame =
	| { type: 'beat' }
	| { type: 'typing'; conversation_id: string; note?: true }
	| { type: 'viewing'; conversation_id: string | null };
