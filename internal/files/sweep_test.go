package files_test

import (
	"bytes"
	"image"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gocloud.dev/blob"

	"frontdesk/internal/files"
	"frontdesk/internal/inbox"
	"frontdesk/internal/testkit"
)

// newBucket keeps files in a directory of its own.
func newBucket(t *testing.T) (bucket *blob.Bucket, dir string) {
	t.Helper()
	dir = t.TempDir()
	bucket, err := files.Open(t.Context(), "", dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { bucket.Close() }) //nolint:errcheck // a directory
	return bucket, dir
}

// What nobody sends goes after a day, with its bytes; so do bytes without a row. What was
// sent stays.
func TestSweep(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	bucket, dir := newBucket(t)
	at := func(ago time.Duration) *files.Service {
		return files.New(c.Store.WithClock(func() time.Time { return time.Now().Add(-ago) }), bucket, c.Queue, testkit.MaxFile, "")
	}
	up := func(ago time.Duration) files.Attachment {
		a, _, err := at(ago).Upload(t.Context(), c.Ana, in("x.png", xray(t, 30)))
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	fresh, old, sent := up(23*time.Hour), up(25*time.Hour), up(48*time.Hour)
	if _, _, _, err := c.Inbox.Start(t.Context(), c.Ana, inbox.Opening{Message: with(testkit.Text("Here it is"), sent.ID)}); err != nil {
		t.Fatal(err)
	}
	yesterday := time.Now().Add(-30 * time.Hour)
	leftover := yesterday.UTC().Format(time.DateOnly) + "/" + c.ID.String() + "/" + fresh.ID.String() + "-0123"
	for _, key := range []string{leftover, leftover + ".jpg", "something/else"} {
		if err := bucket.WriteAll(t.Context(), key, []byte("x"), nil); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(filepath.Join(dir, "blobs", filepath.FromSlash(key)), yesterday, yesterday); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 { // again changes nothing
		if err := at(0).Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for a, want := range map[*files.Attachment]bool{&fresh: true, &old: false, &sent: true} {
		content, err := at(0).Fetch(t.Context(), c.Ana, a.ID)
		if (err == nil) != want {
			t.Errorf("answered %v, want it there: %v", err, want)
		}
		if err == nil {
			if _, err := content.ReadAll(t.Context()); err != nil {
				t.Error(err)
			}
		}
	}
	if n := kept(t, bucket); n != 3 { // two files, and what is not ours
		t.Errorf("%d blobs are kept", n)
	}
}

// A small picture is drawn once, and told to those who see the message.
func TestDepict(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	a, _, err := c.Files.Upload(t.Context(), c.Ana, in("x.png", xray(t, 700)))
	if err != nil {
		t.Fatal(err)
	}
	if a.Width != 700 || a.Thumbnail {
		t.Errorf("uploaded as %+v", a)
	}
	if _, err := c.Files.FetchThumbnail(t.Context(), c.Ana, a.ID); codeOf(err) != "thumbnail_not_found" {
		t.Errorf("before it is drawn: %v", err)
	}
	opening := inbox.Opening{Message: with(testkit.Text(""), a.ID)}
	if _, _, _, err := c.Inbox.Start(t.Context(), c.Ana, opening); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		drawn, err := c.Files.Depict(t.Context(), files.Depiction{ClinicID: c.ID, AttachmentID: a.ID})
		if err != nil || !drawn {
			t.Fatalf("drawn %v (%v)", drawn, err)
		}
	}
	if err := c.Inbox.Depicted(t.Context(), c.ID, a.ID); err != nil {
		t.Fatal(err)
	}
	changes := c.Changes()
	last := changes[len(changes)-1]
	if len(changes) != 2 || !last.ForPatient || !last.ForStaff || len(last.Messages) != 1 || !last.Messages[0].Files[0].Thumbnail {
		t.Errorf("%d changes, the last %+v", len(changes), last)
	}
	small, err := c.Files.FetchThumbnail(t.Context(), c.Reception, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := small.ReadAll(t.Context())
	if config, format, err2 := image.DecodeConfig(bytes.NewReader(raw)); err != nil || err2 != nil || format != "jpeg" || config.Width != 512 || int64(len(raw)) != small.Size {
		t.Errorf("%s of %v (%v, %v)", format, config, err, err2)
	}
	if _, err := c.Files.FetchThumbnail(t.Context(), c.Ben, a.ID); codeOf(err) != "attachment_not_found" {
		t.Errorf("somebody else: %v", err)
	}

	broken, _, err := c.Files.Upload(t.Context(), c.Ana, in("x.png", xray(t, 50)[:500]))
	if err != nil {
		t.Fatal(err)
	}
	drawn, err := c.Files.Depict(t.Context(), files.Depiction{ClinicID: c.ID, AttachmentID: broken.ID})
	if drawn || err == nil || !strings.Contains(err.Error(), "image/png") {
		t.Errorf("what is damaged is drawn %v (%v)", drawn, err)
	}
}
