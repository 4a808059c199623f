package delivery

import (
	netmail "net/mail"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"frontdesk/internal/outward"
	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
)

// errAnothers does not say whose.
var errAnothers = &refusal.Error{
	Kind: refusal.Conflict, Code: "account_taken", Field: "settings",
	Detail: "This number or service is set up already, elsewhere in this installation. Use one of your own.",
}

// carriersOf are those that a channel can have.
var carriersOf = map[rules.Channel][]Carrier{
	rules.SMS: {Twilio}, rules.WhatsApp: {Meta, Twilio}, rules.Email: {Mail},
}

var (
	e164     = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)
	twilioID = regexp.MustCompile(`^[A-Z]{2}[0-9a-fA-F]{32}$`)
	digits   = regexp.MustCompile(`^[0-9]{5,32}$`)
	hostname = regexp.MustCompile(`^[A-Za-z0-9.:-]{1,253}$`)
)

// checkAccount names the first field that cannot be right.
func (p *Post) checkAccount(a Account) error {
	if !slices.Contains(carriersOf[a.Channel], a.Carrier) {
		return refusal.Field("carrier", "carrier_unknown", "Choose twilio for sms, meta or twilio for whatsapp, mail for email.")
	}
	if err := p.checkURL("settings.base_url", a.Settings.BaseURL); err != nil {
		return err
	}
	if s := a.Settings.PerSecond; s < 0 || s > 1000 {
		return refusal.Field("settings.per_second", "rate_out_of_range", "Enter 0 to 1000 messages in a second; 0 is what is usual.")
	}
	switch a.Carrier {
	case Twilio:
		return checkTwilio(a)
	case Meta:
		return checkMeta(a)
	case Mail:
		return p.checkMail(a)
	}
	return nil
}

func checkTwilio(a Account) error {
	s := a.Settings
	switch {
	case !twilioID.MatchString(s.AccountSID):
		return refusal.Field("settings.account_sid", "account_sid_invalid", "Copy the Account SID from Twilio’s console: AC and 32 characters.")
	case s.Number == "" && s.Service == "":
		return refusal.Field("settings.number", "number_missing", "Enter the clinic’s number, as +4930123456, or a Messaging Service.")
	case s.Number != "" && !e164.MatchString(s.Number):
		return refusal.Field("settings.number", "number_invalid", "Enter the number with its country code and no spaces, as +4930123456.")
	case s.Service != "" && !twilioID.MatchString(s.Service):
		return refusal.Field("settings.service", "service_invalid", "Copy the Messaging Service’s SID from Twilio’s console: MG and 32 characters.")
	case a.Secrets.AuthToken == "":
		return refusal.Field("secrets.auth_token", "secret_missing", "Copy the Auth Token from Twilio’s console.")
	}
	return nil
}

func checkMeta(a Account) error {
	s := a.Settings
	switch {
	case !digits.MatchString(s.PhoneNumberID):
		return refusal.Field("settings.phone_number_id", "phone_number_id_invalid", "Copy the phone number ID from Meta’s app dashboard: digits only. It is not the phone number.")
	case s.BusinessID != "" && !digits.MatchString(s.BusinessID):
		return refusal.Field("settings.business_id", "business_id_invalid", "Copy the WhatsApp Business Account ID from Meta’s app dashboard: digits only.")
	case a.Secrets.AccessToken == "":
		return refusal.Field("secrets.access_token", "secret_missing", "Enter an access token of a system user.")
	case a.Secrets.AppSecret == "":
		return refusal.Field("secrets.app_secret", "secret_missing", "Copy the app secret from Meta’s app dashboard: with it we know that a webhook is Meta’s.")
	case a.Secrets.VerifyToken == "":
		return refusal.Field("secrets.verify_token", "secret_missing", "Make up a verify token, and enter the same one at Meta beside the webhook’s address.")
	}
	return nil
}

func (p *Post) checkMail(a Account) error {
	s := a.Settings
	if _, err := netmail.ParseAddress(s.Address); err != nil || strings.ContainsAny(s.Address, "<> ") {
		return refusal.Field("settings.address", "address_invalid", "Enter the clinic’s email address, as desk@example.org.")
	}
	if !hostname.MatchString(s.SMTPHost) {
		return refusal.Field("settings.smtp_host", "host_invalid", "Enter the mail server’s name, as smtp.example.org.")
	}
	if s.IMAPHost != "" && !hostname.MatchString(s.IMAPHost) {
		return refusal.Field("settings.imap_host", "host_invalid", "Enter the mail server’s name, as imap.example.org, or nothing.")
	}
	for _, way := range []struct {
		name, host, security string
		port                 int
	}{{"smtp", s.SMTPHost, s.SMTPSecurity, s.SMTPPort}, {"imap", s.IMAPHost, s.IMAPSecurity, s.IMAPPort}} {
		if way.host == "" {
			continue
		}
		if err := p.checkWay(way.name, way.host, way.security, way.port); err != nil {
			return err
		}
	}
	return nil
}

func (p *Post) checkWay(name, host, security string, port int) error {
	inside := inward(host)
	switch {
	case inside && !p.Local:
		return refusal.Field("settings."+name+"_host", "host_inside", "This host is inside of our own network. Enter a public one.")
	case !slices.Contains([]string{"tls", "starttls", "none"}, security):
		return refusal.Field("settings."+name+"_security", "security_unknown", "Choose tls, starttls or, on this machine alone, none.")
	case security == "none" && !inside:
		return refusal.Field("settings."+name+"_security", "security_missing", "A password may not travel in the clear. Choose tls or starttls.")
	case port < 1 || port > 65535:
		return refusal.Field("settings."+name+"_port", "port_invalid", "Enter a port from 1 to 65535; 587 with starttls and 465 with tls are usual for SMTP, 993 for IMAP.")
	}
	return nil
}

// checkURL allows https, and plain http on this machine where that is set up.
func (p *Post) checkURL(field, address string) error {
	if address == "" {
		return nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return refusal.Field(field, "url_invalid", "Enter a scheme and a host, as https://api.example.org.")
	}
	inside := inward(u.Hostname())
	if inside && !p.Local {
		return refusal.Field(field, "url_inside", "This host is inside of our own network. Enter a public one.")
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !inside) {
		return refusal.Field(field, "url_insecure", "Enter an address that begins with https://.")
	}
	return nil
}

func inward(host string) bool {
	host = strings.TrimSuffix(host, ".")
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && !outward.Reaches(addr)
}

// maxSecret is in characters.
const maxSecret = 500

// enter sets what is named.
func (s *Secrets) enter(named map[string]string) error {
	fields := s.fields()
	for name, value := range named {
		field, known := fields[name]
		switch {
		case !known:
			return refusal.Field("secrets."+name, "secret_unknown", "There is no such secret.")
		case len(value) > maxSecret || strings.ContainsFunc(value, func(r rune) bool { return r < ' ' }):
			return refusal.Field("secrets."+name, "secret_invalid", "Copy the secret again: it has at most 500 characters, on one line.")
		}
		*field = strings.TrimSpace(value)
	}
	return nil
}

func (s *Secrets) fields() map[string]*string {
	return map[string]*string{
		"auth_token": &s.AuthToken, "access_token": &s.AccessToken, "app_secret": &s.AppSecret,
		"verify_token": &s.VerifyToken, "password": &s.Password,
	}
}

// Set lists the names of the secrets that are set; their values stay where they are.
func (s Secrets) Set() []string {
	out := []string{}
	for name, value := range s.fields() {
		if *value != "" {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}
