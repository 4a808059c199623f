package people

import (
	"fmt"

	"github.com/google/uuid"

	"frontdesk/internal/jobs"
	"frontdesk/internal/rules"
)

// The letters of the system itself. None says more than its reader must know to act on it.

func invited(by rules.Actor, clinic string, u User, link string) jobs.Letter {
	return jobs.Letter{
		ClinicID: by.ClinicID, To: u.Email, Subject: "Join " + clinic + " on Frontdesk",
		Text: fmt.Sprintf(`Hello %s,

%s has invited you to work with %s's messages on Frontdesk.

Choose your password here:
%s

The link works once, for 7 days. If you do not know what this is about, do nothing.
`, u.Name, by.Name, clinic, link),
	}
}

func moved(by rules.Actor, before, after User) jobs.Letter {
	return jobs.Letter{
		ClinicID: by.ClinicID, To: before.Email, Subject: "Your Frontdesk account has another address",
		Text: fmt.Sprintf(`Hello %s,

%s has changed the address of your Frontdesk account. From now on you sign in with the new one.

If this surprises you, speak with an administrator of your clinic.
`, after.Name, by.Name),
	}
}

// linkLetter is what whoever asked for a link gets.
func linkLetter(clinic uuid.UUID, email string, a linkAccount, purpose Purpose, link string) jobs.Letter {
	l := jobs.Letter{ClinicID: clinic, To: email}
	switch purpose {
	case SignInLink:
		l.Subject = "Sign in to " + a.clinicName
		l.Text = fmt.Sprintf(`Hello %s,

Open your messages with %s here:
%s

The link works once, for 15 minutes. If you did not ask for it, do nothing: nobody gets in without it.
`, a.name, a.clinicName, link)
	case Reset:
		l.Subject = "Choose another password for Frontdesk"
		l.Text = fmt.Sprintf(`Hello %s,

Choose another password for your account at %s here:
%s

The link works once, for one hour. If you did not ask for it, do nothing: your password stays as it is.
`, a.name, a.clinicName, link)
	case Invitation:
		l.Subject = "Join " + a.clinicName + " on Frontdesk"
		l.Text = fmt.Sprintf(`Hello %s,

Choose your password for Frontdesk at %s here:
%s

The link works once, for 7 days.
`, a.name, a.clinicName, link)
	}
	return l
}
