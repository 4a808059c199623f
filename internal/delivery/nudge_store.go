package delivery

import (
	"context"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/people"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

func claim(ctx context.Context, tx *store.Tx, clinic, patient uuid.UUID) ([]uuid.UUID, error) {
	return q.NudgeClaim(ctx, tx, db.NudgeClaimParams{ClinicID: clinic, PatientID: patient})
}

func sent(ctx context.Context, tx *store.Tx, clinic uuid.UUID, conversations []uuid.UUID) error {
	return q.NudgeSent(ctx, tx, db.NudgeSentParams{ClinicID: clinic, ConversationIds: conversations, Now: tx.Now})
}

func drop(ctx context.Context, tx *store.Tx, clinic uuid.UUID, conversations []uuid.UUID) error {
	return q.NudgeDrop(ctx, tx, db.NudgeDropParams{ClinicID: clinic, ConversationIds: conversations})
}

func patientOf(ctx context.Context, tx *store.Tx, clinic, patient uuid.UUID) (people.Patient, []rules.Channel, error) {
	row, err := q.PatientGet(ctx, tx, db.PatientGetParams{ClinicID: clinic, PatientID: patient})
	if err != nil {
		return people.Patient{}, nil, err
	}
	optedOut := make([]rules.Channel, len(row.OptedOut))
	for i, c := range row.OptedOut {
		optedOut[i] = rules.Channel(c)
	}
	p := people.Patient{ID: row.PatientID, Name: row.Name, PortalAccess: row.PortalAccess, PreferredChannel: rules.Channel(row.PreferredChannel)}
	if row.Phone != nil {
		p.Phone = *row.Phone
	}
	reach, err := q.ClinicReach(ctx, tx, db.ClinicReachParams{ClinicID: clinic, Phone: p.Phone})
	if err != nil {
		return people.Patient{}, nil, err
	}
	for _, c := range reach.Channels {
		p.Configured = append(p.Configured, rules.Channel(c))
	}
	if row.PortalEmail != nil { // what they sign in with is theirs
		p.Email = *row.PortalEmail
	} else if row.Email != nil {
		p.Email = *row.Email
	}
	return p, optedOut, nil
}

func (n *Nudges) dueBefore(ctx context.Context, clinic uuid.UUID, before time.Time) ([]uuid.UUID, error) {
	rows, err := q.NudgesDue(ctx, n.Store.View(clinic), db.NudgesDueParams{ClinicID: clinic, Due: before, MaxRows: atOnce})
	out := make([]uuid.UUID, len(rows))
	for i, r := range rows {
		out[i] = r.PatientID
	}
	return out, err
}
