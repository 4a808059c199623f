package app

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/inbox"
	"frontdesk/internal/jobs"
	"frontdesk/internal/store"
	"frontdesk/internal/testkit"
)

func TestBadInputInWorkingTogether(t *testing.T) {
	t.Parallel()
	n, clinic, c := one(t)
	foreign := testkit.NewClinicIn(t, clinic.DB)
	theirs := foreign.FromAna(t, "of another clinic")
	reception, admin, ana, nohub, nobody := signIn(t, n, clinic, "reception"), signIn(t, n, clinic, "admin"), signIn(t, n, clinic, "ana"), signIn(t, n, clinic, "nohub"), person{node: n}
	labels := func(p person) []any {
		items, _ := p.must(t, "GET", "/api/v1/labels", nil).body["items"].([]any)
		return items
	}
	id := func(of []any, at int) string { l, _ := of[at].(map[string]any); s, _ := l["id"].(string); return s }
	urgent := "/api/v1/labels/" + id(labels(reception), 0)
	elsewhere := "/api/v1/labels/" + id(labels(signIn(t, n, foreign, "admin")), 0)
	thread, bulk := "/api/v1/conversations/"+c.ID.String(), "/api/v1/conversations/bulk"
	many := make([]string, 201)
	for i := range many {
		many[i] = uuid.NewString()
	}
	sweep := func(ids any, change map[string]any) map[string]any {
		return map[string]any{"ids": ids, "change": change}
	}
	here := []string{c.ID.String()}
	for name, tt := range map[string]struct {
		by           person
		method, path string
		body         any
		status       int
		code, at     string
	}{
		"nobody's labels":               {nobody, "GET", "/api/v1/labels", nil, 401, "not_signed_in", ""},
		"a patient looks at labels":     {ana, "GET", "/api/v1/labels", nil, 403, "staff_only", ""},
		"labels without the hub":        {nohub, "GET", "/api/v1/labels", nil, 403, "hub_not_allowed", ""},
		"a label of another clinic":     {admin, "GET", elsewhere, nil, 404, "label_not_found", ""},
		"renaming another clinic's":     {admin, "PATCH", elsewhere, map[string]any{"name": "x"}, 404, "label_not_found", ""},
		"removing another clinic's":     {admin, "DELETE", elsewhere, nil, 404, "label_not_found", ""},
		"a receptionist adds a label":   {reception, "POST", "/api/v1/labels", map[string]any{"name": "x", "colour": "red"}, 403, "admins_only", ""},
		"a receptionist removes one":    {reception, "DELETE", urgent, nil, 403, "admins_only", ""},
		"a label without a name":        {admin, "POST", "/api/v1/labels", map[string]any{"colour": "red"}, 422, "invalid", "body.name"},
		"a label of no colour":          {admin, "POST", "/api/v1/labels", map[string]any{"name": "x", "colour": "mauve"}, 422, "invalid", "body.colour"},
		"a label that there is":         {admin, "POST", "/api/v1/labels", map[string]any{"name": "URGENT", "colour": "red"}, 409, "label_exists", "body.name"},
		"a label with a NUL":            {admin, "POST", "/api/v1/labels", map[string]any{"name": "a\x00b", "colour": "red"}, 422, "label_invalid", "body.name"},
		"a label before the first":      {admin, "PATCH", urgent, map[string]any{"position": -1}, 422, "invalid", "body.position"},
		"a label that is no id":         {admin, "PATCH", "/api/v1/labels/7", map[string]any{}, 422, "invalid", "path.id"},
		"an unknown label put on":       {reception, "PATCH", thread, map[string]any{"labels": []string{"urgent", "vip"}}, 422, "label_unknown", "body.labels[1]"},
		"another clinic's label":        {reception, "PATCH", thread, map[string]any{"add_labels": []string{"elsewhere"}}, 422, "label_unknown", "body.add_labels[0]"},
		"a label spelled twice":         {reception, "PATCH", thread, map[string]any{"labels": []string{"lab", "LAB"}}, 422, "label_twice", "body.labels[1]"},
		"labels both ways":              {reception, "PATCH", thread, map[string]any{"labels": []string{"lab"}, "add_labels": []string{"lab"}}, 422, "labels_both_ways", "body.labels"},
		"snoozed until whenever":        {reception, "PATCH", thread, map[string]any{"snoozed_until": "whenever"}, 422, "snooze_invalid", "body.snoozed_until"},
		"snoozed until a number":        {reception, "PATCH", thread, map[string]any{"snoozed_until": 7}, 422, "invalid", "body.snoozed_until"},
		"snoozed into the past":         {reception, "PATCH", thread, map[string]any{"snoozed_until": "2020-01-01T00:00:00Z"}, 422, "snooze_past", "body.snoozed_until"},
		"snoozed for a lifetime":        {reception, "PATCH", thread, map[string]any{"snoozed_until": "2099-01-01T00:00:00Z"}, 422, "snooze_too_far", "body.snoozed_until"},
		"a patient snoozes":             {ana, "PATCH", thread, map[string]any{"snoozed_until": "answer"}, 403, "staff_only", ""},
		"a note without an assignee":    {reception, "PATCH", thread, map[string]any{"note": map[string]any{"id": uuid.NewString(), "body": "x"}}, 422, "note_alone", "body.note"},
		"a hand-over's empty note":      {reception, "PATCH", thread, map[string]any{"assignee_id": clinic.Doctor.ID, "note": map[string]any{"id": uuid.NewString(), "body": " "}}, 422, "body_empty", "body.note.body"},
		"a note for one who sees not":   {reception, "PATCH", thread, map[string]any{"assignee_id": clinic.Doctor.ID, "note": map[string]any{"id": uuid.NewString(), "body": "x", "mentions": []any{clinic.Doctor2.ID}}}, 422, "mention_unseen", "body.note.mentions[0]"},
		"a mention that is no id":       {reception, "POST", thread + "/messages", map[string]any{"id": uuid.NewString(), "channel": "note", "body": "x", "mentions": []string{"rui"}}, 422, "invalid", "body.mentions[0]"},
		"a mention in a message":        {reception, "POST", thread + "/messages", map[string]any{"id": uuid.NewString(), "channel": "portal", "body": "x", "mentions": []any{clinic.Reception2.ID}}, 422, "mentions_only_in_notes", "body.mentions"},
		"a patient's mention":           {ana, "POST", thread + "/messages", map[string]any{"id": uuid.NewString(), "channel": "portal", "body": "x", "mentions": []any{clinic.Reception2.ID}}, 422, "mentions_only_in_notes", "body.mentions"},
		"a doctor who sees it not":      {reception, "POST", thread + "/messages", map[string]any{"id": uuid.NewString(), "channel": "note", "body": "x", "mentions": []any{clinic.Doctor.ID}}, 422, "mention_unseen", "body.mentions[0]"},
		"none of many":                  {reception, "POST", bulk, sweep([]string{}, map[string]any{"archived": true}), 422, "invalid", "body.ids"},
		"too many":                      {reception, "POST", bulk, sweep(many, map[string]any{"archived": true}), 422, "invalid", "body.ids"},
		"many that are no ids":          {reception, "POST", bulk, sweep([]string{"7"}, map[string]any{"archived": true}), 422, "invalid", "body.ids[0]"},
		"nothing to do with many":       {reception, "POST", bulk, sweep(here, map[string]any{}), 422, "change_missing", "body.change"},
		"something unknown with many":   {reception, "POST", bulk, sweep(here, map[string]any{"burn": true}), 422, "invalid", "body.change.burn"},
		"a note for many":               {reception, "POST", bulk, sweep(here, map[string]any{"note": "x"}), 422, "invalid", "body.change.note"},
		"many snoozed until whenever":   {reception, "POST", bulk, sweep(here, map[string]any{"snoozed_until": "x"}), 422, "snooze_invalid", "body.change.snoozed_until"},
		"many with labels that are bad": {reception, "POST", bulk, sweep(here, map[string]any{"add_labels": []string{" "}}), 422, "label_invalid", "body.change.add_labels[0]"},
		"a patient files many":          {ana, "POST", bulk, sweep(here, map[string]any{"archived": true}), 403, "staff_only", ""},
		"many, without the hub":         {nohub, "POST", bulk, sweep(here, map[string]any{"archived": true}), 403, "hub_not_allowed", ""},
		"many, by nobody":               {nobody, "POST", bulk, sweep(here, map[string]any{"archived": true}), 401, "not_signed_in", ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := tt.by.do(t, tt.method, tt.path, tt.body)
			if a.status != tt.status || a.code() != tt.code || a.str("location") != tt.at || a.str("detail") == "" {
				t.Errorf("%d %q at %q, want %d %q at %q\n%s", a.status, a.code(), a.str("location"), tt.status, tt.code, tt.at, a.raw)
			}
		})
	}
	// What is refused for one is told of that one.
	a := reception.must(t, "POST", bulk, sweep([]string{theirs.ID.String(), c.ID.String(), c.ID.String()}, map[string]any{"add_labels": []string{"Urgent"}}))
	items, _ := a.body["items"].([]any)
	if len(items) != 2 {
		t.Fatalf("answered %s", a.raw)
	}
	first, _ := items[0].(map[string]any)
	other, _ := items[1].(map[string]any)
	if first["done"] != false || first["code"] != "conversation_not_found" || other["done"] != true || other["code"] != nil {
		t.Errorf("answered %s", a.raw)
	}
	if used := reception.must(t, "GET", urgent, nil); used.body["conversations"] != float64(1) {
		t.Errorf("urgent is on %s", used.raw)
	}
}

