package live

import (
	"bytes"
	"testing"

	"github.com/google/uuid"

	"frontdesk/internal/inbox"
	"frontdesk/internal/rules"
)

// Who is told what else was touched: all staff with access, or the persons that are named;
// never a patient, never somebody without access. The same after a trip over the bus.
func TestTopicsReachWhomTheyConcern(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	seen(t, b.dial(t, ""), func([]uuid.UUID) bool { return b.joined() == 1 }) // its listener is there
	user := func(permissions ...string) *rules.Actor {
		return &rules.Actor{Kind: rules.User, ClinicID: b.clinic, ID: uuid.New(), Role: rules.Doctor, Permissions: permissions, Active: true}
	}
	named, colleague, shut := user(rules.SendMessages), user(rules.SendMessages), user()
	patient := &rules.Actor{Kind: rules.Patient, ClinicID: b.clinic, ID: uuid.New(), Active: true}
	for name, tt := range map[string]struct {
		persons []uuid.UUID
		told    []*rules.Actor
	}{
		"all staff":      {nil, []*rules.Actor{named, colleague}},
		"one person":     {[]uuid.UUID{named.ID}, []*rules.Actor{named}},
		"a patient's id": {[]uuid.UUID{patient.ID, shut.ID}, nil},
	} {
		sent := b.hub.packet(inbox.Change{ClinicID: b.clinic, Seq: 1, Topics: []string{"labels"}, Persons: tt.persons})
		raw, err := sent.marshal()
		if err != nil {
			t.Fatal(err)
		}
		heard, err := unmarshalPacket(raw)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range []*packet{sent, heard} {
			for _, a := range []*rules.Actor{named, colleague, shut, patient} {
				want := false
				for _, w := range tt.told {
					want = want || w == a
				}
				if got := bytes.Contains(p.topicsFor(a), []byte(`"topics":["labels"]`)); got != want {
					t.Errorf("%s: %s told is %v", name, a.Kind, got)
				}
				if p.frameFor(a, func() []byte { return nil }) != nil {
					t.Errorf("%s: a conversation was told where none was touched", name)
				}
			}
		}
	}
}
