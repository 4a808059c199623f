// The public contract, as the page reads it. What the API sends is generated from the
// server's code (make generate); what the socket sends stands here.
import type { components } from './openapi.gen';

type Schemas = components['schemas'];

export type Person = Schemas['Person'];
export type Author = Schemas['Author'];
export type Conversation = Schemas['Conversation'];
export type Message = Schemas['Message'];
export type Preview = Schemas['Preview'];
export type Attachment = Schemas['Attachment'];
export type Me = Schemas['Me'];
export type Patient = Schemas['Patient'];
export type User = Schemas['User'];
export type Invited = Schemas['Invited'];
export type Device = Schemas['Device'];
export type OpenedLink = Schemas['Opened'];
export type ClinicSettings = Schemas['Settings'];
export type Hours = Schemas['Hours'];
export type Span = Schemas['Span'];
export type Closure = Schemas['Closure'];
export type Label = Schemas['Label'];
/** What is done with a conversation as a whole, or with many. */
export type Filing = Schemas['Sweep'];
export type Swept = Schemas['Swept'];
export type ChannelState = Schemas['Channel'];
/** A call's summary is its body; everything else has one anyway. */
export type Draft = Schemas['Draft'] & { body: string };
export type CallLog = Schemas['CallLog'];
export type Call = Schemas['Call'];
export type Delivery = Schemas['Delivery'];
export type ChannelAccount = Schemas['ChannelAccount'];
export type Tried = Schemas['Tried'];
export type Troubled = Schemas['Troubled'];
export type ApprovedTemplate = Schemas['ApprovedTemplate'];
export type Stray = Schemas['Stray'];
export type StrayPage = Schemas['StrayPage'];
export type Revision = Schemas['Revision'];
export type Scheduled = Schemas['Scheduled'];
export type Template = Schemas['Template'];
export type Field = Schemas['Field'];
export type Consent = Schemas['Consent'];
export type Merge = Schemas['Merge'];
export type SheetPreview = Schemas['SheetPreview'];
export type Problem = Pick<Schemas['Problem'], 'title' | 'status' | 'code'> & Partial<Schemas['Problem']>;
/** What a person writes, before it has an id. */
export type Words = Omit<Draft, 'id'>;
export type Change = Schemas['Change'];
export type Channel = Message['channel'];
export type Role = User['role'];
export type Page<T> = { items: T[]; next_cursor: string | null };

export type Notification = Schemas['Notification'];
export type Preferences = Schemas['Preferences'];
export type OpenState = Schemas['OpenState'];

/** What somebody is notified of, as it is now; null: look anew. */
export type NotificationFrame = {
	type: 'notification';
	position: string;
	unread: number;
	conversation_id: string | null;
	items: Notification[];
};

export type ServerFrame =
	| NotificationFrame
	| { type: 'hello'; position: string; session_id: string }
	| (Change & { type: 'change' })
	| { type: 'beat' | 'reset'; position: string }
	| { type: 'typing'; conversation_id: string; author: Author; until: string }
	| { type: 'viewing'; conversation_id: string; users: Person[] }
	| { type: 'presence'; users: (Person & { role: Role })[] }
	| { type: 'error'; code: string; detail: string };

export type ClientFrame =
	| { type: 'seen'; visible: boolean }
	| { type: 'beat' }
	| { type: 'typing'; conversation_id: string; note?: true }
	| { type: 'viewing'; conversation_id: string | null };

export type SavedView = Schemas['SavedView'];
export type Counts = Schemas['Counts'];
export type Hit = Schemas['Hit'];
export type Part = Schemas['Part'];
export type PersonFound = Schemas['PersonFound'];
export type Findings = Schemas['Findings'];
export type ThreadPage = Schemas['ThreadPage'];
