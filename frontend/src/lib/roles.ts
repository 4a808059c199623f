import type { Me, Role, User } from './contract';

/** What people call the roles, and what each is for. */
export const roles: Record<Role, { name: string; hint: string }> = {
	receptionist: { name: 'Receptionist', hint: 'Sees every front-desk conversation' },
	doctor: { name: 'Doctor', hint: 'Sees their own, and what was handed to them' },
	admin: { name: 'Administrator', hint: 'Sees everything, and changes these settings' }
};

export const permissions: { key: string; name: string; hint: string }[] = [
	{
		key: 'send_messages',
		name: 'Use the hub',
		hint: 'Read and send messages. Without it there is no access at all.'
	},
	{ key: 'export_data', name: 'Export data', hint: 'Take figures and records out as files.' }
];

/** Whether somebody has access to messages: a patient always does. */
export const admitted = (me: Me) => me.kind === 'patient' || me.permissions.includes('send_messages');

export type State = { name: string; tone: 'good' | 'wait' | 'off' };

/** How it stands with an account, as administrators see it. */
export function stateOf(u: User, now: number): State {
	if (!u.active) return { name: 'Inactive', tone: 'off' };
	if (u.joined === false) {
		if (!u.invitation) return { name: 'Not invited', tone: 'off' };
		return Date.parse(u.invitation.expires_at) < now
			? { name: 'Invitation ran out', tone: 'wait' }
			: { name: 'Invited', tone: 'wait' };
	}
	if (!u.permissions?.includes('send_messages')) return { name: 'No access', tone: 'wait' };
	return { name: 'Active', tone: 'good' };
}
