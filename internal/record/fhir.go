package record

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"frontdesk/internal/inbox"
	"frontdesk/internal/rules"
)

// The parts of FHIR R4 (4.0.1) that are answered with, element by element in FHIR's words. A
// conversation is a Communication without a payload; its messages are part of it.

// Coding is a code of a system.
type Coding struct {
	System  string `json:"system,omitempty"`
	Code    string `json:"code,omitempty"`
	Display string `json:"display,omitempty"`
}

// Concept is a CodeableConcept.
type Concept struct {
	Coding []Coding `json:"coding,omitempty"`
	Text   string   `json:"text,omitempty"`
}

// Identifier is a business identifier.
type Identifier struct {
	Use    string `json:"use,omitempty"`
	System string `json:"system"`
	Value  string `json:"value"`
}

// Reference points to a resource that is served, or names one that is not.
type Reference struct {
	Reference  string      `json:"reference,omitempty"`
	Type       string      `json:"type,omitempty"`
	Identifier *Identifier `json:"identifier,omitempty"`
	Display    string      `json:"display,omitempty"`
}

// Meta says when a resource last changed.
type Meta struct {
	LastUpdated string `json:"lastUpdated,omitempty"`
}

// FHIRPatient is a Patient.
type FHIRPatient struct {
	ResourceType         string          `json:"resourceType"`
	ID                   string          `json:"id"`
	Meta                 Meta            `json:"meta"`
	Identifier           []Identifier    `json:"identifier"`
	Active               bool            `json:"active"`
	Name                 []HumanName     `json:"name"`
	Telecom              []ContactPoint  `json:"telecom,omitempty"`
	BirthDate            string          `json:"birthDate,omitempty"`
	Communication        []Communicating `json:"communication,omitempty"`
	ManagingOrganization *Reference      `json:"managingOrganization,omitempty"`
	Link                 []PatientLink   `json:"link,omitempty"`
}

// HumanName is a name as it is written; what of it is the family's is not known.
type HumanName struct {
	Use  string `json:"use"`
	Text string `json:"text"`
}

// ContactPoint is a way to reach somebody.
type ContactPoint struct {
	System string `json:"system"`
	Value  string `json:"value"`
	Rank   int    `json:"rank,omitempty"`
}

// Communicating is a language in which to talk with the patient.
type Communicating struct {
	Language  Concept `json:"language"`
	Preferred bool    `json:"preferred"`
}

// PatientLink says which record took this one's place.
type PatientLink struct {
	Other Reference `json:"other"`
	Type  string    `json:"type"`
}

// Communication is a conversation or a message.
type Communication struct {
	ResourceType string       `json:"resourceType"`
	ID           string       `json:"id"`
	Meta         Meta         `json:"meta"`
	Identifier   []Identifier `json:"identifier"`
	PartOf       []Reference  `json:"partOf,omitempty"`
	Status       string       `json:"status"`
	Category     []Concept    `json:"category,omitempty"`
	Medium       []Concept    `json:"medium,omitempty"`
	Subject      *Reference   `json:"subject,omitempty"`
	Topic        *Concept     `json:"topic,omitempty"`
	Sent         string       `json:"sent,omitempty"`
	Received     string       `json:"received,omitempty"`
	Recipient    []Reference  `json:"recipient,omitempty"`
	Sender       *Reference   `json:"sender,omitempty"`
	Payload      []Payload    `json:"payload,omitempty"`
	Note         []Annotation `json:"note,omitempty"`
}

// Payload is what was said: words, or a file.
type Payload struct {
	ContentString     string          `json:"contentString,omitempty"`
	ContentAttachment *FHIRAttachment `json:"contentAttachment,omitempty"`
}

// FHIRAttachment is a file, to be fetched with the same session.
type FHIRAttachment struct {
	ContentType string `json:"contentType"`
	URL         string `json:"url"`
	Size        int64  `json:"size"`
	Title       string `json:"title"`
}

// Annotation is a remark about a communication.
type Annotation struct {
	Text string `json:"text"`
}

const uris = "urn:ietf:rfc:3986"

func urn(id uuid.UUID) Identifier { return Identifier{System: uris, Value: "urn:uuid:" + id.String()} }

func instant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }

func patientRef(p inbox.Person) Reference {
	return Reference{Reference: "Patient/" + p.ID.String(), Type: "Patient", Display: p.Name}
}

// named refers to what is not served over FHIR: staff, and the clinic.
func named(kind string, id uuid.UUID, name string) Reference {
	by := urn(id)
	return Reference{Type: kind, Identifier: &by, Display: name}
}

