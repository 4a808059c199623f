package delivery

import (
	"context"

	"frontdesk/internal/delivery/mail"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

// thread makes a letter an answer to what the patient last wrote by email in its conversation.
func (p *Post) thread(ctx context.Context, parcel parcel, l *mail.Letter) error {
	rows, err := q.ReceivedLetters(ctx, p.Store.View(parcel.ClinicID), db.ReceivedLettersParams{ClinicID: parcel.ClinicID, ConversationID: parcel.conversation})
	if err != nil {
		return err
	}
	names := make([]string, len(rows))
	for i, r := range rows {
		names[i] = letterName(r.CarrierID)
	}
	if len(rows) > 0 {
		l.InReplyTo, l.References = names[0], referred(names)
		if l.Subject == "" && rows[0].Subject != nil {
			l.Subject = replyTo(*rows[0].Subject)
		}
	}
	if l.Subject == "" {
		l.Subject = "Message from " + parcel.clinicName
	}
	return nil
}

// startAt writes down where a mailbox begins to be read.
func (p *Post) startAt(ctx context.Context, a Account, at mail.Cursor) error {
	return p.Store.Write(ctx, a.ClinicID, func(tx *store.Tx) error { return readUpto(ctx, tx, a, at) })
}

func readUpto(ctx context.Context, tx *store.Tx, a Account, at mail.Cursor) error {
	return q.AccountReadUpto(ctx, tx, db.AccountReadUptoParams{
		ClinicID: a.ClinicID, ReadEpoch: int64(at.UIDValidity), ReadUpto: int64(at.UID), Now: tx.Now,
		ImapHost: a.Settings.IMAPHost, Username: a.Settings.Username, Mailbox: a.Settings.Mailbox,
	})
}
