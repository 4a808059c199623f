package live

import (
	"bytes"
	"context"
	"encoding/json"
	"time"

	"github.com/coder/websocket"
	"github.com/google/uuid"
	"golang.org/x/time/rate"

	"frontdesk/internal/rules"
	"frontdesk/internal/wire"
)

const (
	framesPerSecond = 20
	frameBurst      = 40
	maxStrikes      = 100             // frames over the rate, then the socket is closed
	partiesKept     = 5 * time.Second // before it is asked again whether a conversation may be seen
	typingLasts     = 6 * time.Second
)

// client is what a socket's reader remembers of its client.
type client struct {
	limit   *rate.Limiter
	strikes int

	conversation uuid.UUID // the one that was asked about last
	parties      rules.Parties
	askedAt      time.Time
}

// plain is a frame of the server that carries no objects.
type plain struct {
	Type      string `json:"type"`
	Position  string `json:"position,omitempty"`
	SessionID string `json:"session_id,omitempty"`
	Code      string `json:"code,omitempty"`
	Detail    string `json:"detail,omitempty"`
}

// incoming is any frame of a client.
type incoming struct {
	Type           string     `json:"type"`
	ConversationID *uuid.UUID `json:"conversation_id"`
	Note           bool       `json:"note"`
	Visible        bool       `json:"visible"`
}

// typing says that somebody is writing.
type typing struct {
	Type           string      `json:"type"`
	ConversationID uuid.UUID   `json:"conversation_id"`
	Author         wire.Author `json:"author"`
	Until          wire.Time   `json:"until"`
}

func encode(v any) []byte {
	line, err := json.Marshal(v)
	if err != nil {
		panic("live: a frame that is no JSON: " + err.Error()) // its types cannot fail
	}
	return line
}

// read runs until the socket ends. It reads under no context of ours: a read that is
// cancelled cuts the socket before its close code is out.
func (c *conn) read() {
	for {
		kind, message, err := c.ws.Read(context.Background())
		if err != nil {
			return
		}
		c.heard.Store(time.Now().Unix())
		if kind != websocket.MessageText {
			c.end(badFrame)
			continue // until the close is answered
		}
		for line := range bytes.Lines(message) {
			if line = bytes.TrimSpace(line); len(line) > 0 && !c.handle(line) {
				break
			}
		}
	}
}

// handle works off one frame. What is no JSON object is no mistake of a field but another
// protocol: it ends the socket. A wrong field is told and forgotten.
func (c *conn) handle(line []byte) bool {
	var in incoming
	if err := json.Unmarshal(line, &in); err != nil {
		if line[0] == '{' && json.Valid(line) {
			c.complain("frame_invalid", "A field of this frame has the wrong type.")
			return true
		}
		c.end(badFrame)
		return false
	}
	if !c.within() {
		return true
	}
	switch in.Type {
	case "beat": // that it came is all it says
	case "typing":
		c.typing(in)
	case "viewing":
		c.viewing(in)
	case "seen": // the page itself, whatever is on it
		c.see(in.Visible)
	default:
		c.complain("frame_unknown", "The frames of a client are beat, typing, viewing and seen.")
	}
	return true
}

// within keeps a client to its rate, and ends one that does not hear.
func (c *conn) within() bool {
	if c.limit == nil { // most clients only ever beat
		c.limit = rate.NewLimiter(framesPerSecond, frameBurst)
	}
	if c.limit.Allow() {
		return true
	}
	if c.strikes++; c.strikes > maxStrikes {
		c.end(badFrame)
	} else if c.strikes == 1 {
		c.complain("too_fast", "Send at most a few frames a second.")
	}
	return false
}

func (c *conn) complain(code, detail string) {
	c.offer(encode(plain{Type: "error", Code: code, Detail: detail}))
}

// sees answers the people of a conversation, if the client may see it.
func (c *conn) sees(conversation uuid.UUID) (rules.Parties, bool) {
	actor := *c.actor.Load()
	if c.conversation != conversation || c.now().Sub(c.askedAt) > partiesKept {
		ctx, cancel := context.WithTimeout(context.Background(), taskTime)
		defer cancel()
		parties, err := c.hub.Reader.Parties(ctx, actor, conversation)
		if err != nil {
			c.complain("conversation_not_found", "There is no such conversation, or it is not yours to see.")
			return rules.Parties{}, false
		}
		c.conversation, c.parties, c.askedAt = conversation, parties, c.now()
	}
	return c.parties, rules.Sees(actor, c.parties)
}

func (c *conn) typing(in incoming) {
	if in.ConversationID == nil {
		c.complain("frame_invalid", "Say in which conversation_id.")
		return
	}
	parties, ok := c.sees(*in.ConversationID)
	if !ok {
		return
	}
	a := c.actor.Load()
	frame := encode(typing{
		Type: "typing", ConversationID: *in.ConversationID, Until: wire.Time(c.now().Add(typingLasts)),
		Author: wire.Author{Kind: a.Kind, ID: a.ID, Name: a.Name},
	})
	t := passing{Parties: parties, Author: a.ID, StaffOnly: in.Note, frame: frame}
	c.room.pass(t)
	c.hub.bus.publishPassing(c.room.clinic, t)
}

func (c *conn) viewing(in incoming) {
	if c.actor.Load().Kind != rules.User {
		return // who of the patients looks at what is nobody's business
	}
	look := looking{}
	if in.ConversationID != nil {
		parties, ok := c.sees(*in.ConversationID)
		if !ok {
			return
		}
		look = looking{*in.ConversationID, parties}
	}
	c.room.look(c, look)
}
