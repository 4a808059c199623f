package people

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"strings"

	"github.com/google/uuid"

	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

// rowOfFile is a row as the queries read it.
type rowOfFile struct {
	Place            int       `json:"place"`
	ID               uuid.UUID `json:"id"`
	Name             string    `json:"name"`
	BirthDate        *string   `json:"birth_date"`
	Email            *string   `json:"email"`
	Phone            *string   `json:"phone"`
	Language         string    `json:"language"`
	PreferredChannel string    `json:"preferred_channel"`
	Remarks          string    `json:"remarks"`
	ExternalID       *string   `json:"external_id"`
}

func rowOf(i int, p Patient) rowOfFile {
	return rowOfFile{
		Place: i, ID: p.ID, Name: p.Name, BirthDate: orNull(born(p)), Email: orNull(p.Email), Phone: orNull(p.Phone),
		Language: p.Language, PreferredChannel: string(p.PreferredChannel), Remarks: p.Remarks, ExternalID: orNull(p.ExternalID),
	}
}

// markLikely asks of all rows at once who of them is in the directory.
func (s *Service) markLikely(ctx context.Context, clinic uuid.UUID, rows []ImportRow) error {
	asked := make([]rowOfFile, len(rows))
	for i, r := range rows {
		asked[i] = rowOf(i, r.Patient)
		asked[i].Email = orNull(strings.ToLower(r.Patient.Email))
	}
	raw, err := json.Marshal(asked)
	if err != nil {
		return err
	}
	found, err := q.PatientsLikeRows(ctx, s.store.View(clinic), db.PatientsLikeRowsParams{ClinicID: clinic, Rows: raw})
	for _, f := range found {
		r := &rows[f.Place]
		r.Likely, r.Name, r.Update = f.PatientID, f.Name, f.SameRecord
	}
	return err
}

// rowID comes from the import and the row's place, so that the same import again makes the
// same records. Its time is the import's, as UUIDv7 has it in front.
func rowID(of uuid.UUID, i int) uuid.UUID {
	sum := sha256.Sum256(binary.BigEndian.AppendUint32(append([]byte("row of "), of[:]...), uint32(i))) //nolint:gosec // at most some thousand
	id := uuid.UUID(sum[:16])
	copy(id[:6], of[:6])
	id[6], id[8] = id[6]&0x0f|0x70, id[8]&0x3f|0x80
	return id
}

func (s *Service) writeImport(ctx context.Context, clinic uuid.UUID, records []Patient) (done Imported, err error) {
	ids, numbers := make([]uuid.UUID, len(records)), []string{}
	for i, r := range records {
		ids[i] = r.ID
		if r.ExternalID != "" {
			numbers = append(numbers, r.ExternalID)
		}
	}
	err = s.change(ctx, clinic, func(tx *store.Tx) error {
		done = Imported{}
		earlier, err := q.PatientsExisting(ctx, tx, db.PatientsExistingParams{ClinicID: clinic, PatientIds: ids})
		if err != nil {
			return err
		}
		known, err := q.PatientsByExternalID(ctx, tx, db.PatientsByExternalIDParams{ClinicID: clinic, ExternalIds: numbers})
		if err != nil {
			return err
		}
		return done.write(ctx, tx, clinic, records, earlier, known)
	})
	return done, err
}

// write queues what is new in one statement, and each record that is brought up to date.
func (done *Imported) write(ctx context.Context, tx *store.Tx, clinic uuid.UUID, records []Patient, earlier []uuid.UUID, known []db.Patient) error {
	there, byNumber := map[uuid.UUID]bool{}, map[string]Patient{}
	for _, id := range earlier {
		there[id] = true
	}
	for _, k := range known {
		byNumber[orEmpty(k.ExternalID)] = patientOf(k)
	}
	var added []rowOfFile
	for i, r := range records {
		before, update := byNumber[r.ExternalID]
		switch {
		case there[r.ID]:
			done.Added++ // by an earlier try of this import
		case r.ExternalID != "" && update:
			done.Updated++
			if err := bringUpToDate(ctx, tx, clinic, before, r); err != nil {
				return inRow(i, err)
			}
		default:
			done.Added++
			added = append(added, rowOf(i, r))
		}
	}
	if len(added) == 0 {
		return nil
	}
	raw, err := json.Marshal(added)
	if err != nil {
		return err
	}
	tx.Log(store.Entry{Topics: topics()})
	return q.PatientsImport(ctx, tx, db.PatientsImportParams{ClinicID: clinic, Rows: raw, CreatedAt: tx.Now})
}

// bringUpToDate writes what a row says over a record; what it leaves empty stays.
func bringUpToDate(ctx context.Context, tx *store.Tx, clinic uuid.UUID, before, row Patient) error {
	after := before
	after.Name = row.Name
	for _, f := range []struct {
		to   *string
		from string
	}{{&after.Email, row.Email}, {&after.Phone, row.Phone}, {&after.Language, row.Language}, {&after.Remarks, row.Remarks}} {
		if f.from != "" {
			*f.to = f.from
		}
	}
	if row.BirthDate != nil {
		after.BirthDate = row.BirthDate
	}
	if row.PreferredChannel != "" {
		after.PreferredChannel = row.PreferredChannel
	}
	if sameRecord(before, after) {
		return nil
	}
	return edit(ctx, tx, clinic, before, &after)
}
