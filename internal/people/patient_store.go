package people

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

// Patient answers one record of the directory; one that was merged says into which.
func (s *Service) Patient(ctx context.Context, by rules.Actor, id uuid.UUID) (Patient, error) {
	if err := rules.LookUp(by); err != nil {
		return Patient{}, err
	}
	row, err := q.PatientGet(ctx, s.store.View(by.ClinicID), db.PatientGetParams{ClinicID: by.ClinicID, PatientID: id})
	if errors.Is(err, pgx.ErrNoRows) {
		return Patient{}, ErrNoPatient
	}
	if err != nil {
		return Patient{}, err
	}
	p := patientOf(row)
	k, err := q.ClinicReach(ctx, s.store.View(by.ClinicID), db.ClinicReachParams{ClinicID: by.ClinicID, Phone: p.Phone})
	for _, c := range k.Channels {
		p.Configured = append(p.Configured, rules.Channel(c))
	}
	if k.HeardAt.After(time.Unix(0, 0)) { // the epoch stands for never
		p.Heard = k.HeardAt.UTC()
	}
	return p, err
}

// likeEscaper makes a fragment mean itself.
var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`, "\x00", "")

func (s *Service) patientPage(ctx context.Context, clinic uuid.UUID, words []string, limit int, from *place) ([]Patient, error) {
	arg := db.PatientPageParams{Words: make([]string, len(words)), MaxRows: int32(limit)} //nolint:gosec // a page is at most some hundred
	for i, w := range words {
		arg.Words[i] = likeEscaper.Replace(strings.ToValidUTF8(w, ""))
	}
	if from != nil {
		arg.AfterName, arg.AfterID = &from.name, store.Maybe(from.id)
	}
	rows, err := q.PatientPage(ctx, s.store.View(clinic), arg)
	out := make([]Patient, len(rows))
	for i, r := range rows {
		out[i] = patientOf(db.Patient{
			PatientID: r.PatientID, Name: r.Name, BirthDate: r.BirthDate, Email: r.Email, Phone: r.Phone, PortalAccess: r.PortalAccess,
			Language: r.Language, PreferredChannel: r.PreferredChannel, OptedOut: r.OptedOut, Remarks: r.Remarks, ExternalID: r.ExternalID,
			MergedInto: r.MergedInto, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, NameKey: r.NameKey,
		})
	}
	return out, err
}

// lockPatient holds a record until the end of the transaction, or says why there is none to
// write in.
func lockPatient(ctx context.Context, tx *store.Tx, clinic, id uuid.UUID) (Patient, error) {
	row, err := q.PatientLock(ctx, tx, db.PatientLockParams{ClinicID: clinic, PatientID: id})
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return Patient{}, ErrNoPatient
	case err == nil && row.MergedInto.Valid:
		return Patient{}, ErrMerged
	}
	return patientOf(row), err
}

// region is where the clinic's numbers without a country code are from.
func region(ctx context.Context, from db.DBTX, clinic uuid.UUID) (string, error) {
	c, err := q.ClinicCountry(ctx, from, clinic)
	return Country(c.Country, c.Timezone), err
}

func doubles(ctx context.Context, tx *store.Tx, clinic uuid.UUID, p Patient) ([]Patient, error) {
	rows, err := q.PatientDoubles(ctx, tx, db.PatientDoublesParams{
		ClinicID: clinic, PatientID: p.ID, Phone: orNull(p.Phone), Email: orNull(p.Email), Name: p.Name, BirthDate: p.BirthDate,
	})
	out := make([]Patient, len(rows))
	for i, r := range rows {
		out[i] = patientOf(r)
	}
	return out, err
}

func insertPatient(ctx context.Context, tx *store.Tx, clinic uuid.UUID, p Patient) error {
	return q.PatientInsert(ctx, tx, db.PatientInsertParams{
		ClinicID: clinic, PatientID: p.ID, Name: p.Name, BirthDate: p.BirthDate, Email: orNull(p.Email), Phone: orNull(p.Phone),
		Language: p.Language, PreferredChannel: string(p.PreferredChannel), Remarks: p.Remarks, ExternalID: orNull(p.ExternalID),
		OptedOut: channelNames(p.OptedOut), CreatedAt: tx.Now,
	})
}

func updatePatient(ctx context.Context, tx *store.Tx, clinic uuid.UUID, p Patient) error {
	return q.PatientUpdate(ctx, tx, db.PatientUpdateParams{
		ClinicID: clinic, PatientID: p.ID, Name: p.Name, BirthDate: p.BirthDate, Email: orNull(p.Email), Phone: orNull(p.Phone),
		Language: p.Language, PreferredChannel: string(p.PreferredChannel), Remarks: p.Remarks, ExternalID: orNull(p.ExternalID),
		OptedOut: channelNames(p.OptedOut), PortalEmail: orNull(p.PortalEmail), UpdatedAt: tx.Now,
	})
}

// freeForPortal refuses an address that another patient signs in with.
func freeForPortal(ctx context.Context, tx *store.Tx, clinic uuid.UUID, p Patient, email string) error {
	other, err := q.PatientByPortalEmail(ctx, tx, db.PatientByPortalEmailParams{ClinicID: clinic, PortalEmail: email})
	if errors.Is(err, pgx.ErrNoRows) || err == nil && other.PatientID == p.ID {
		return nil
	}
	if err != nil {
		return err
	}
	return &refusal.Error{
		Kind: refusal.Conflict, Code: "portal_email_taken", Field: "email",
		Detail: other.Name + " signs in to the portal with this address already. Each patient needs an own one.",
	}
}

// touch logs what follows from a change of patients for their conversations, and the change
// itself. renamed is whose name is another one, or uuid.Nil.
func touch(ctx context.Context, tx *store.Tx, clinic uuid.UUID, renamed uuid.UUID, ids ...uuid.UUID) error {
	rows, err := q.PatientConversations(ctx, tx, db.PatientConversationsParams{ClinicID: clinic, PatientIds: ids})
	if err != nil {
		return err
	}
	for _, r := range rows {
		entry := store.Entry{Conversation: r.ConversationID, Patient: r.PatientID.UUID, ForStaff: true}
		if renamed != uuid.Nil && r.PatientID.UUID == renamed {
			entry.ForPatient = true
			entry.Messages, err = q.PatientMessages(ctx, tx, db.PatientMessagesParams{ClinicID: clinic, ConversationID: r.ConversationID, PatientID: renamed})
			if err != nil {
				return err
			}
		}
		tx.Log(entry)
	}
	tx.Log(store.Entry{Topics: topics(ids...)})
	return nil
}

func patientOf(r db.Patient) Patient {
	p := Patient{
		ID: r.PatientID, Name: r.Name, BirthDate: r.BirthDate, Email: orEmpty(r.Email), Phone: orEmpty(r.Phone),
		Language: r.Language, PreferredChannel: rules.Channel(r.PreferredChannel), Remarks: r.Remarks, ExternalID: orEmpty(r.ExternalID),
		PortalAccess: r.PortalAccess, PortalEmail: orEmpty(r.PortalEmail), PortalReady: r.PasswordHash != nil, MergedInto: r.MergedInto.UUID,
		CreatedAt: r.CreatedAt.UTC(), UpdatedAt: r.UpdatedAt.UTC(), nameKey: r.NameKey, hash: orEmpty(r.PasswordHash),
		OptedOut: make([]rules.Channel, len(r.OptedOut)),
	}
	for i, c := range r.OptedOut {
		p.OptedOut[i] = rules.Channel(c)
	}
	return p
}

func channelNames(in []rules.Channel) []string {
	out := make([]string, len(in))
	for i, c := range in {
		out[i] = string(c)
	}
	return out
}
