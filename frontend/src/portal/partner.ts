import type { Conversation } from '../lib/contract';

/** Whom the patient writes with. */
export const partner = (c: Conversation) =>
	c.kind === 'doctor' ? (c.doctor?.name ?? 'Your doctor') : 'Reception';
