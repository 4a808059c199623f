package files_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/files"
	"frontdesk/internal/inbox"
	"frontdesk/internal/rules"
	"frontdesk/internal/testkit"
)

func newID() uuid.UUID { return uuid.Must(uuid.NewV7()) }

// sent is a file of Ana's that reception sees, in a message.
func sentByAna(t *testing.T, c *testkit.Clinic) files.Attachment {
	t.Helper()
	a, _, err := c.Files.Upload(t.Context(), c.Ana, in("x.png", xray(t, 30)))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := c.Inbox.Start(t.Context(), c.Ana, inbox.Opening{Message: with(testkit.Text("Here it is"), a.ID)}); err != nil {
		t.Fatal(err)
	}
	return a
}

// Who may have a file may take it along; the same copy, however often, is one; its bytes are
// kept once.
func TestCopy(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	a, id := sentByAna(t, c), newID()
	unsent, _, err := c.Files.Upload(t.Context(), c.Reception, in("y.txt", []byte("other words")))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		by     rules.Actor
		of, id uuid.UUID
		code   string
		fresh  bool
	}{
		{"by staff who see the message", c.Reception, a.ID, id, "", true},
		{"again", c.Reception, a.ID, id, "", false},
		{"the same id by a colleague", c.Reception2, a.ID, id, "id_conflict", false},
		{"the same id of another file", c.Reception, unsent.ID, id, "id_conflict", false},
		{"the id of an upload", c.Reception, a.ID, unsent.ID, "id_conflict", false},
		{"by the patient", c.Ana, a.ID, newID(), "", true},
		{"of one's own upload", c.Reception, unsent.ID, newID(), "", true},
		{"of a colleague's upload", c.Reception2, unsent.ID, newID(), "attachment_not_found", false},
		{"by another patient", c.Ben, a.ID, newID(), "attachment_not_found", false},
		{"by a doctor who does not see it", c.Doctor, a.ID, newID(), "attachment_not_found", false},
		{"without the permission", c.NoHub, a.ID, newID(), "hub_not_allowed", false},
		{"of nothing", c.Reception, newID(), newID(), "attachment_not_found", false},
		{"without an id", c.Reception, a.ID, uuid.Nil, "id_missing", false},
	} {
		got, fresh, err := c.Files.Copy(t.Context(), tt.by, tt.of, tt.id)
		if codeOf(err) != tt.code || fresh != tt.fresh {
			t.Errorf("%s: %q, fresh %v, want %q", tt.name, codeOf(err), fresh, tt.code)
		}
		if err == nil && (got.ID != tt.id || tt.of == a.ID && (got.SHA256 != a.SHA256 || got.Filename != a.Filename || got.MediaType != a.MediaType || got.Size != a.Size || got.Width != a.Width)) {
			t.Errorf("%s: copied as %+v", tt.name, got)
		}
	}
	if n := kept(t, c.Blobs); n != 2 {
		t.Errorf("%d blobs are kept, want one for each of the two files", n)
	}
	// A copy is sent like an upload, and the first message keeps its own.
	draft := with(testkit.Text("Once more"), id)
	there, _, _, err := c.Inbox.Start(t.Context(), c.Reception, inbox.Opening{PatientID: c.Ana.ID, Message: draft})
	if err != nil {
		t.Fatal(err)
	}
	page, _, err := c.Inbox.Messages(t.Context(), c.Ana, there.ID, uuid.Nil, 10)
	if err != nil || len(page) != 2 || page[0].Files[0].ID != a.ID || page[1].Files[0].ID != id {
		t.Errorf("she reads %+v, %v", page, err)
	}
}

// A copy has the small picture that there is, and asks for none.
func TestACopyIsDepicted(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	a := sentByAna(t, c)
	if drawn, err := c.Files.Depict(t.Context(), files.Depiction{ClinicID: c.ID, AttachmentID: a.ID}); err != nil || !drawn {
		t.Fatal(drawn, err)
	}
	got, _, err := c.Files.Copy(t.Context(), c.Reception, a.ID, newID())
	if err != nil || !got.Thumbnail {
		t.Fatalf("copied as %+v, %v", got, err)
	}
	if _, err := c.Files.FetchThumbnail(t.Context(), c.Reception, got.ID); err != nil {
		t.Error(err)
	}
}

