package whatsapp_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"frontdesk/internal/delivery/whatsapp"
	"frontdesk/internal/rules"
)

const taken = `{"messaging_product":"whatsapp","contacts":[{"input":"16505551234","wa_id":"16505551234"}],"messages":[{"id":"wamid.1","message_status":"accepted"}]}`

func TestAMessageIsHandedOver(t *testing.T) {
	t.Parallel()
	const head = `{"messaging_product":"whatsapp","recipient_type":"individual","to":"16505551234",`
	for want, change := range map[string]func(*whatsapp.Message){
		`"type":"text","text":{"preview_url":false,"body":"Hi"}}`: func(m *whatsapp.Message) { m.Body = "Hi" },
		`"type":"text","text":{"preview_url":false,"body":"Hi"},"context":{"message_id":"wamid.0"},"biz_opaque_callback_data":"ours"}`: func(m *whatsapp.Message) {
			m.Body, m.ReplyTo, m.Callback = "Hi", "wamid.0", "ours"
		},
		`"type":"image","image":{"id":"7","caption":"You"}}`: func(m *whatsapp.Message) {
			m.Media = &whatsapp.Media{ID: "7", Type: "image", Filename: "a.png", Caption: "You"}
		},
		`"type":"document","document":{"id":"7","caption":"You","filename":"a.pdf"}}`: func(m *whatsapp.Message) {
			m.Media = &whatsapp.Media{ID: "7", Type: "document", Filename: "a.pdf", Caption: "You"}
		},
		`"type":"audio","audio":{"id":"7"}}`: func(m *whatsapp.Message) {
			m.Media = &whatsapp.Media{ID: "7", Type: "audio", Filename: "a.ogg", Caption: "You"}
		},
		`"type":"template","template":{"name":"hello","language":{"code":"en_US"}}}`: func(m *whatsapp.Message) {
			m.Template = &whatsapp.Template{Name: "hello", Language: "en_US"}
		},
		`"type":"template","template":{"name":"appt","language":{"code":"pt_PT"},"components":[{"type":"body","parameters":[{"type":"text","text":"Ana Lima"},{"type":"text","text":"9"}]}]}}`: func(m *whatsapp.Message) {
			m.Template = &whatsapp.Template{Name: "appt", Language: "pt_PT", Parameters: []string{"Ana\n \tLima ", "9"}}
		},
		`"type":"template","template":{"name":"appt","language":{"code":"en"},"components":[{"type":"body","parameters":[{"type":"text","text":"Ana","parameter_name":"first"}]}]}}`: func(m *whatsapp.Message) {
			m.Template = &whatsapp.Template{Name: "appt", Language: "en", Parameters: []string{"Ana"}, Names: []string{"first"}}
		},
	} {
		c := serve(t, func(w http.ResponseWriter, r *http.Request) {
			bearer(t, r)
			var expected map[string]any
			if err := json.Unmarshal([]byte(head+want), &expected); err != nil {
				t.Error(err)
			}
			if got := heard(t, r); !reflect.DeepEqual(got, expected) || r.Method != http.MethodPost || r.URL.Path != "/v23.0/"+number+"/messages" {
				t.Errorf("%s %v, want %v", r.URL, got, expected)
			}
			answer(w, http.StatusOK, taken)
		})
		m := whatsapp.Message{To: patient}
		change(&m)
		if id, err := c.Send(t.Context(), m); err != nil || id != "wamid.1" {
			t.Error(id, err)
		}
	}
}

func TestAMessageIsMarkedAsRead(t *testing.T) {
	t.Parallel()
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		bearer(t, r)
		if got := heard(t, r); !reflect.DeepEqual(got, map[string]any{"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.1"}) {
			t.Error(got)
		}
		answer(w, http.StatusOK, `{"success":true}`)
	})
	if err := c.Read(t.Context(), "wamid.1"); err != nil {
		t.Error(err)
	}
}

func TestAFileIsUploaded(t *testing.T) {
	t.Parallel()
	const content = "%PDF-1.7 …"
	var length int64
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		bearer(t, r)
		length = r.ContentLength
		file, header, err := r.FormFile("file")
		if err != nil {
			t.Error(err)
			return
		}
		got, _ := io.ReadAll(file)
		if string(got) != content || header.Filename != `raio "X" ã.pdf` || header.Header.Get("Content-Type") != "application/pdf" || r.URL.Path != "/v23.0/"+number+"/media" {
			t.Errorf("%q %q %v", got, header.Filename, header.Header)
		}
		if r.FormValue("messaging_product") != "whatsapp" || r.FormValue("type") != "application/pdf" {
			t.Error(r.Form)
		}
		answer(w, http.StatusOK, `{"id":"4490709327384033"}`)
	})
	for r, told := range map[io.Reader]bool{strings.NewReader(content): true, io.LimitReader(strings.NewReader(content), 100): false} {
		id, err := c.Upload(t.Context(), `raio "X" ã.pdf`, "Application/PDF; version=1.7", r)
		if err != nil || id != "4490709327384033" || (length > 0) != told {
			t.Error(id, length, err)
		}
	}
	c = serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		answer(w, http.StatusOK, `{}`)
	})
	_, err := c.Upload(t.Context(), "a.pdf", "application/pdf", strings.NewReader(content))
	if f := failure(t, err); f.Kind != rules.Passing {
		t.Error(f)
	}
}

func TestTheNumberIsChecked(t *testing.T) {
	t.Parallel()
	var asked []string
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		bearer(t, r)
		id := strings.TrimPrefix(r.URL.Path, "/v23.0/")
		asked = append(asked, id)
		answer(w, http.StatusOK, fmt.Sprintf(`{"id":%q}`, id))
	})
	if err := c.Check(t.Context()); err != nil || !slices.Equal(asked, []string{number, c.BusinessID}) {
		t.Error(asked, err)
	}
	c.BusinessID = ""
	if err := c.Check(t.Context()); err != nil || len(asked) != 3 {
		t.Error(asked, err)
	}
	other := serve(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, `{"id":"1"}`) })
	if f := failure(t, other.Check(t.Context())); f.Code == "" {
		t.Error(f)
	}
	wrong := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusBadRequest, `{"error":{"code":100,"error_subcode":33,"type":"GraphMethodException"}}`)
	})
	if f := failure(t, wrong.Check(t.Context())); !f.Account {
		t.Error(f)
	}
}