func fhirPatient(p Patient, clinic Clinic) FHIRPatient {
	out := FHIRPatient{
		ResourceType: "Patient", ID: p.ID.String(), Meta: Meta{instant(p.UpdatedAt)}, Identifier: []Identifier{urn(p.ID)},
		Active: p.MergedInto == uuid.Nil, Name: []HumanName{{"usual", p.Name}},
	}
	org := named("Organization", clinic.ID, clinic.Name)
	out.ManagingOrganization = &org
	if p.Phone != "" {
		out.Telecom = append(out.Telecom, ContactPoint{System: "phone", Value: p.Phone, Rank: rank(p, rules.SMS, rules.WhatsApp)})
	}
	if p.Email != "" {
		out.Telecom = append(out.Telecom, ContactPoint{System: "email", Value: p.Email, Rank: rank(p, rules.Email)})
	}
	if p.BirthDate != nil {
		out.BirthDate = p.BirthDate.Format(time.DateOnly)
	}
	if p.Language != "" {
		out.Communication = []Communicating{{Concept{Coding: []Coding{{System: "urn:ietf:bcp:47", Code: p.Language}}}, true}}
	}
	if p.MergedInto != uuid.Nil {
		out.Link = []PatientLink{{Reference{Reference: "Patient/" + p.MergedInto.String()}, "replaced-by"}}
	}
	return out
}

// rank is 1 for what the patient prefers, and nothing else.
func rank(p Patient, of ...rules.Channel) int {
	for _, c := range of {
		if p.PreferredChannel == c {
			return 1
		}
	}
	return 0
}

// fhirThread is the head of a conversation: open while it is not archived.
func fhirThread(c inbox.Conversation, created time.Time, clinic Clinic) Communication {
	subject := patientRef(c.Patient)
	out := Communication{
		ResourceType: "Communication", ID: c.ID.String(), Meta: Meta{instant(c.LastAt)}, Identifier: []Identifier{urn(c.ID)},
		Status: "in-progress", Subject: &subject, Sent: instant(created), Recipient: []Reference{subject, ours(c, clinic)},
		Topic: &Concept{Text: "Conversation with " + ours(c, clinic).Display},
	}
	if c.Archived {
		out.Status = "completed"
	}
	if c.Parties.Kind == rules.FrontDesk && c.Assignee.ID != uuid.Nil {
		out.Recipient = append(out.Recipient, named("Practitioner", c.Assignee.ID, c.Assignee.Name))
	}
	return out
}

// ours is the clinic's side: the whole reception, or one doctor.
func ours(c inbox.Conversation, clinic Clinic) Reference {
	if c.Parties.Kind == rules.DoctorThread {
		return named("Practitioner", c.Doctor.ID, c.Doctor.Name)
	}
	return named("Organization", clinic.ID, clinic.Name)
}

// fhirMessage is one message: under way until the other side has opened it. base is where the
// attachments are fetched.
func fhirMessage(m inbox.Message, c inbox.Conversation, clinic Clinic, base string) Communication {
	subject := patientRef(c.Patient)
	out := Communication{
		ResourceType: "Communication", ID: m.ID.String(), Identifier: []Identifier{urn(m.ID)},
		PartOf: []Reference{{Reference: "Communication/" + m.ConversationID.String(), Type: "Communication"}},
		Status: "in-progress", Medium: []Concept{medium(m.Channel)}, Subject: &subject, Sent: instant(m.CreatedAt),
	}
	updated := m.CreatedAt
	if m.Reader != nil {
		out.Status, out.Received = "completed", instant(m.Reader.At)
		updated = later(updated, m.Reader.At)
	}
	out.Meta.LastUpdated = instant(later(updated, m.EditedAt))
	if m.Subject != "" {
		out.Topic = &Concept{Text: m.Subject}
	}
	inbound := m.Side == rules.Second
	if m.Call != nil {
		inbound, out.Status = m.Call.Inbound, "completed"
		out.Note = []Annotation{{fmt.Sprintf("Call on %s, %d seconds, %s.", instant(m.Call.StartedAt), m.Call.Seconds, strings.ReplaceAll(string(m.Call.Outcome), "_", " "))}}
	}
	sender, recipient := authorOf(m, c, clinic), subject
	if inbound {
		sender, recipient = subject, ours(c, clinic)
	}
	out.Sender, out.Recipient = &sender, []Reference{recipient}
	if strings.TrimSpace(m.Body) != "" {
		out.Payload = append(out.Payload, Payload{ContentString: m.Body})
	}
	for _, f := range m.Files {
		out.Payload = append(out.Payload, Payload{ContentAttachment: &FHIRAttachment{f.MediaType, base + "/api/v1/attachments/" + f.ID.String(), f.Size, f.Filename}})
	}
	return out
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// authorOf is the member of staff who wrote, or the clinic for what was automatic.
func authorOf(m inbox.Message, c inbox.Conversation, clinic Clinic) Reference {
	if m.Author.Kind == rules.User {
		return named("Practitioner", m.Author.ID, m.Author.Name)
	}
	return ours(c, clinic)
}

const participation = "http://terminology.hl7.org/CodeSystem/v3-ParticipationMode"

// medium is how it went. R4's code system has no code for SMS or WhatsApp: they are written,
// and the text says by which means.
func medium(c rules.Channel) Concept {
	code, display := "WRITTEN", "written"
	switch c {
	case rules.Call:
		code, display = "PHONE", "telephone"
	case rules.Email:
		code, display = "EMAILWRIT", "email"
	case rules.Portal:
		code, display = "ONLINEWRIT", "online written"
	default: // written, all of them
	}
	return Concept{Coding: []Coding{{participation, code, display}}, Text: channelName[c]}
}
