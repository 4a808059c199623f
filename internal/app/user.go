package app

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/google/uuid"

	"frontdesk/internal/jobs"
	"frontdesk/internal/people"
	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
)

type userCommands struct {
	Create      userCreate      `cmd:"" help:"Create a user; the clinic too, where it is new."`
	Reset       userReset       `cmd:"" help:"Set a new password and end every session."`
	Permissions userPermissions `cmd:"" help:"Change what a user may do; it takes effect at once."`
}

// who names a user of a clinic. The password is read from a file or from standard input, so
// that it stands in no list of processes.
type who struct {
	Email  string `arg:"" help:"The user's email."`
	Clinic string `help:"The clinic's name; only needed where there are several."`
}

type userCreate struct {
	who
	Name         string `required:"" help:"The user's name."`
	Role         string `enum:"receptionist,doctor,admin" default:"receptionist" help:"receptionist, doctor or admin."`
	Timezone     string `default:"UTC" help:"Of a new clinic, as Europe/Lisbon."`
	PasswordFile string `default:"-" help:"Where to read the password; - is standard input."`
}

func (c userCreate) Run(e env) error {
	return withPeople(e, func(p *people.Service) error {
		clinic, err := c.clinic(e, p)
		if errors.Is(err, errNoClinic) && c.Clinic != "" {
			clinic = people.Clinic{ID: uuid.Must(uuid.NewV7()), Name: c.Clinic, Timezone: c.Timezone}
			err = p.Found(e, clinic)
		}
		if err != nil {
			return err
		}
		hash, err := readPassword(c.PasswordFile)
		if err != nil {
			return err
		}
		u := people.User{
			ID: uuid.Must(uuid.NewV7()), Role: rules.Role(c.Role), Name: c.Name, Email: c.Email,
			Permissions: []string{rules.SendMessages}, Active: true,
		}
		if err := p.AddUser(e, clinic.ID, u, hash); err != nil {
			return fmt.Errorf("create %s at %s: %w", c.Email, clinic.Name, err)
		}
		fmt.Fprintf(e.out, "%s can sign in at %s.\n", c.Email, clinic.Name)
		return nil
	})
}

type userReset struct {
	who
	PasswordFile string `default:"-" help:"Where to read the password; - is standard input."`
}

func (c userReset) Run(e env) error {
	return c.change(e, func(p *people.Service, clinic people.Clinic, u people.User) error {
		password, err := passwordFrom(c.PasswordFile)
		if err != nil {
			return err
		}
		return p.SetPassword(e, clinic.ID, u.ID, password)
	})
}

type userPermissions struct {
	who
	Grant      []string `help:"Permissions to give, as send_messages."`
	Revoke     []string `help:"Permissions to take away."`
	Deactivate bool     `help:"Let the user in no more."`
	Activate   bool     `help:"Let the user in again."`
}

func (c userPermissions) Run(e env) error {
	return c.change(e, func(p *people.Service, clinic people.Clinic, u people.User) error {
		held := map[string]bool{}
		for _, name := range append(u.Permissions, c.Grant...) {
			held[name] = true
		}
		for _, name := range c.Revoke {
			delete(held, name)
		}
		var permissions []string
		for name := range held {
			permissions = append(permissions, name)
		}
		return p.SetRights(e, clinic.ID, u.ID, permissions, (u.Active || c.Activate) && !c.Deactivate)
	})
}

var errNoClinic = errors.New("there is no such clinic: name it with --clinic")

func (w who) clinic(e env, p *people.Service) (people.Clinic, error) {
	all, err := p.Clinics(e)
	if err != nil {
		return people.Clinic{}, err
	}
	if w.Clinic == "" && len(all) == 1 {
		return all[0], nil
	}
	for _, c := range all {
		if strings.EqualFold(c.Name, w.Clinic) {
			return c, nil
		}
	}
	return people.Clinic{}, errNoClinic
}

func (w who) change(e env, do func(*people.Service, people.Clinic, people.User) error) error {
	return withPeople(e, func(p *people.Service) error {
		clinic, err := w.clinic(e, p)
		if err != nil {
			return err
		}
		u, err := p.UserByEmail(e, clinic.ID, w.Email)
		if err != nil {
			return fmt.Errorf("find %s: %w", w.Email, err)
		}
		if err := do(p, clinic, u); err != nil {
			return err
		}
		fmt.Fprintf(e.out, "Done for %s.\n", w.Email)
		return nil
	})
}

func withPeople(e env, do func(*people.Service) error) (err error) {
	d, err := openDatabases(e)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.stop()) }()
	queue, err := jobs.NewQueue()
	if err != nil {
		return err
	}
	p, err := people.New(d.store, silent{}, queue, e.config.Page())
	if err != nil {
		return err
	}
	return do(p)
}

// silent is for commands beside a server: its nodes find the change by comparing.
type silent struct{}

func (silent) Committed(uuid.UUID, int64) {}

func passwordFrom(file string) (string, error) {
	if file == "-" {
		file = "/dev/stdin"
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("read the password: %w", err)
	}
	password := strings.TrimRight(string(raw), "\r\n")
	var refused *refusal.Error
	if err := people.CheckPassword(password, "", ""); errors.As(err, &refused) {
		return "", errors.New(refused.Detail)
	}
	return password, nil
}

func readPassword(file string) (string, error) {
	password, err := passwordFrom(file)
	if err != nil {
		return "", err
	}
	return people.HashPassword(password)
}
