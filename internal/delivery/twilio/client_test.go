package twilio_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"frontdesk/internal/delivery/twilio"
	"frontdesk/internal/rules"
)

const taken = `{"sid":"SM1","account_sid":"AC1","status":"%s","direction":"outbound-api","from":"+15005550001","to":"+15005550006","body":"Hi\u0000",
 "num_segments":"2","num_media":"0","messaging_service_sid":null,"error_code":%s,"price":null,"date_created":"Thu, 17 Oct 2024 00:17:40 +0000","something_new":{}}`

func TestAMessageIsHandedOver(t *testing.T) {
	t.Parallel()
	var got *http.Request
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		got = r
		answer(w, http.StatusCreated, fmt.Sprintf(taken, "queued", "null"))
	})
	m := twilio.Message{
		To: "whatsapp:" + patient, Service: "MG1", ContentSID: "HX1", ContentVariables: map[string]string{"1": "Ana & Co"},
		MediaURLs: []string{"https://a.test/1", "https://a.test/2"}, StatusCallback: "https://hub.example.test/cb",
	}
	sent, err := c.Send(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	want := twilio.Sent{
		SID: "SM1", To: patient, From: "+15005550001", Body: "Hi", Status: rules.Queued, Raw: "queued", Segments: 2,
		CreatedAt: time.Date(2024, time.October, 17, 0, 17, 40, 0, time.UTC),
	}
	if sent != want || sent.Failure() != nil {
		t.Errorf("%+v, want %+v", sent, want)
	}
	user, password, _ := got.BasicAuth()
	if got.Method != http.MethodPost || got.URL.Path != "/2010-04-01/Accounts/"+account+"/Messages.json" || user != account || password != token {
		t.Error(got.Method, got.URL, user)
	}
	form := url.Values{
		"To": {"whatsapp:" + patient}, "MessagingServiceSid": {"MG1"}, "ContentSid": {"HX1"}, "ContentVariables": {`{"1":"Ana \u0026 Co"}`},
		"MediaUrl": {"https://a.test/1", "https://a.test/2"}, "StatusCallback": {"https://hub.example.test/cb"},
	}
	if got.PostForm.Encode() != form.Encode() {
		t.Errorf("%v, want %v", got.PostForm, form)
	}
}

func TestAMessageIsReadAgain(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]rules.Delivery{
		"accepted": rules.Queued, "scheduled": rules.Queued, "sending": rules.Queued, "sent": rules.Sent, "partially_delivered": rules.Sent,
		"delivered": rules.Delivered, "read": rules.Seen, "failed": rules.Undone, "undelivered": rules.Undone, "canceled": rules.Undone, "something": rules.Queued,
	} {
		c := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if !strings.HasSuffix(r.URL.EscapedPath(), "/Messages/SM1%2F..json") {
				t.Error(r.URL)
			}
			answer(w, http.StatusOK, fmt.Sprintf(taken, raw, "30005"))
		})
		got, err := c.Fetch(t.Context(), "SM1/.")
		if err != nil || got.Status != want || got.Raw != raw || got.ErrorCode != 30005 {
			t.Error(raw, got, err)
		}
		if f := got.Failure(); (f != nil) != (want == rules.Undone) || f != nil && f.Code != "30005" {
			t.Error(raw, f)
		}
	}
}

// pages answers a list of n messages, each a minute older than the one before, size a page.
func pages(t *testing.T, newest time.Time, n, size int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("To") != patient {
			t.Error(r.URL)
		}
		start := 0
		_, _ = fmt.Sscan(r.URL.Query().Get("Page"), &start)
		type one = map[string]any
		list := []one{}
		for i := start * size; i < min(n, (start+1)*size); i++ {
			list = append(list, one{"sid": fmt.Sprint("SM", i), "status": "sent", "date_created": newest.Add(-time.Duration(i) * time.Minute).Format(time.RFC1123Z)})
		}
		page := map[string]any{"messages": list, "next_page_uri": nil}
		if (start+1)*size < n {
			page["next_page_uri"] = fmt.Sprintf("%s?To=%s&Page=%d", r.URL.Path, url.QueryEscape(patient), start+1)
		}
		_ = json.NewEncoder(w).Encode(page)
	}
}

func TestMessagesAreFound(t *testing.T) {
	t.Parallel()
	newest := time.Now().Truncate(time.Second)
	c := serve(t, pages(t, newest, 25, 10))
	for minutes, want := range map[int]int{0: 1, 4: 5, 14: 15, 24: 25, 60: 25} {
		found, err := c.Find(t.Context(), patient, newest.Add(-time.Duration(minutes)*time.Minute).Add(time.Millisecond))
		if err != nil || len(found) != want {
			t.Errorf("%d minutes: %d, want %d: %v", minutes, len(found), want, err)
		}
		for i, one := range found {
			if one.SID != fmt.Sprint("SM", i) {
				t.Error(i, one.SID)
			}
		}
	}
}

func TestNoEndIsLookedForForEver(t *testing.T) {
	t.Parallel()
	newest := time.Now()
	c := serve(t, pages(t, newest, 1000, 10))
	_, err := c.Find(t.Context(), patient, newest.Add(-2000*time.Minute))
	if f := failure(t, err); f.Kind != rules.Unclear {
		t.Error(f)
	}
}

// A next page on another host would be given the token.
func TestAListStaysAtTwilio(t *testing.T) {
	t.Parallel()
	other := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("the other host was asked") })
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, `{"messages":[{"sid":"SM1"}],"next_page_uri":"`+other.BaseURL+`/next"}`)
	})
	_, err := c.Find(t.Context(), patient, time.Now())
	if f := failure(t, err); f.Code == "" {
		t.Error(f)
	}
}

func TestTheAccountIsChecked(t *testing.T) {
	t.Parallel()
	for body, kept := range map[string]bool{`{"status":"active"}`: true, `{"status":"suspended"}`: false, `{"status":"closed"}`: false, `{}`: false, `<html>`: false} {
		c := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/2010-04-01/Accounts/"+account+".json" {
				t.Error(r.URL)
			}
			answer(w, http.StatusOK, body)
		})
		err := c.Check(t.Context())
		if kept {
			if err != nil {
				t.Error(body, err)
			}
			continue
		}
		if f := failure(t, err); strings.Contains(body, "status") != f.Account {
			t.Error(body, f)
		}
	}
}

func TestAPageIsAskedForAgain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		failing int
		header  string
		asked   int
		fails   bool
	}{
		"once":                         {1, "", 2, false},
		"twice":                        {2, "", 3, false},
		"each time":                    {9, "", 3, true},
		"and it asks to be left alone": {1, "30", 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			asked := 0
			client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				if asked++; asked > c.failing {
					answer(w, http.StatusOK, `{"messages":[],"next_page_uri":null}`)
					return
				}
				if c.header != "" {
					w.Header().Set("Retry-After", c.header)
				}
				answer(w, http.StatusServiceUnavailable, `{}`)
			})
			_, err := client.Find(t.Context(), patient, time.Now())
			if (err != nil) != c.fails || asked != c.asked {
				t.Errorf("asked %d times: %v", asked, err)
			}
		})
	}
}
