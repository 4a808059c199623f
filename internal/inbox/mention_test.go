package inbox_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"frontdesk/internal/inbox"
	"frontdesk/internal/testkit"
)

func TestMentions(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		of    func(*testkit.Clinic) []uuid.UUID
		draft inbox.Draft
		code  string
	}{
		"a colleague":                 {of: func(c *testkit.Clinic) []uuid.UUID { return []uuid.UUID{c.Reception2.ID, c.Admin.ID} }, draft: testkit.Note("@Rui")},
		"the doctor who has it":       {of: func(c *testkit.Clinic) []uuid.UUID { return []uuid.UUID{c.Doctor.ID} }, draft: testkit.Note("@Dora")},
		"a doctor who does not":       {of: func(c *testkit.Clinic) []uuid.UUID { return []uuid.UUID{c.Doctor2.ID} }, draft: testkit.Note("@Dan"), code: "mention_unseen"},
		"somebody without the hub":    {of: func(c *testkit.Clinic) []uuid.UUID { return []uuid.UUID{c.NoHub.ID} }, draft: testkit.Note("@Nora"), code: "mention_unreachable"},
		"a patient":                   {of: func(c *testkit.Clinic) []uuid.UUID { return []uuid.UUID{c.Ana.ID} }, draft: testkit.Note("@Ana"), code: "mention_unknown"},
		"nobody's id":                 {of: func(*testkit.Clinic) []uuid.UUID { return []uuid.UUID{uuid.New()} }, draft: testkit.Note("@x"), code: "mention_unknown"},
		"twice":                       {of: func(c *testkit.Clinic) []uuid.UUID { return []uuid.UUID{c.Admin.ID, c.Admin.ID} }, draft: testkit.Note("@Ada"), code: "mention_twice"},
		"in a message to the patient": {of: func(c *testkit.Clinic) []uuid.UUID { return []uuid.UUID{c.Admin.ID} }, draft: testkit.Text("@Ada"), code: "mentions_only_in_notes"},
		"more than anybody reads":     {of: func(*testkit.Clinic) []uuid.UUID { return slices.Repeat([]uuid.UUID{uuid.New()}, 21) }, draft: testkit.Note("@all"), code: "mentions_too_many"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := testkit.NewClinic(t)
			there := c.FromAna(t, "Hello").ID
			if _, err := c.Inbox.File(t.Context(), c.Reception, there, inbox.Filing{Assignee: &c.Doctor.ID}); err != nil {
				t.Fatal(err)
			}
			draft := tt.draft
			draft.ID, draft.Mentions = uuid.Must(uuid.NewV7()), tt.of(c)
			m, fresh, err := c.Inbox.Send(t.Context(), c.Reception, there, draft)
			if got := codeOf(err); got != tt.code {
				t.Fatalf("answer %q, want %q", got, tt.code)
			}
			if err != nil {
				return
			}
			if !fresh || !slices.Equal(m.Mentions, draft.Mentions) {
				t.Errorf("it mentions %v, want %v", m.Mentions, draft.Mentions)
			}
			slices.Reverse(draft.Mentions)
			if _, again, err := c.Inbox.Send(t.Context(), c.Reception, there, draft); again || err != nil {
				t.Errorf("sent again it is new: %v, %v", again, err)
			}
			draft.Mentions = nil
			if _, _, err := c.Inbox.Send(t.Context(), c.Reception, there, draft); codeOf(err) != "id_conflict" {
				t.Errorf("without its mentions it is another note: %v", err)
			}
		})
	}
}
