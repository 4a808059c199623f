package app

import (
	"testing"

	"github.com/google/uuid"

	"frontdesk/internal/store"
)

// filesSteps are the steps in which files go with messages.
func filesSteps(w *world) []step {
	up := func(name string) func(testing.TB, person, *world) {
		return func(t testing.TB, p person, w *world) {
			t.Helper()
			a := p.upload(t, uuid.Must(uuid.NewV7()), name, aPicture(t, 40))
			if a.status != 201 {
				t.Fatalf("%d %s", a.status, a.raw)
			}
			w.made[name] = a.str("id")
		}
	}
	say := func(channel, name string) func(testing.TB, person, *world) {
		return func(t testing.TB, p person, w *world) {
			t.Helper()
			d := draft(channel, "")
			d["attachment_ids"] = []string{w.made[name]}
			p.must(t, "POST", "/api/v1/conversations/"+w.conversation+"/messages", d)
		}
	}
	return []step{
		{name: "the patient uploads", operation: "upload-attachment", by: "ana", do: up("rash.png")},
		{name: "the patient sends the file", operation: "send-message", by: "ana", do: say("portal", "rash.png")},
		{name: "it is drawn small", operation: "upload-attachment", by: "ana", do: func(t testing.TB, _ person, w *world) {
			id := uuid.MustParse(w.made["rash.png"])
			err := w.clinic.Store.Write(t.Context(), w.clinic.ID, func(tx *store.Tx) error {
				_, err := tx.Exec(t.Context(), `UPDATE attachment SET thumbnail_key = 'small' WHERE clinic_id = $1 AND attachment_id = $2`, w.clinic.ID, id)
				return err
			})
			if err == nil {
				err = w.clinic.Inbox.Depicted(t.Context(), w.clinic.ID, id)
			}
			if err != nil {
				t.Fatal(err)
			}
		}},
		{name: "staff upload", operation: "upload-attachment", by: "reception", do: up("x-ray.png")},
		{name: "staff send it in a note", operation: "send-message", by: "reception", do: say("note", "x-ray.png")},
		{name: "staff upload another", operation: "upload-attachment", by: "reception", do: up("wrong.png")},
		{name: "staff take it back", operation: "remove-attachment", by: "reception", do: func(t testing.TB, p person, w *world) {
			p.must(t, "DELETE", "/api/v1/attachments/"+w.made["wrong.png"], nil)
		}},
		{name: "staff take a file along", operation: "copy-attachment", by: "reception", do: func(t testing.TB, p person, w *world) {
			t.Helper()
			w.made["again.png"] = p.must(t, "POST", "/api/v1/attachments/"+w.made["rash.png"]+"/copy", map[string]any{"id": newID()}).str("id")
		}},
		{name: "staff send it once more", operation: "send-message", by: "reception", do: say("portal", "again.png")},
		{name: "staff upload for later", operation: "upload-attachment", by: "reception", do: up("later.png")},
		{name: "it waits with a message", operation: "send-message", by: "reception", do: func(t testing.TB, p person, w *world) {
			t.Helper()
			d := laterDraft("")
			d["attachment_ids"] = []string{w.made["later.png"]}
			w.made["with a file"] = p.must(t, "POST", "/api/v1/conversations/"+w.conversation+"/messages", d).str("id")
		}},
		{name: "it goes out with the message", operation: "send-scheduled", by: "reception2", do: func(t testing.TB, p person, w *world) {
			t.Helper()
			p.must(t, "POST", "/api/v1/scheduled/"+w.made["with a file"]+"/send", nil)
		}},
	}
}