// Bytes go with the last of the files that stand for them, whichever that is, and whoever
// removes it: a person, or the sweep.
func TestBytesGoWithTheLastCopy(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	bucket, dir := newBucket(t)
	s := files.New(c.Store, bucket, c.Queue, testkit.MaxFile, "")
	first, _, err := s.Upload(t.Context(), c.Reception, in("x.txt", []byte("words")))
	if err != nil {
		t.Fatal(err)
	}
	copies := []uuid.UUID{newID(), newID()}
	for _, id := range copies {
		if _, _, err := s.Copy(t.Context(), c.Reception, first.ID, id); err != nil {
			t.Fatal(err)
		}
	}
	whole := func(id uuid.UUID) {
		t.Helper()
		content, err := s.Fetch(t.Context(), c.Reception, id)
		if err != nil {
			t.Fatal(err)
		}
		if raw, err := content.ReadAll(t.Context()); err != nil || string(raw) != "words" {
			t.Errorf("%q, %v", raw, err)
		}
	}
	if err := s.Remove(t.Context(), c.Reception, first.ID); err != nil {
		t.Fatal(err)
	}
	whole(copies[0])

	// The bytes are two days old: whoever looks for leftovers finds them under the first one's id.
	yesterday := time.Now().AddDate(0, 0, -2)
	var key string
	if err := c.DB.Owner.QueryRow(t.Context(), `SELECT DISTINCT blob_key FROM attachment WHERE clinic_id = $1`, c.ID).Scan(&key); err != nil {
		t.Fatal(err)
	}
	aged := yesterday.UTC().Format(time.DateOnly) + key[strings.Index(key, "/"):]
	path := func(key string) string { return filepath.Join(dir, "blobs", filepath.FromSlash(key)) }
	if err := os.MkdirAll(filepath.Dir(path(aged)), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path(key), path(aged)); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path(aged), yesterday, yesterday); err != nil {
		t.Fatal(err)
	}
	if _, err := c.DB.Owner.Exec(t.Context(), `UPDATE attachment SET blob_key = $2 WHERE clinic_id = $1`, c.ID, aged); err != nil {
		t.Fatal(err)
	}
	if err := s.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	whole(copies[0])

	// One of the copies is forgotten, the other one is not.
	if _, err := c.DB.Owner.Exec(t.Context(), `UPDATE attachment SET created_at = $2 WHERE attachment_id = $1`, copies[1], yesterday); err != nil {
		t.Fatal(err)
	}
	if err := s.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Fetch(t.Context(), c.Reception, copies[1]); codeOf(err) != "attachment_not_found" {
		t.Errorf("the forgotten copy: %v", err)
	}
	whole(copies[0])
	if err := s.Remove(t.Context(), c.Reception, copies[0]); err != nil {
		t.Fatal(err)
	}
	if n := kept(t, bucket); n != 0 {
		t.Errorf("%d blobs are kept that nothing names", n)
	}
}

// Copies are made while what they are made of is removed: what has a row has bytes.
func TestCopyWhileItIsRemoved(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	for range 15 {
		a, _, err := c.Files.Upload(t.Context(), c.Reception, in("x.txt", []byte("words")))
		if err != nil {
			t.Fatal(err)
		}
		ids := []uuid.UUID{newID(), newID(), newID()}
		var wg sync.WaitGroup
		for _, id := range ids {
			wg.Go(func() {
				if _, _, err := c.Files.Copy(t.Context(), c.Reception, a.ID, id); err != nil && codeOf(err) != "attachment_not_found" {
					t.Error(err)
				}
			})
		}
		wg.Go(func() {
			if err := c.Files.Remove(t.Context(), c.Reception, a.ID); err != nil {
				t.Error(err)
			}
		})
		wg.Wait()
		left := 0
		for _, id := range ids {
			content, err := c.Files.Fetch(t.Context(), c.Reception, id)
			if codeOf(err) == "attachment_not_found" {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			left++
			if _, err := content.ReadAll(t.Context()); err != nil {
				t.Error(err)
			}
			if err := c.Files.Remove(t.Context(), c.Reception, id); err != nil {
				t.Error(err)
			}
		}
		if n := kept(t, c.Blobs); n != 0 {
			t.Fatalf("%d blobs are kept after %d copies", n, left)
		}
	}
}
