package app

import (
	"fmt"
	"net"
	"slices"
	"strconv"

	"frontdesk/internal/delivery"
	"frontdesk/internal/demo"
	"frontdesk/internal/people"
	"frontdesk/internal/rules"
)

// What the local carrier asks for unless it is told otherwise; anybody may know it.
const (
	localSecret = "local-carrier"
	localBox    = "clinic@mail.test"
)

// demoChannels sets the demo clinic up with the local carrier: an HTTP address, with SMTP and
// IMAP at the next two ports. Without one, and where a channel is set up already, everything
// stays as it is.
func (s *server) demoChannels(carrier string) error {
	if carrier == "" {
		return nil
	}
	host, text, err := net.SplitHostPort(carrier)
	if err != nil {
		return fmt.Errorf("--carrier is not of the form 127.0.0.1:8090: %w", err)
	}
	port, err := strconv.Atoi(text)
	if err != nil {
		return fmt.Errorf("--carrier has no port: %w", err)
	}
	admin := demo.Administrator()
	clinics, err := s.people.Clinics(s)
	if err != nil || !slices.ContainsFunc(clinics, func(c people.Clinic) bool { return c.ID == admin.ClinicID }) {
		return err // another clinic's database
	}
	known, err := s.post.Channels(s, admin)
	if err != nil || len(known) > 0 {
		return err
	}
	for channel, account := range localAccounts(host, port) {
		if _, err := s.post.SetChannel(s, admin, channel, account); err != nil {
			return fmt.Errorf("%s: %w", channel, err)
		}
	}
	return nil
}

func localAccounts(host string, port int) map[rules.Channel]delivery.AccountEdit {
	base := "http://" + net.JoinHostPort(host, strconv.Itoa(port))
	return map[rules.Channel]delivery.AccountEdit{
		rules.SMS: {
			Carrier: delivery.Twilio, Enabled: true,
			Settings: delivery.AccountSettings{BaseURL: base, AccountSID: "AC00000000000000000000000000000001", Number: "+15550001000", PerSecond: 200},
			Secrets:  map[string]string{"auth_token": localSecret},
		},
		rules.WhatsApp: {
			Carrier: delivery.Meta, Enabled: true,
			Settings: delivery.AccountSettings{BaseURL: base, PhoneNumberID: "100000000000001", BusinessID: "200000000000001", ReadMarks: true, PerSecond: 200},
			Secrets:  map[string]string{"access_token": localSecret, "app_secret": localSecret, "verify_token": localSecret},
		},
		rules.Email: {
			Carrier: delivery.Mail, Enabled: true,
			Settings: delivery.AccountSettings{
				Address: localBox, Username: localBox, Plus: true, PerSecond: 100,
				SMTPHost: host, SMTPPort: port + 1, SMTPSecurity: "none", IMAPHost: host, IMAPPort: port + 2, IMAPSecurity: "none",
			},
			Secrets: map[string]string{"password": localSecret},
		},
	}
}
