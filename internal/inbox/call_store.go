package inbox

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"frontdesk/internal/rules"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

func callFrom(started *time.Time, seconds *int32, direction, outcome *string) *Call {
	if started == nil || seconds == nil || direction == nil || outcome == nil {
		return nil
	}
	return &Call{StartedAt: started.UTC(), Seconds: int(*seconds), Inbound: *direction == "inbound", Outcome: Outcome(*outcome)}
}

// callColumns are a call as the table holds it; all nil for what is none.
type callColumns struct {
	started            *time.Time
	seconds            *int32
	direction, outcome *string
}

func columnsOf(c *Call) callColumns {
	if c == nil {
		return callColumns{}
	}
	seconds, direction, outcome := int32(c.Seconds), "outbound", string(c.Outcome) //nolint:gosec // at most a day
	if c.Inbound {
		direction = "inbound"
	}
	return callColumns{&c.StartedAt, &seconds, &direction, &outcome}
}

// edit keeps what the call said and writes what it says from now on.
func edit(ctx context.Context, tx *store.Tx, by rules.Actor, c locked, message uuid.UUID, in Edit) (*store.Entry, error) {
	row, err := q.MessageGet(ctx, tx, db.MessageGetParams{ClinicID: by.ClinicID, MessageID: message})
	if err != nil {
		return nil, err
	}
	m := messageOf(row)
	if m.Call == nil {
		return nil, errNotEditable
	}
	if err := rules.EditCall(by, m.Author.ID, m.CreatedAt, tx.Now); err != nil {
		return nil, err
	}
	next := in.apply(m)
	if next.Body == m.Body && next.Call.same(m.Call) {
		return nil, nil // it says so already
	}
	if err := errors.Join(next.validate(), next.Call.plausible(tx.Now)); err != nil {
		return nil, err
	}
	edits, err := q.RevisionCount(ctx, tx, db.RevisionCountParams{ClinicID: by.ClinicID, MessageID: message})
	if err != nil {
		return nil, err
	}
	if edits >= maxEdits {
		return nil, errTooManyEdits
	}
	call := columnsOf(next.Call)
	return c.entry(message), errors.Join(
		q.RevisionInsert(ctx, tx, db.RevisionInsertParams{ClinicID: by.ClinicID, MessageID: message, ReplacedAt: tx.Now, ReplacedBy: by.ID}),
		q.MessageEditCall(ctx, tx, db.MessageEditCallParams{
			ClinicID: by.ClinicID, MessageID: message, Body: next.Body, EditedAt: &tx.Now,
			CallStartedAt: call.started, CallSeconds: call.seconds, CallDirection: call.direction, CallOutcome: call.outcome,
		}),
	)
}

// original is the message as it came, whatever has been made of it since: what a repeated
// request is compared with.
func original(ctx context.Context, tx *store.Tx, clinic uuid.UUID, r db.MessageBeforeRow) (db.MessageBeforeRow, error) {
	if r.EditedAt == nil {
		return r, nil
	}
	first, err := q.RevisionFirst(ctx, tx, db.RevisionFirstParams{ClinicID: clinic, MessageID: r.MessageID})
	if errors.Is(err, pgx.ErrNoRows) {
		return r, nil
	}
	r.Body = first.Body
	r.CallStartedAt, r.CallSeconds, r.CallDirection, r.CallOutcome = first.CallStartedAt, first.CallSeconds, first.CallDirection, first.CallOutcome
	return r, err
}

func (s *Reader) revisions(ctx context.Context, clinic, message uuid.UUID) ([]Revision, error) {
	rows, err := q.RevisionList(ctx, s.store.View(clinic), db.RevisionListParams{ClinicID: clinic, MessageID: message})
	out := make([]Revision, len(rows))
	for i, r := range rows {
		out[i] = Revision{
			Body: r.Body, Call: callFrom(r.CallStartedAt, r.CallSeconds, r.CallDirection, r.CallOutcome),
			By: Person{r.ReplacedBy, r.ReplacedByName}, At: r.ReplacedAt.UTC(),
		}
	}
	return out, err
}
