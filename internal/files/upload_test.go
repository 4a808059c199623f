package files_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"io"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/google/uuid"
	"gocloud.dev/blob"

	"frontdesk/internal/files"
	"frontdesk/internal/inbox"
	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

func codeOf(err error) string {
	var refused *refusal.Error
	switch {
	case errors.As(err, &refused):
		return refused.Code
	case err != nil:
		return "fault: " + err.Error()
	}
	return ""
}

// xray is a picture that does not shrink: about as many bytes as pixels.
func xray(t testing.TB, side int) []byte {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, side, side))
	noise := rand.New(rand.NewPCG(1, 2))
	for i := range m.Pix {
		m.Pix[i] = byte(noise.Uint32())
	}
	var out bytes.Buffer
	if err := png.Encode(&out, m); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func in(name string, raw []byte) files.Incoming {
	return files.Incoming{ID: uuid.Must(uuid.NewV7()), Filename: name, Bytes: bytes.NewReader(raw)}
}

// kept is how many blobs there are.
func kept(t testing.TB, b *blob.Bucket) (n int) {
	t.Helper()
	for list := b.List(nil); ; n++ {
		if _, err := list.Next(t.Context()); errors.Is(err, io.EOF) {
			return n
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

func TestUpload(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	text := func(n int) []byte { return bytes.Repeat([]byte("a"), n) }
	for name, tt := range map[string]struct {
		by   rules.Actor
		in   files.Incoming
		code string
	}{
		"staff":                  {c.Doctor, in("x.png", xray(t, 300)), ""},
		"a patient":              {c.Ana, in("x.png", xray(t, 300)), ""},
		"without the permission": {c.NoHub, in("x.png", xray(t, 10)), "hub_not_allowed"},
		"without the portal":     {c.Offline, in("x.png", xray(t, 10)), "hub_not_allowed"},
		"nobody":                 {rules.Actor{}, in("x.png", xray(t, 10)), "hub_not_allowed"},
		"no id":                  {c.Ana, files.Incoming{Filename: "x.txt", Bytes: strings.NewReader("x")}, "id_missing"},
		"empty":                  {c.Ana, in("x.txt", nil), "file_empty"},
		"at the limit":           {c.Ana, in("x.txt", text(testkit.MaxFile)), ""},
		"one byte over it":       {c.Ana, in("x.txt", text(testkit.MaxFile+1)), "file_too_large"},
		"a name too long":        {c.Ana, in(strings.Repeat("x", 256), text(1)), "file_name_too_long"},
		"no kind that is sent":   {c.Ana, in("x.exe", []byte("MZ\x90\x00")), "file_type_not_allowed"},
		"not what it says":       {c.Ana, in("x.pdf", []byte("MZ\x90\x00")), "file_not_what_it_says"},
		"cut off":                {c.Ana, files.Incoming{ID: uuid.New(), Filename: "x.txt", Bytes: iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader("xyz")))}, "upload_broken"},
	} {
		t.Run(name, func(t *testing.T) {
			a, fresh, err := c.Files.Upload(t.Context(), tt.by, tt.in)
			if codeOf(err) != tt.code || fresh != (tt.code == "") {
				t.Fatalf("%q, want %q", codeOf(err), tt.code)
			}
			if err == nil {
				if content, err := c.Files.Fetch(t.Context(), tt.by, a.ID); err != nil || content.Size != a.Size {
					t.Errorf("fetched %v (%v)", content.Size, err)
				}
			}
		})
	}
	if n := kept(t, c.Blobs); n != 3 {
		t.Errorf("%d blobs are kept; what was refused left something behind", n)
	}
}

// However often it comes, at once or one after another: one file.
func TestOneIDIsOneFile(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	raw, id := xray(t, 100), uuid.Must(uuid.NewV7())
	var wg sync.WaitGroup
	var mu sync.Mutex
	made := 0
	for range 5 {
		wg.Go(func() {
			_, fresh, err := c.Files.Upload(t.Context(), c.Ana, files.Incoming{ID: id, Filename: "x.png", Bytes: bytes.NewReader(raw)})
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			}
			if fresh {
				made++
			}
		})
	}
	wg.Wait()
	if n := kept(t, c.Blobs); made != 1 || n != 1 {
		t.Errorf("%d were new, %d are kept", made, n)
	}
	if _, _, err := c.Files.Upload(t.Context(), c.Ana, files.Incoming{ID: id, Filename: "x.png", Bytes: bytes.NewReader(raw[:99])}); codeOf(err) != "id_conflict" {
		t.Errorf("other bytes: %v", err)
	}
	if _, _, err := c.Files.Upload(t.Context(), c.Ben, files.Incoming{ID: id, Filename: "x.png", Bytes: bytes.NewReader(raw)}); codeOf(err) != "id_conflict" {
		t.Errorf("somebody else: %v", err)
	}
}

func TestUnsentFilesAreBounded(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	var last files.Attachment
	for i := range 50 {
		a, _, err := c.Files.Upload(t.Context(), c.Ana, in("x.txt", []byte{'a', byte('a' + i%26)}))
		if err != nil {
			t.Fatal(err)
		}
		last = a
	}
	if _, _, err := c.Files.Upload(t.Context(), c.Ana, in("x.txt", []byte("one more"))); codeOf(err) != "uploads_unsent" {
		t.Errorf("the 51st: %v", err)
	}
	if _, _, err := c.Files.Upload(t.Context(), c.Ben, in("x.txt", []byte("another's"))); err != nil {
		t.Errorf("another person suffers: %v", err)
	}
	if err := c.Files.Remove(t.Context(), c.Ben, last.ID); codeOf(err) != "attachment_not_found" {
		t.Errorf("somebody else removes it: %v", err)
	}
	if err := c.Files.Remove(t.Context(), c.Ana, last.ID); err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.Files.Upload(t.Context(), c.Ana, in("x.txt", []byte("one more"))); err != nil {
		t.Errorf("after one was removed: %v", err)
	}
}

