package app

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
)

func newID() string { return uuid.Must(uuid.NewV7()).String() }

func fileIDs(of any) (ids []string) {
	listed, _ := of.([]any)
	for _, f := range listed {
		file, _ := f.(map[string]any)
		id, _ := file["id"].(string)
		ids = append(ids, id)
	}
	return ids
}

// A file that waits with a scheduled message, as the API shows it: who may have it, who may
// name it, and what is said where.
func TestFilesOfScheduledMessages(t *testing.T) {
	t.Parallel()
	n, clinic, c := one(t)
	ana, ben, doctor := signIn(t, n, clinic, "ana"), signIn(t, n, clinic, "ben"), signIn(t, n, clinic, "doctor")
	reception, colleague := signIn(t, n, clinic, "reception"), signIn(t, n, clinic, "reception2")
	up := func(p person) string {
		return p.upload(t, uuid.Must(uuid.NewV7()), "x.png", aPicture(t, 30)).str("id")
	}
	thread := "/api/v1/conversations/" + c.ID.String() + "/messages"
	one, two, foreign := up(reception), up(reception), up(colleague)
	d := draft("portal", "")
	d["attachment_ids"], d["scheduled_at"] = []string{one}, time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
	first, again := reception.do(t, "POST", thread, d), reception.do(t, "POST", thread, d)
	if first.status != 202 || again.status != 202 || !slices.Equal(fileIDs(first.body["attachments"]), []string{one}) || !slices.Equal(fileIDs(again.body["attachments"]), []string{one}) {
		t.Fatalf("%d %s\n%d %s", first.status, first.raw, again.status, again.raw)
	}
	waits := "/api/v1/scheduled/" + first.str("id")
	seen := func(want ...string) {
		t.Helper()
		items, _ := colleague.must(t, "GET", "/api/v1/scheduled?conversation_id="+c.ID.String(), nil).body["items"].([]any)
		if item, _ := items[0].(map[string]any); len(items) != 1 || !slices.Equal(fileIDs(item["attachments"]), want) {
			t.Errorf("a colleague sees %v, want %v", items, want)
		}
	}
	seen(one)
	for who, tt := range map[string]struct {
		person
		status int
	}{"its author": {reception, 200}, "a colleague": {colleague, 200}, "the patient": {ana, 404}, "another patient": {ben, 404}, "a doctor": {doctor, 404}, "nobody": {person{node: n}, 401}} {
		if a := tt.do(t, "GET", "/api/v1/attachments/"+one, nil); a.status != tt.status {
			t.Errorf("%s fetches it: %d", who, a.status)
		}
	}
	named := draft("portal", "Now")
	named["attachment_ids"] = []string{two, one}
	for name, tt := range map[string]struct {
		a        answer
		status   int
		code, at string
	}{
		"named in another message": {reception.do(t, "POST", thread, named), 409, "attachment_scheduled", "body.attachment_ids[1]"},
		"taken back":               {reception.do(t, "DELETE", "/api/v1/attachments/"+one, nil), 409, "attachment_scheduled", ""},
		"one of a colleague's":     {reception.do(t, "PATCH", waits, map[string]any{"attachment_ids": []string{one, foreign}}), 422, "attachment_unknown", "body.attachment_ids[1]"},
		"no id":                    {reception.do(t, "PATCH", waits, map[string]any{"attachment_ids": []string{"x"}}), 422, "invalid", "body.attachment_ids[0]"},
		"by SMS":                   {reception.do(t, "PATCH", waits, map[string]any{"channel": "sms"}), 422, "channel_without_files", "body.channel"},
		"by a colleague":           {colleague.do(t, "PATCH", waits, map[string]any{"attachment_ids": []string{}}), 403, "not_yours_to_edit", ""},
		"nothing left":             {reception.do(t, "PATCH", waits, map[string]any{"attachment_ids": []string{}}), 422, "body_empty", "body.body"},
	} {
		if tt.a.status != tt.status || tt.a.code() != tt.code || tt.a.str("location") != tt.at {
			t.Errorf("%s: %d %q at %q\n%s", name, tt.a.status, tt.a.code(), tt.a.str("location"), tt.a.raw)
		}
	}
	reception.must(t, "PATCH", waits, map[string]any{"attachment_ids": []string{two, one}})
	seen(two, one)
	sent := colleague.must(t, "POST", waits+"/send", nil)
	if !slices.Equal(fileIDs(sent.body["attachments"]), []string{two, one}) {
		t.Errorf("sent as %s", sent.raw)
	}
	ana.must(t, "GET", "/api/v1/attachments/"+one, nil)
}

// A file of a message goes along with another one: as a copy, which whoever sees it may make.
func TestFilesAreTakenAlong(t *testing.T) {
	t.Parallel()
	n, clinic, c := one(t)
	reception, ben := signIn(t, n, clinic, "reception"), signIn(t, n, clinic, "ben")
	thread := "/api/v1/conversations/" + c.ID.String() + "/messages"
	file := reception.upload(t, uuid.Must(uuid.NewV7()), "x.png", aPicture(t, 30)).str("id")
	d := draft("portal", "")
	d["attachment_ids"] = []string{file}
	reception.must(t, "POST", thread, d)
	path, id := "/api/v1/attachments/"+file+"/copy", newID()
	for name, tt := range map[string]struct {
		by       person
		body     any
		status   int
		code, at string
	}{
		"without an id":      {reception, map[string]any{}, 422, "invalid", "body.id"},
		"an id that is none": {reception, map[string]any{"id": "seven"}, 422, "invalid", "body.id"},
		"the file's own id":  {reception, map[string]any{"id": file}, 200, "", ""},
		"another patient":    {ben, map[string]any{"id": newID()}, 404, "attachment_not_found", ""},
		"nobody":             {person{node: n}, map[string]any{"id": newID()}, 401, "not_signed_in", ""},
	} {
		if a := tt.by.do(t, "POST", path, tt.body); a.status != tt.status || a.code() != tt.code || a.str("location") != tt.at {
			t.Errorf("%s: %d %q at %q\n%s", name, a.status, a.code(), a.str("location"), a.raw)
		}
	}
	first, again := reception.do(t, "POST", path, map[string]any{"id": id}), reception.do(t, "POST", path, map[string]any{"id": id})
	if first.status != 201 || again.status != 200 || first.str("filename") != "x.png" {
		t.Errorf("%d %s\n%d %s", first.status, first.raw, again.status, again.raw)
	}
	other := draft("portal", "On another way")
	other["attachment_ids"] = []string{id}
	if a := reception.must(t, "POST", thread, other); !slices.Equal(fileIDs(a.body["attachments"]), []string{id}) {
		t.Errorf("sent as %s", a.raw)
	}
}
