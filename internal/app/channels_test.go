package app

import (
	"maps"
	"net/http"
	"strings"
	"testing"

	"frontdesk/internal/testkit"
)

const channelPath = "/api/v1/settings/channels/"

// twilioAccount is a good one, with something else about it.
func twilioAccount(change map[string]any) map[string]any {
	settings := map[string]any{"account_sid": "AC00000000000000000000000000000001", "number": "+15550001000"}
	maps.Copy(settings, change)
	return map[string]any{"carrier": "twilio", "enabled": true, "settings": settings, "secrets": map[string]string{"auth_token": "very secret"}}
}

func mailAccount(change map[string]any) map[string]any {
	settings := map[string]any{
		"address": "desk@example.org", "username": "desk", "smtp_host": "smtp.example.org", "smtp_port": 587, "smtp_security": "starttls",
		"imap_host": "imap.example.org", "imap_port": 993, "imap_security": "tls",
	}
	maps.Copy(settings, change)
	return map[string]any{"carrier": "mail", "enabled": true, "settings": settings, "secrets": map[string]string{"password": "very secret"}}
}

func TestChannelsAreSetUpByAdminsAlone(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	n := startNode(t, c.DB.URL, testkit.Redis(t).URL)
	admin := signIn(t, n, c, "admin")
	for _, who := range []string{"reception", "doctor", "ana"} {
		p := signIn(t, n, c, who)
		for _, a := range []answer{
			p.do(t, "GET", "/api/v1/settings/channels", nil), p.do(t, "PUT", channelPath+"sms", twilioAccount(nil)),
			p.do(t, "POST", channelPath+"sms/test", nil), p.do(t, "DELETE", channelPath+"sms", nil),
		} {
			if a.status != http.StatusForbidden {
				t.Errorf("%s: %d %s", who, a.status, a.raw)
			}
		}
	}
	admin.must(t, "PUT", channelPath+"sms", twilioAccount(nil))
	list := admin.must(t, "GET", "/api/v1/settings/channels", nil)
	if text := string(list.raw); strings.Contains(text, "very secret") || !strings.Contains(text, `"secrets_set":["auth_token"]`) {
		t.Errorf("secrets are shown: %s", text)
	}
	kept := twilioAccount(map[string]any{"number": "+15550001001"})
	delete(kept, "secrets")
	if a := admin.must(t, "PUT", channelPath+"sms", kept); !strings.Contains(string(a.raw), `"secrets_set":["auth_token"]`) {
		t.Errorf("what is not named is lost: %s", a.raw)
	}
	ana := signIn(t, n, c, "reception")
	if a := ana.must(t, "GET", "/api/v1/channels/health", nil); a.status != http.StatusOK {
		t.Errorf("staff see how channels do: %d", a.status)
	}
	admin.must(t, "DELETE", channelPath+"sms", nil)
	if a := admin.do(t, "POST", channelPath+"sms/test", nil); a.status != http.StatusNotFound {
		t.Errorf("what is gone is tried: %d", a.status)
	}
}

