package inbox

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
)

// Question is what somebody looks for in messages, archived ones included.
type Question struct {
	Words        string
	Channel      rules.Channel
	Direction    string
	PatientID    uuid.UUID
	Conversation uuid.UUID
	Since        time.Time // zero: from the beginning
	Until        time.Time // zero: until now
}

// Found is one page of an answer: people first, then messages.
type Found struct {
	People []PersonFound // on the first page, and for staff alone
	Hits   []Hit
	Next   string // the cursor of the next page; empty after the last
}

// PersonFound is a patient whose name, address or number has been found.
type PersonFound struct {
	Person
	Phone, Email string
	Conversation uuid.UUID // the newest that the actor may see, or uuid.Nil
}

// Hit is a message that has been found, with its conversation.
type Hit struct {
	Message      Message
	Conversation Conversation
	Subject      []Part
	Snippet      []Part
	Files        [][]Part // the names that have the words
}

const (
	maxWords = 200 // characters of a question
	// ranked is how many of the newest messages are put in order of how well they answer;
	// older ones come after them, again so many at a time.
	ranked      = 100
	mostPeople  = 5
	mostPhrases = 16
)

// Search answers what the actor may see of messages that have all of the words: each word,
// or phrase in quotes, somewhere in the subject, the text, or the name of a file. The last
// word may be the beginning of one. Accents and capitals do not matter.
func (s *Reader) Search(ctx context.Context, by rules.Actor, in Question, limit int, cursor string) (Found, error) {
	if err := rules.UseHub(by); err != nil {
		return Found{}, err
	}
	asked, err := phrasesOf(in.Words)
	if err != nil {
		return Found{}, err
	}
	from, err := parseWindow(cursor)
	if err != nil {
		return Found{}, err
	}
	if from.at.IsZero() && !in.Until.IsZero() {
		from.place = place{in.Until, lastID}
	}
	out, err := s.window(ctx, by, in, asked, limit, from)
	if err == nil && cursor == "" && by.Kind == rules.User && in.PatientID == uuid.Nil && in.Conversation == uuid.Nil {
		out.People, err = s.peopleCalled(ctx, by, asked, mostPeople)
	}
	return out, err
}

// phrases are what all must be there.
type phrases struct {
	all  []string
	open bool // the last may go on
}

var (
	errNoWords   = refusal.Field("query.q", "search_empty", "Type at least one letter or digit to search for.")
	errLongWords = refusal.Field("query.q", "search_too_long", "Shorten what you search for to 200 characters.")
	errBadWords  = refusal.Field("query.q", "search_invalid", "Remove the characters that are not text (a NUL, or broken UTF-8).")
)

// phrasesOf reads words, and phrases in quotes. Whatever else somebody types separates.
func phrasesOf(words string) (phrases, error) {
	switch {
	case !utf8.ValidString(words) || strings.ContainsRune(words, 0):
		return phrases{}, errBadWords
	case utf8.RuneCountInString(words) > maxWords:
		return phrases{}, errLongWords
	}
	var p phrases
	for i, part := range strings.Split(quoted.Replace(words), `"`) {
		found := strings.FieldsFunc(part, separates)
		phrase := i%2 == 1
		if phrase && len(found) > 0 {
			found = []string{strings.Join(found, " ")}
		}
		if len(found) > 0 {
			p.all, p.open = append(p.all, found...), !phrase
		}
	}
	if len(p.all) == 0 {
		return phrases{}, errNoWords
	}
	if last, _ := utf8.DecodeLastRuneInString(words); unicode.IsSpace(last) {
		p.open = false
	}
	p.all = p.all[:min(len(p.all), mostPhrases)]
	return p, nil
}

// quoted makes all quotation marks the same.
var quoted = strings.NewReplacer("“", `"`, "”", `"`, "„", `"`, "«", `"`, "»", `"`)

func separates(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) }

// window is where a page of an answer begins: among the ranked ones from a place on.
type window struct {
	place
	shown int // of the window
}

var lastID = uuid.Max

func (w window) String() string {
	raw := binary.BigEndian.AppendUint64(nil, uint64(w.at.UnixMicro()))
	raw = append(append(raw, w.id[:]...), byte(w.shown)) //nolint:gosec // at most 100
	return base64.RawURLEncoding.EncodeToString(raw)
}

func parseWindow(s string) (window, error) {
	if s == "" {
		return window{}, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(raw) != 25 {
		return window{}, errCursor
	}
	w := window{place: placeOf(raw[:24]), shown: int(raw[24])}
	if !w.at.After(firstTime) || w.at.After(lastTime) || w.shown > ranked {
		return window{}, errCursor
	}
	return w, nil
}

// after is where the next page begins, once so many of this window have been shown.
func (w window) after(hits []hit, shown int) string {
	switch {
	case shown < len(hits):
		// What comes in the meantime is not to shift the pages.
		if w.at.IsZero() {
			newest := slices.MaxFunc(hits, func(a, b hit) int { return a.place.compare(b.place) }).place
			w.place = place{newest.at.Add(time.Microsecond), uuid.Nil}
		}
		w.shown = shown
		return w.String()
	case len(hits) < ranked:
		return ""
	}
	oldest := slices.MinFunc(hits, func(a, b hit) int { return a.place.compare(b.place) }).place
	return window{place: oldest}.String()
}
