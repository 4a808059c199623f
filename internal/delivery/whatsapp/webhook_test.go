package whatsapp_test

import (
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"frontdesk/internal/delivery/whatsapp"
	"frontdesk/internal/rules"
)

// posted wraps a value as Meta does.
func posted(value string) string {
	return `{"object":"whatsapp_business_account","entry":[{"id":"102","changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"106"},` + value + `}}]}]}`
}

func only(t *testing.T, body string) whatsapp.Event {
	t.Helper()
	events, err := whatsapp.ParseWebhook([]byte(body))
	if err != nil || len(events) != 1 {
		t.Fatalf("%s: %+v %v", body, events, err)
	}
	return events[0]
}

func TestWhatComesInIsRead(t *testing.T) {
	t.Parallel()
	event := only(t, written)
	want := &whatsapp.Inbound{ID: "wamid.TEST0001", From: patient, Name: "Sheena Nelson", At: time.Unix(1749416383, 0).UTC(), Kind: "text", Body: "Hi"}
	if !reflect.DeepEqual(event.Message, want) || event.PhoneNumberID != number || event.BusinessID != "102290129340398" {
		t.Errorf("%+v %+v", event, event.Message)
	}
}

func TestEachKindIsPutIntoWords(t *testing.T) {
	t.Parallel()
	const hidden = "A message of a kind that cannot be shown here. Ask the patient to send it in another way."
	for content, want := range map[string]whatsapp.Inbound{
		`"type":"text","text":{"body":"a\u0000b\ud800"},"context":{"from":"1","id":"wamid.0"}`: {Body: "ab\uFFFD", ReplyTo: "wamid.0"},
		`"type":"image","image":{"id":"7","mime_type":"image/jpeg","sha256":"x=","caption":"Here","url":"https://x"}`: {
			Body: "Here", Media: &whatsapp.InboundMedia{ID: "7", Type: "image", MediaType: "image/jpeg", SHA256: "x=", Caption: "Here"},
		},
		`"type":"document","document":{"id":"7","mime_type":"application/pdf","filename":"a.pdf"}`: {
			Media: &whatsapp.InboundMedia{ID: "7", Type: "document", MediaType: "application/pdf", Filename: "a.pdf"},
		},
		`"type":"audio","audio":{"id":7,"voice":true}`:                                                         {Media: &whatsapp.InboundMedia{ID: "7", Type: "audio"}},
		`"type":"sticker","sticker":{"id":"7"}`:                                                                {Media: &whatsapp.InboundMedia{ID: "7", Type: "sticker"}},
		`"type":"video","video":{"caption":"without one"}`:                                                     {Body: hidden},
		`"type":"location","location":{"latitude":38.7,"longitude":"-9.1","name":"Café","address":"1 Elm St"}`: {Body: "Location: Café, 1 Elm St, 38.7 -9.1"},
		`"type":"location","location":{"latitude":"x"}`:                                                        {Body: hidden},
		`"type":"contacts","contacts":[{"name":{"formatted_name":"Dr Lima"},"phones":[{"phone":"+1 555"}],"emails":[{"email":"l@a.test"}]},{"name":{"formatted_name":"Rui"}}]`: {Body: "Contact: Dr Lima, +1 555, l@a.test\nContact: Rui"},
		`"type":"button","button":{"payload":"p","text":"Confirm"}`:                                                              {Body: "Confirm"},
		`"type":"interactive","interactive":{"type":"button_reply","button_reply":{"id":"1","title":"Yes"}}`:                     {Body: "Yes"},
		`"type":"interactive","interactive":{"type":"list_reply","list_reply":{"id":"1","title":"Monday","description":"9 am"}}`: {Body: "Monday\n9 am"},
		`"type":"interactive","interactive":{"type":"nfm_reply","nfm_reply":{"body":"Sent","response_json":"{}"}}`:               {Body: "Sent"},
		`"type":"reaction","reaction":{"message_id":"wamid.0","emoji":"👍"}`:                                                      {Body: "reacted with 👍", Reaction: &whatsapp.Reaction{MessageID: "wamid.0", Emoji: "👍"}},
		`"type":"reaction","reaction":{"message_id":"wamid.0"}`:                                                                  {Body: "took a reaction back", Reaction: &whatsapp.Reaction{MessageID: "wamid.0"}},
		`"type":"order","order":{"text":"Please","product_items":[{},{}]}`:                                                       {Body: "An order of 2 items\nPlease"},
		`"type":"order","order":{"product_items":[{}]}`:                                                                          {Body: "An order of 1 item"},
		`"type":"system","system":{"type":"user_changed_number","body":"moved","wa_id":"351900000000"}`:                          {Body: "This person's WhatsApp number is now +351900000000.", NewNumber: "+351900000000"},
		`"type":"system","system":{"type":"customer_identity_changed","body":"New phone","wa_id":"16505551234"}`:                 {Body: "New phone"},
		`"type":"unsupported","errors":[{"code":131051}]`:                                                                        {Body: hidden},
		`"type":"hologram","hologram":{}`:                                                                                        {Body: hidden},
		`"type":"text","text":"not as it was"`:                                                                                   {Body: hidden},
	} {
		event := only(t, posted(`"contacts":[{"profile":{"name":"Ana"},"wa_id":"16505551234"}],"messages":[{"from":"16505551234","id":"wamid.1","timestamp":1749416383,`+content+`}]`))
		_, kind, _ := strings.Cut(content, `"type":"`)
		want.Kind, _, _ = strings.Cut(kind, `"`)
		want.ID, want.From, want.Name, want.At = "wamid.1", patient, "Ana", time.Unix(1749416383, 0).UTC()
		if !reflect.DeepEqual(*event.Message, want) {
			t.Errorf("%s:\n%+v\n%+v", content, *event.Message, want)
		}
	}
}