func TestAChannelsFieldsAreChecked(t *testing.T) {
	t.Parallel()
	c := testkit.NewClinic(t)
	n := startNode(t, c.DB.URL, testkit.Redis(t).URL)
	admin := signIn(t, n, c, "admin")
	with := func(account map[string]any, field string, value any) map[string]any {
		account[field] = value
		return account
	}
	for name, b := range map[string]struct {
		channel string
		body    any
		code    string
		at      string
	}{
		"a carrier of another channel": {"sms", with(twilioAccount(nil), "carrier", "meta"), "carrier_unknown", "body.carrier"},
		"no SID":                       {"sms", twilioAccount(map[string]any{"account_sid": "AC1"}), "account_sid_invalid", "body.settings.account_sid"},
		"no number":                    {"sms", twilioAccount(map[string]any{"number": ""}), "number_missing", "body.settings.number"},
		"a number as people write it":  {"sms", twilioAccount(map[string]any{"number": "030 123456"}), "number_invalid", "body.settings.number"},
		"no token":                     {"sms", with(twilioAccount(nil), "secrets", map[string]string{"auth_token": ""}), "secret_missing", "body.secrets.auth_token"},
		"a secret that there is not":   {"sms", with(twilioAccount(nil), "secrets", map[string]string{"pin": "1"}), "secret_unknown", "body.secrets.pin"},
		"a secret on two lines":        {"sms", with(twilioAccount(nil), "secrets", map[string]string{"auth_token": "a\nb"}), "secret_invalid", "body.secrets.auth_token"},
		"plain HTTP":                   {"sms", twilioAccount(map[string]any{"base_url": "http://api.example.org"}), "url_insecure", "body.settings.base_url"},
		"inside of our network":        {"sms", twilioAccount(map[string]any{"base_url": "https://10.0.0.1"}), "url_inside", "body.settings.base_url"},
		"no URL":                       {"sms", twilioAccount(map[string]any{"base_url": "api"}), "url_invalid", "body.settings.base_url"},
		"too fast":                     {"sms", twilioAccount(map[string]any{"per_second": 5000}), "", "body.settings.per_second"},
		"no address":                   {"email", mailAccount(map[string]any{"address": "desk"}), "address_invalid", "body.settings.address"},
		"a server of ours":             {"email", mailAccount(map[string]any{"smtp_host": "127.0.0.1"}), "host_inside", "body.settings.smtp_host"},
		"a password in the clear":      {"email", mailAccount(map[string]any{"smtp_security": "none"}), "security_missing", "body.settings.smtp_security"},
		"no port":                      {"email", mailAccount(map[string]any{"imap_port": 0}), "port_invalid", "body.settings.imap_port"},
		"a channel that there is not":  {"fax", twilioAccount(nil), "", "path.channel"},
	} {
		a := admin.do(t, "PUT", channelPath+b.channel, b.body)
		if a.status != http.StatusUnprocessableEntity || b.code != "" && a.code() != b.code || !strings.Contains(string(a.raw), b.at) {
			t.Errorf("%s: %d %s", name, a.status, a.raw)
		}
	}
	if a := admin.must(t, "GET", "/api/v1/settings/channels", nil); !strings.Contains(string(a.raw), `"items":[]`) {
		t.Errorf("some of it was kept: %s", a.raw)
	}
	admin.must(t, "PUT", channelPath+"email", mailAccount(map[string]any{"imap_host": ""}))
}

func TestAnAccountIsTried(t *testing.T) {
	t.Parallel()
	c := withCarrier(t, false)
	admin := signIn(t, c.node, c.Clinic, "admin")
	for _, channel := range []string{"sms", "whatsapp", "email"} {
		if a := admin.must(t, "POST", channelPath+channel+"/test", nil); a.body["ok"] != true {
			t.Errorf("%s, which is well: %s", channel, a.raw)
		}
	}
	for channel, secret := range map[string]string{"sms": "auth_token", "whatsapp": "access_token", "email": "password"} {
		account := map[string]any{"enabled": true, "secrets": map[string]string{secret: "wrong"}}
		items, _ := admin.must(t, "GET", "/api/v1/settings/channels", nil).body["items"].([]any)
		for _, item := range items {
			if o, _ := item.(map[string]any); o["channel"] == channel {
				account["carrier"], account["settings"] = o["carrier"], o["settings"]
			}
		}
		admin.must(t, "PUT", channelPath+channel, account)
		a := admin.must(t, "POST", channelPath+channel+"/test", nil)
		if says, _ := a.body["says"].(string); a.body["ok"] != false || says == "" || strings.Contains(says, "wrong\"") {
			t.Errorf("%s with a wrong secret: %s", channel, a.raw)
		}
	}
	if a := c.reception.must(t, "GET", "/api/v1/channels/health", nil); strings.Count(string(a.raw), `"says"`) != 3 {
		t.Errorf("staff are not told: %s", a.raw)
	}
}
