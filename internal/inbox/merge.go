package inbox

import (
	"context"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/people"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
)

// MergePlan is what merging two records of one patient will do, or has done.
type MergePlan struct {
	Kept, Double, Result people.Patient
	Fields               []people.MergedField
	Threads              []MergedThread
	Notes                []string // what the fields and threads do not show, in words
}

// MergedThread is a conversation of the kept record as it will be.
type MergedThread struct {
	Kind       rules.ConversationKind
	Doctor     Person // of a doctor's conversation
	Kept       int    // messages that it has
	Double     int    // messages that join it
	TakenBack  Person // to whom it is handed over and will not be, or nobody
	keptID     uuid.UUID
	doubleID   uuid.UUID
	assigneeID uuid.UUID // who has it then
}

// PlanMerge answers what Merge would do. Nothing is written.
func (s *Service) PlanMerge(ctx context.Context, by rules.Actor, kept, double uuid.UUID, take []string) (MergePlan, error) {
	if err := rules.KeepDirectory(by); err != nil {
		return MergePlan{}, err
	}
	return planned(ctx, s.store.View(by.ClinicID), by.ClinicID, kept, double, take)
}

// Merge makes one record of two, and one conversation of each two of a kind, in one
// transaction. Messages keep their order, and nobody sees more than before, but for the
// patient, who is one person. It cannot be undone.
func (s *Service) Merge(ctx context.Context, by rules.Actor, kept, double uuid.UUID, take []string) (plan MergePlan, err error) {
	if err := rules.KeepDirectory(by); err != nil {
		return plan, err
	}
	seq, err := s.store.Change(ctx, by.ClinicID, func(tx *store.Tx) error {
		if err := hold(ctx, tx, by.ClinicID, kept, double); err != nil {
			return err
		}
		if plan, err = planned(ctx, tx, by.ClinicID, kept, double, take); err != nil {
			return err
		}
		return plan.carryOut(ctx, tx, by.ClinicID)
	})
	if err == nil {
		s.announcer.Committed(by.ClinicID, seq)
	}
	return plan, err
}

// placed is where and when a message stands.
type placed struct {
	id, in uuid.UUID
	at     time.Time
}

// interleave answers all messages of two conversations in the order of their times, none at
// the same time as another: one that would be is a microsecond later, as is what that pushes
// on. all must be in order already.
func interleave(all []placed, into uuid.UUID) []placed {
	out := make([]placed, len(all))
	for i, m := range all {
		out[i] = placed{m.id, into, m.at}
		if i > 0 && !m.at.After(out[i-1].at) {
			out[i].at = out[i-1].at.Add(time.Microsecond)
		}
	}
	return out
}

// assignee is who a joined conversation is handed over to. A doctor who had only one of the
// two would see more than before, so then reception hands it over anew.
func (t *MergedThread) assignee(kept, double handedTo) {
	same := kept.id == double.id || double.id == uuid.Nil && !kept.doctor
	switch {
	case t.doubleID == uuid.Nil || same:
		t.assigneeID = kept.id
	case t.keptID == uuid.Nil:
		t.assigneeID = double.id
	case kept.id != uuid.Nil && !kept.doctor:
		t.assigneeID = kept.id
	case kept.doctor:
		t.TakenBack = Person{kept.id, kept.name}
	case !double.doctor:
		t.assigneeID = double.id
	default:
		t.TakenBack = Person{double.id, double.name}
	}
}

// handedTo is to whom a conversation is handed over.
type handedTo struct {
	id     uuid.UUID
	name   string
	doctor bool
}