func TestSendersAreTold(t *testing.T) {
	t.Parallel()
	for value, want := range map[string][3]string{
		`"contacts":[{"profile":{"name":"Ana"},"user_id":"US.13"}],"messages":[{"from_user_id":"US.13","id":"w"}]`: {"", "US.13", "Ana"},
		`"contacts":[{"profile":{"name":"Ana"},"user_id":"US.13","wa_id":"1600"}],"messages":[{"id":"w"}]`:         {"+1600", "US.13", "Ana"},
		`"contacts":[{"profile":{"name":"Rui"},"wa_id":"1700"}],"messages":[{"from":"1600","id":"w"}]`:             {"+1600", "", ""},
		`"messages":[{"from":"US.13","id":"w"}]`:                                                                   {"", "US.13", ""},
		`"messages":[{"from":1600,"id":"w"}]`:                                                                      {"+1600", "", ""},
	} {
		m := only(t, posted(value)).Message
		if got := [3]string{m.From, m.UserID, m.Name}; got != want {
			t.Errorf("%s: %v", value, got)
		}
	}
}

func TestStatuses(t *testing.T) {
	t.Parallel()
	for status, want := range map[string]whatsapp.Status{
		`"status":"sent","timestamp":"1750263773","recipient_id":"1600","pricing":{"billable":true},"biz_opaque_callback_data":"ours"`: {
			State: rules.Sent, At: time.Unix(1750263773, 0).UTC(), Callback: "ours",
		},
		`"status":"delivered"`:                          {State: rules.Delivered},
		`"status":"read","timestamp":"never"`:           {State: rules.Seen},
		`"status":"played","timestamp":"9999999999999"`: {State: rules.Seen},
		`"status":"failed","errors":[{"code":131047,"title":"…","error_data":{"details":"…"}}]`: {State: rules.Undone, Failure: &rules.Failure{Code: "131047", Closed: true}},
		`"status":"failed"`: {State: rules.Undone, Failure: &rules.Failure{}},
	} {
		got := *only(t, posted(`"statuses":[{"id":"wamid.1",`+status+`}]`)).Status
		if got.Failure != nil {
			if got.Failure.Reason == "" {
				t.Error(status, "has no reason")
			}
			got.Failure.Reason = ""
		}
		want.ID = "wamid.1"
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v", status, got)
		}
	}
}

