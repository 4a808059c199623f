package live

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"

	"github.com/google/uuid"

	"frontdesk/internal/inbox"
	"frontdesk/internal/rules"
	"frontdesk/internal/wire"
)

// packet is one change on its way: who may see it, and the bytes that they get. Nobody
// writes to the bytes once they are made.
type packet struct {
	Seq          int64         `json:"s"`
	Conversation uuid.UUID     `json:"c"`
	Parties      rules.Parties `json:"p"`
	Lost         []uuid.UUID   `json:"l,omitempty"`
	Accounts     []uuid.UUID   `json:"a,omitempty"`
	Sessions     []uuid.UUID   `json:"e,omitempty"`
	Persons      []uuid.UUID   `json:"n,omitempty"` // whom the topics concern; none: all staff
	Epoch        int32         `json:"h"`           // of the positions in the frames
	Gone         bool          `json:"g,omitempty"` // the conversation is no more

	Notices map[uuid.UUID]json.RawMessage `json:"d,omitempty"` // for single persons, each with a frame of the own

	first, second []byte // nil: that side sees no difference
	topics        []byte // what else was touched; nil: nothing
}

func (h *Hub) packet(ch inbox.Change) *packet {
	epoch := h.bus.epoch.Load()
	p := &packet{Seq: ch.Seq, Lost: ch.Lost, Accounts: ch.Accounts, Sessions: ch.Sessions, Epoch: epoch}
	if len(ch.Topics) > 0 {
		p.Persons, p.topics = ch.Persons, wire.EncodeTopics(ch.Topics, h.Positions.Seal(ch.ClinicID, epoch, ch.Seq))
	}
	if len(ch.Noticed) > 0 {
		p.Notices = make(map[uuid.UUID]json.RawMessage, len(ch.Noticed))
		for _, n := range ch.Noticed {
			p.Notices[n.UserID] = wire.EncodeNoticed(n, h.Positions.Seal(ch.ClinicID, epoch, ch.Seq))
		}
	}
	if ch.Conversation != nil {
		p.Conversation, p.Parties = ch.Conversation.ID, ch.Conversation.Parties
		p.first, p.second = wire.Encode(ch, h.Positions.Seal(ch.ClinicID, epoch, ch.Seq))
	} else if ch.Gone != uuid.Nil {
		p.Conversation, p.Gone = ch.Gone, true
	}
	return p
}

// frameFor answers what somebody is sent of the change, or nil. Whether they may see it is
// asked here, at the moment of delivery.
func (p *packet) frameFor(a *rules.Actor, removed func() []byte) []byte {
	if p.Conversation == uuid.Nil {
		return nil
	}
	if p.Gone || !rules.Sees(*a, p.Parties) {
		if slices.Contains(p.Lost, a.ID) {
			return removed()
		}
		return nil
	}
	if rules.SideOf(*a, p.Parties) == rules.Second {
		return p.second
	}
	return p.first
}

// topicsFor answers the frame with what else was touched, where it concerns somebody, or nil.
func (p *packet) topicsFor(a *rules.Actor) []byte {
	if a.Kind != rules.User || rules.UseHub(*a) != nil || len(p.Persons) > 0 && !slices.Contains(p.Persons, a.ID) {
		return nil
	}
	return p.topics
}

// noticeFor answers the frame with what somebody is notified of, or nil.
func (p *packet) noticeFor(a *rules.Actor) []byte {
	if len(p.Notices) == 0 || a.Kind != rules.User || rules.UseHub(*a) != nil {
		return nil
	}
	return p.Notices[a.ID]
}

// marshal is the header and the three frames, a line each: JSON holds no line's end.
func (p *packet) marshal() ([]byte, error) {
	header, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	out := make([]byte, 0, len(header)+len(p.first)+len(p.second)+len(p.topics)+3)
	out = append(append(out, header...), '\n')
	out = append(append(out, p.first...), '\n')
	out = append(append(out, p.second...), '\n')
	return append(out, p.topics...), nil
}

var errNoPacket = errors.New("live: what came over the bus is no packet")

func unmarshalPacket(raw []byte) (*packet, error) {
	parts := bytes.SplitN(raw, []byte{'\n'}, 4)
	if len(parts) != 4 {
		return nil, errNoPacket
	}
	var p packet
	if err := json.Unmarshal(parts[0], &p); err != nil {
		return nil, errNoPacket
	}
	if len(parts[1]) > 0 {
		p.first = parts[1]
	}
	if len(parts[2]) > 0 {
		p.second = parts[2]
	}
	if len(parts[3]) > 0 {
		p.topics = parts[3]
	}
	return &p, nil
}