// Two workers on one queue: the time of a snooze comes once, and everybody is told.
func TestASnoozeEndsOnceWhoeverWorks(t *testing.T) {
	t.Parallel()
	clinic := testkit.NewClinic(t)
	n := startNode(t, clinic.DB.URL, "") // works, too
	there := clinic.FromAna(t, "Hello")
	reception := signIn(t, n, clinic, "reception")
	m := watch(t, reception)
	ctx, stop := context.WithCancel(t.Context())
	var workers sync.WaitGroup
	defer workers.Wait()
	defer stop()
	workers.Go(func() {
		w := jobs.NewWorkers()
		jobs.Handle(w, clinic.Inbox.Wake)
		if err := w.Run(ctx, clinic.Store, testkit.Log()); err != nil {
			t.Error(err)
		}
	})
	until := time.Now().Add(1500 * time.Millisecond).UTC().Truncate(time.Microsecond)
	reception.must(t, "PATCH", "/api/v1/conversations/"+there.ID.String(), map[string]any{"snoozed_until": until.Format(time.RFC3339Nano)})
	// The same job by hand, as a worker that was cut short leaves it.
	err := clinic.Store.Write(t.Context(), clinic.ID, func(tx *store.Tx) error {
		if err := clinic.Queue.Add(t.Context(), tx, inbox.Waking{ClinicID: clinic.ID, ConversationID: there.ID, Until: until}, until); err != nil {
			return err
		}
		_, err := tx.Exec(t.Context(), `SELECT 1`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(2 * patience); ; {
		now, err := clinic.Inbox.Get(t.Context(), clinic.Reception, there.ID)
		if err != nil {
			t.Fatal(err)
		}
		if now.Snooze == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("it sleeps on")
		}
		time.Sleep(20 * time.Millisecond) //nolint:forbidigo // between two looks at real workers
	}
	m.settles(t, "waking")
	var done int
	for deadline := time.Now().Add(patience); done < 2 && time.Now().Before(deadline); {
		if err := clinic.DB.Owner.QueryRow(t.Context(), `SELECT count(*) FROM river.river_job WHERE kind = 'wake' AND state = 'completed'`).Scan(&done); err != nil {
			t.Fatal(err)
		}
		time.Sleep(20 * time.Millisecond) //nolint:forbidigo // between two looks at real workers
	}
	var changes int
	if err := clinic.DB.Owner.QueryRow(t.Context(), `SELECT count(*) FROM change WHERE clinic_id = $1`, clinic.ID).Scan(&changes); err != nil || done != 2 || changes != 3 {
		t.Errorf("%d jobs done, %d changes (hello, snoozed, awake): %v", done, changes, err)
	}
}