func TestAPostMayHoldMuch(t *testing.T) {
	t.Parallel()
	body := `{"object":"whatsapp_business_account","entry":[
		{"id":"1","changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"10"},
			"messages":[{"from":"1600","id":"w1","type":"text","text":{"body":"a"}},"nonsense",{"id":"without a sender"},{"from":"1600"},{"from":"1601","id":"w2"}],
			"statuses":[{"id":"w3","status":"read"},{"id":"w4","status":"new"},{"status":"read"}],"errors":[{"code":131031}]}},
		 {"field":"account_update","value":{"event":"x"}},{"field":"messages","value":"nonsense"}]},
		"nonsense",
		{"id":"2","changes":[{"field":"message_template_status_update","value":{"event":"REJECTED","message_template_id":12345,"message_template_name":"appt","message_template_language":"en_US","reason":"ABUSIVE_CONTENT"}},
		 {"field":"message_template_status_update","value":{"event":"APPROVED","message_template_name":"appt","reason":"NONE"}},{"field":"message_template_status_update","value":{}}]}]}`
	events, err := whatsapp.ParseWebhook([]byte(body))
	if err != nil || len(events) != 6 {
		t.Fatal(events, err)
	}
	if events[0].Message.ID != "w1" || events[1].Message.ID != "w2" || events[2].Status.ID != "w3" || !events[3].Account.Account || events[3].PhoneNumberID != "10" {
		t.Errorf("%+v", events)
	}
	news := whatsapp.TemplateNews{ID: "12345", Name: "appt", Language: "en_US", Status: "REJECTED", Reason: "ABUSIVE_CONTENT"}
	if *events[4].Template != news || events[4].BusinessID != "2" || events[5].Template.Reason != "" {
		t.Errorf("%+v %+v", events[4].Template, events[5].Template)
	}
}

func TestWhatIsOfNoUse(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{}`, `{"object":"page","entry":[]}`, `{"entry":null}`} {
		if events, err := whatsapp.ParseWebhook([]byte(body)); err != nil || len(events) != 0 {
			t.Error(body, events, err)
		}
	}
	for _, body := range []string{``, `[]`, `"secret words"`, `{"entry":`, `{"entry":[]} more`, strings.Repeat(`{"entry":[`, 100_000)} {
		events, err := whatsapp.ParseWebhook([]byte(body))
		if err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%.20s: %v %v", body, events, err)
		}
	}
}

func FuzzParseWebhook(f *testing.F) {
	f.Add([]byte(written))
	f.Add([]byte(posted(`"statuses":[{"id":"w","status":"failed","timestamp":"1","errors":[{"code":131047}]}],"errors":[{"code":"1"}]`)))
	f.Add([]byte(posted(`"contacts":[{"user_id":"US.1"}],"messages":[{"id":"w","type":"location","location":{"latitude":1,"longitude":2,"name":"\u0000\ud800"}}]`)))
	f.Add([]byte(posted(`"messages":[{"from":"1","id":"w","type":"contacts","contacts":[{"phones":[{"phone":"1"}]}]},{"from":"1","id":"w","type":"image","image":{"id":1}}]`)))
	f.Fuzz(func(t *testing.T, body []byte) {
		events, err := whatsapp.ParseWebhook(body)
		if err != nil && events != nil {
			t.Fatal(events, err)
		}
		for _, e := range events {
			all := e.BusinessID + e.PhoneNumberID
			switch {
			case e.Message != nil:
				m := e.Message
				all += m.ID + m.From + m.UserID + m.Name + m.Kind + m.Body + m.ReplyTo + m.NewNumber
				if m.ID == "" || m.From+m.UserID == "" || m.Body == "" && m.Media == nil {
					t.Fatalf("%+v", m)
				}
				if m.Media != nil {
					all += m.Media.ID + m.Media.MediaType + m.Media.Filename + m.Media.Caption + m.Media.SHA256
				}
				if m.Reaction != nil {
					all += m.Reaction.MessageID + m.Reaction.Emoji
				}
			case e.Status != nil:
				all += e.Status.ID + e.Status.Callback
				if e.Status.ID == "" || (e.Status.State == rules.Undone) != (e.Status.Failure != nil) {
					t.Fatalf("%+v", e.Status)
				}
			case e.Template != nil:
				all += e.Template.ID + e.Template.Name + e.Template.Language + e.Template.Status + e.Template.Reason
			case e.Account == nil:
				t.Fatal("an event of nothing")
			}
			if !utf8.ValidString(all) || strings.ContainsRune(all, 0) {
				t.Fatalf("%q", all)
			}
		}
	})
}
