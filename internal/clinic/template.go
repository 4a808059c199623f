package clinic

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
)

// TopicTemplates is told to all staff, or to the owner of what is nobody else's.
const TopicTemplates = "templates"

// Template is what is written often, with fields to fill in.
type Template struct {
	ID        uuid.UUID
	Owner     uuid.UUID // uuid.Nil: shared by all staff
	Name      string
	Shortcut  string // empty: none
	Subject   string
	Body      string
	Channels  []rules.Channel // that it is for; none: all
	MadeBy    uuid.UUID
	UpdatedAt time.Time
}

const (
	maxTemplateName = 80 // characters, like the others
	maxSubject      = 200
	maxBody         = 4000
	maxShared       = 300 // templates
	maxOwn          = 100
)

var shortcutPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,29}$`)

func (t Template) check() error {
	switch {
	case t.Name == "" || !plainText(t.Name, maxTemplateName) || strings.TrimSpace(t.Name) != t.Name || strings.Contains(t.Name, "\n"):
		return refusal.Field("name", "name_invalid", fmt.Sprintf("Give it a name of 1 to %d characters, on one line.", maxTemplateName))
	case t.Shortcut != "" && !shortcutPattern.MatchString(t.Shortcut):
		return refusal.Field("shortcut", "shortcut_invalid", "A shortcut has up to 30 small letters, digits and hyphens, such as opening-hours.")
	case !plainText(t.Subject, maxSubject) || strings.Contains(t.Subject, "\n"):
		return refusal.Field("subject", "subject_too_long", fmt.Sprintf("Keep the subject to one line of %d characters.", maxSubject))
	case strings.TrimSpace(t.Body) == "":
		return refusal.Field("body", "body_empty", "Write what the template says.")
	case !plainText(t.Body, maxBody):
		return refusal.Field("body", "body_too_long", fmt.Sprintf("Keep the text to %d characters.", maxBody))
	}
	for i, c := range t.Channels {
		if c == rules.Call || slices.Contains(t.Channels[:i], c) {
			return refusal.Field(fmt.Sprintf("channels[%d]", i), "channel_invalid", "Name each channel once; a logged call needs no template.")
		}
	}
	return errors.Join(rules.CheckTemplate("subject", t.Subject), rules.CheckTemplate("body", t.Body))
}

// plainText tells whether the database can keep it and somebody would read it.
func plainText(s string, most int) bool {
	return utf8.ValidString(s) && !strings.ContainsRune(s, 0) && utf8.RuneCountInString(s) <= most
}

// Templates answers the shared ones and the actor's own, by name.
func (s *Service) Templates(ctx context.Context, by rules.Actor) ([]Template, error) {
	if err := rules.UseTemplates(by); err != nil {
		return nil, err
	}
	return s.templates(ctx, by)
}

// AddTemplate makes one. Under an id that is known already it answers what is there, and
// fresh is false.
func (s *Service) AddTemplate(ctx context.Context, by rules.Actor, in Template) (out Template, fresh bool, err error) {
	if err := errors.Join(rules.KeepTemplate(by, in.Owner), in.check()); err != nil {
		return out, false, err
	}
	seq, err := s.store.Change(ctx, by.ClinicID, func(tx *store.Tx) error {
		known, err := knownTemplate(ctx, tx, by, in.ID)
		if err != nil || known != nil {
			out, fresh = orZero(known), false
			return err
		}
		if err := checkNeighbours(ctx, tx, by.ClinicID, in); err != nil {
			return err
		}
		in.MadeBy, in.UpdatedAt = by.ID, tx.Now
		out, fresh = in, true
		tx.Log(templateEntry(in.Owner))
		return insertTemplate(ctx, tx, by.ClinicID, in)
	})
	s.told(by.ClinicID, seq, err)
	return out, fresh, err
}

// TemplateChange is what is changed; nil leaves a thing as it is.
type TemplateChange struct {
	Name, Shortcut, Subject, Body *string
	Channels                      *[]rules.Channel
	Shared                        *bool // what is shared no more is the actor's own
}

// ChangeTemplate changes one.
func (s *Service) ChangeTemplate(ctx context.Context, by rules.Actor, id uuid.UUID, in TemplateChange) (out Template, err error) {
	seq, err := s.store.Change(ctx, by.ClinicID, func(tx *store.Tx) error {
		was, err := openTemplate(ctx, tx, by, id)
		if err != nil {
			return err
		}
		out = in.apply(was, by)
		if err := errors.Join(rules.KeepTemplate(by, out.Owner), out.check()); err != nil {
			return err
		}
		if err := checkNeighbours(ctx, tx, by.ClinicID, out); err != nil {
			return err
		}
		out.UpdatedAt = tx.Now
		tx.Log(templateEntry(was.Owner, out.Owner))
		return updateTemplate(ctx, tx, by.ClinicID, out)
	})
	s.told(by.ClinicID, seq, err)
	return out, err
}

func (in TemplateChange) apply(t Template, by rules.Actor) Template {
	for to, from := range map[*string]*string{&t.Name: in.Name, &t.Shortcut: in.Shortcut, &t.Subject: in.Subject, &t.Body: in.Body} {
		if from != nil {
			*to = *from
		}
	}
	if in.Channels != nil {
		t.Channels = *in.Channels
	}
	if in.Shared != nil && *in.Shared {
		t.Owner = uuid.Nil
	} else if in.Shared != nil {
		t.Owner = by.ID
	}
	return t
}

// RemoveTemplate removes one; what was written with it stays as it is.
func (s *Service) RemoveTemplate(ctx context.Context, by rules.Actor, id uuid.UUID) error {
	seq, err := s.store.Change(ctx, by.ClinicID, func(tx *store.Tx) error {
		was, err := openTemplate(ctx, tx, by, id)
		if err != nil {
			return err
		}
		tx.Log(templateEntry(was.Owner))
		return deleteTemplate(ctx, tx, by.ClinicID, id)
	})
	s.told(by.ClinicID, seq, err)
	return err
}

// templateEntry is the log's line: it concerns all staff, unless it was and is one's own.
func templateEntry(owners ...uuid.UUID) store.Entry {
	e := store.Entry{Topics: []string{TopicTemplates}}
	if !slices.Contains(owners, uuid.Nil) {
		e.Persons = owners
	}
	return e
}

func (s *Service) told(clinic uuid.UUID, seq int64, err error) {
	if err == nil && seq > 0 {
		s.announcer.Committed(clinic, seq)
	}
}

func orZero(t *Template) Template {
	if t == nil {
		return Template{}
	}
	return *t
}

// FieldValues answers what the fields of a template say now, for one patient or, without a
// name, for none. A field without a value is asked for.
func (s *Service) FieldValues(ctx context.Context, by rules.Actor, patient string) (map[string]string, error) {
	if err := rules.UseTemplates(by); err != nil {
		return nil, err
	}
	set, err := s.Settings(ctx, by.ClinicID)
	if err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(set.Timezone)
	if err != nil {
		return nil, fmt.Errorf("time zone of %s: %w", by.ClinicID, err)
	}
	now := s.store.Now().In(zone)
	first, _, _ := strings.Cut(strings.TrimSpace(patient), " ")
	return map[string]string{
		"patient.name": patient, "patient.first_name": first, "clinic.name": set.Name, "clinic.phone": set.Phone,
		"me.name": by.Name, "date": now.Format("2 January 2006"), "time": now.Format("15:04"),
	}, nil
}