func upload(t testing.TB, c *testkit.Clinic, by rules.Actor, raw []byte) uuid.UUID {
	t.Helper()
	a, _, err := c.Files.Upload(t.Context(), by, in("x.png", raw))
	if err != nil {
		t.Fatal(err)
	}
	return a.ID
}

func with(d inbox.Draft, ids ...uuid.UUID) inbox.Draft {
	d.Files = ids
	return d
}

// Who may have a file: whoever sees its message, and before it is sent whoever uploaded it.
func TestWhoMayHaveAFile(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	other := testkit.NewClinicIn(t, c.DB)
	there := c.FromAna(t, "Hello")
	send := func(by rules.Actor, d inbox.Draft) uuid.UUID {
		id := upload(t, c, by, xray(t, 20))
		if _, _, err := c.Inbox.Send(t.Context(), by, there.ID, with(d, id)); err != nil {
			t.Fatal(err)
		}
		return id
	}
	doctors := upload(t, c, c.Doctor, xray(t, 20))
	if _, _, _, err := c.Inbox.Start(t.Context(), c.Doctor, inbox.Opening{PatientID: c.Ana.ID, Message: with(testkit.Text(""), doctors)}); err != nil {
		t.Fatal(err)
	}
	direct := upload(t, c, c.Admin, xray(t, 20))
	if _, _, _, err := c.Inbox.Start(t.Context(), c.Admin, inbox.Opening{UserID: c.Doctor.ID, Message: with(testkit.Text(""), direct)}); err != nil {
		t.Fatal(err)
	}
	people := map[string]rules.Actor{
		"ana": c.Ana, "ben": c.Ben, "offline": c.Offline, "reception": c.Reception, "reception2": c.Reception2, "doctor": c.Doctor, "doctor2": c.Doctor2,
		"admin": c.Admin, "admin2": c.Admin2, "nohub": c.NoHub, "another clinic's admin": other.Admin, "nobody": {ClinicID: c.ID},
	}
	for name, tt := range map[string]struct {
		id  uuid.UUID
		may string
	}{
		"of the patient's message": {send(c.Ana, testkit.Text("")), "ana reception reception2 admin admin2"},
		"of reception's message":   {send(c.Reception, testkit.Text("")), "ana reception reception2 admin admin2"},
		"of a note":                {send(c.Reception, testkit.Note("")), "reception reception2 admin admin2"},
		"of a doctor's thread":     {doctors, "ana doctor admin admin2"},
		"between colleagues":       {direct, "doctor admin admin2"},
		"staff's, unsent":          {upload(t, c, c.Reception, xray(t, 20)), "reception"},
		"the patient's, unsent":    {upload(t, c, c.Ana, xray(t, 20)), "ana"},
	} {
		may := strings.Fields(tt.may)
		for who, actor := range people {
			want := false
			for _, m := range may {
				want = want || m == who
			}
			if _, err := c.Files.Fetch(t.Context(), actor, tt.id); (err == nil) != want {
				t.Errorf("%s: %s is answered %v", name, who, err)
			}
		}
	}
	// Handed over, and taken back.
	id, to, none := send(c.Ana, testkit.Text("")), c.Doctor2.ID, uuid.Nil
	for _, step := range []struct {
		to  *uuid.UUID
		may bool
	}{{&to, true}, {&none, false}} {
		if _, err := c.Inbox.File(t.Context(), c.Reception, there.ID, inbox.Filing{Assignee: step.to}); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Files.Fetch(t.Context(), c.Doctor2, id); (err == nil) != step.may {
			t.Errorf("the doctor is answered %v", err)
		}
	}
}

// What takes the bytes is slow, or breaks: nothing is said to be there before it is.
func TestBytesAreKeptBeforeTheRow(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	dir := filepath.Join(t.TempDir(), "blobs")
	bucket, err := files.Open(t.Context(), "", filepath.Dir(dir))
	if err != nil {
		t.Fatal(err)
	}
	defer bucket.Close() //nolint:errcheck // a directory
	service := files.New(c.Store, bucket, c.Queue, testkit.MaxFile, "")
	ctx, cancel := context.WithCancel(t.Context())
	raw := xray(t, 400)
	slow := io.MultiReader(bytes.NewReader(raw[:len(raw)/2]), readerFunc(func([]byte) (int, error) {
		if n := kept(t, bucket); n != 0 {
			t.Errorf("half a file counts as %d", n)
		}
		cancel()
		return 0, io.ErrUnexpectedEOF
	}))
	id := uuid.Must(uuid.NewV7())
	if _, _, err := service.Upload(ctx, c.Ana, files.Incoming{ID: id, Filename: "x.png", Bytes: slow}); err == nil {
		t.Error("half a file was taken")
	}
	if _, err := service.Fetch(t.Context(), c.Ana, id); codeOf(err) != "attachment_not_found" || kept(t, bucket) != 0 {
		t.Errorf("half a file is there: %v", err)
	}
	again := files.Incoming{ID: id, Filename: "x.png", Bytes: iotest.HalfReader(bytes.NewReader(raw))}
	a, fresh, err := service.Upload(t.Context(), c.Ana, again)
	if err != nil || !fresh {
		t.Fatalf("tried again: %v, %v", fresh, err)
	}
	content, err := service.Fetch(t.Context(), c.Ana, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := content.ReadAll(t.Context()); err != nil || !bytes.Equal(got, raw) {
		t.Errorf("%d bytes came back of %d (%v)", len(got), len(raw), err)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
