package delivery

import (
	"context"
	"errors"
	"mime"
	"strconv"
	"strings"
	"time"

	"frontdesk/internal/inbox"
	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
)

// carrierRefuses is why somebody has opted out who told the carrier, not us.
const carrierRefuses = "The carrier refuses it: the number has opted out there."

// enclosed is a file that came with a message.
type enclosed struct {
	place     int // among the message's
	filename  string
	mediaType string
	content   []byte
	came      time.Time // when the message did
}

// waitForFiles is how long words wait for the files that came with them.
const waitForFiles = 10 * time.Minute

// attach takes a file in and names it in the message. What cannot be fetched for good, or must
// not be kept, is told in words: the message itself is never lost for it. Another error asks
// for another try.
func (p *Post) attach(ctx context.Context, a Account, in *inbox.Incoming, e enclosed, fetched error) error {
	var failure *rules.Failure
	if errors.As(fetched, &failure) && (failure.Kind != rules.Permanent || failure.Account) && time.Since(e.came) < waitForFiles {
		return fetched
	}
	if len(in.Files) == inbox.MaxFiles {
		in.Body = withNote(in.Body, "Another file came with it, which was not kept: a message has at most "+strconv.Itoa(inbox.MaxFiles)+".")
		return nil
	}
	err := fetched
	if err == nil {
		id := inbox.IDOfCarrier(a.ClinicID, a.Channel, in.CarrierID+" "+strconv.Itoa(e.place))
		file, brought := p.Files.Bring(ctx, a.ClinicID, id, e.name(), e.content)
		if brought == nil {
			in.Files = append(in.Files, file.ID)
			return nil
		}
		err = brought
	}
	var refused *refusal.Error
	if errors.As(err, &refused) || failure != nil {
		in.Body = withNote(in.Body, "A file came with it that could not be kept: "+e.name()+".")
		return nil
	}
	return err
}

// withNote adds what we have to say to what was written.
func withNote(body, note string) string {
	if body == "" {
		return "(" + note + ")"
	}
	return body + "\n\n(" + note + ")"
}

// name is the file's, or one by what it is.
func (e enclosed) name() string {
	if e.filename != "" {
		return e.filename
	}
	kind, _, _ := strings.Cut(e.mediaType, ";")
	name := "file"
	switch {
	case strings.HasPrefix(kind, "image/"):
		name = "photo"
	case strings.HasPrefix(kind, "audio/"):
		name = "voice message"
	case strings.HasPrefix(kind, "video/"):
		name = "video"
	}
	if e.place > 0 {
		name += " " + strconv.Itoa(e.place+1)
	}
	return name + extensionOf(strings.TrimSpace(kind))
}

func extensionOf(kind string) string {
	switch kind {
	case "image/jpeg": // the library's first answer is .jfif
		return ".jpg"
	case "audio/ogg":
		return ".ogg"
	}
	known, err := mime.ExtensionsByType(kind)
	if err != nil || len(known) == 0 {
		return ""
	}
	return known[len(known)-1]
}
