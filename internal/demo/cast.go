package demo

import (
	"fmt"
	"strings"
	"time"

	"frontdesk/internal/people"
	"frontdesk/internal/rules"
)

// Password is that of every demo account.
const Password = "frontdesk-demo"

const clinicName = "Harbour Street Clinic"

var staff = []struct {
	short, email, name string
	role               rules.Role
	hub                bool
}{
	{"a", "admin@demo.test", "Helena Duarte", rules.Admin, true},
	{"r", "reception@demo.test", "Maria Santos", rules.Receptionist, true},
	{"r2", "reception2@demo.test", "Tom Becker", rules.Receptionist, true},
	{"d", "doctor@demo.test", "Dr. João Costa", rules.Doctor, true},
	{"d2", "doctor2@demo.test", "Dr. Astrid Lindqvist", rules.Doctor, true},
	{"x", "nohub@demo.test", "Paul Novak", rules.Receptionist, false},
}

// patients are forty; the first three sign in with their first name at demo.test.
const patients = `Ana Silva,Ben Weber,Chloé Martin,David Okafor,Elena Rossi,Frank Hoffmann,Greta Meyer,Hugo Almeida,Inês Carvalho,Jakob Nilsson,` +
	`Karin Schulz,Luis Fernández,Mona Haddad,Nikos Papadakis,Olivia Brown,Pedro Gomes,Quentin Dubois,Rosa Lopes,Samir Khan,Tereza Nováková,` +
	`Ulrike Braun,Victor Petrov,Wanda Kowalska,Xavier Moreau,Yara Mendes,Zoe Fischer,Amir Rahimi,Beatriz Sousa,Carl Johansson,Dalia Cohen,` +
	`Emil Larsen,Fátima Ribeiro,George Murphy,Hanna Virtanen,Ivan Horvat,Julia Wagner,Kofi Mensah,Lena Vogel,Marco Bianchi,Nadia Aziz`

// short is a patient's name in the threads: the first name, in plain letters.
func short(name string) string {
	first, _, _ := strings.Cut(strings.ToLower(name), " ")
	return strings.NewReplacer("é", "e", "ê", "e", "á", "a").Replace(first)
}

// patientsAt makes the directory. A few have no portal access yet; everybody in a
// hand-written thread has.
func patientsAt(now time.Time) []people.Patient {
	names := strings.Split(patients, ",")
	out := make([]people.Patient, len(names))
	for i, name := range names {
		born := time.Date(1955+(i*23+31)%48, time.Month(1+(i*7)%12), 1+(i*11)%28, 0, 0, 0, 0, time.UTC)
		if short(name) == "ben" {
			born = time.Date(1986, 3, 14, 0, 0, 0, 0, time.UTC) // as he says himself
		}
		out[i] = people.Patient{
			ID: id("patient", short(name)), Name: name, BirthDate: &born, CreatedAt: now.AddDate(0, -14, i),
			Email: short(name) + "@demo.test", Phone: fmt.Sprintf("+3519100%05d", 10007+i*131),
			PortalAccess: i < 12 || i%9 != 0,
		}
	}
	return out
}

// Administrator is the one of the demo clinic, for what is set up beside its past.
func Administrator() rules.Actor {
	return rules.Actor{
		Kind: rules.User, ClinicID: id("clinic"), ID: id("user", "a"), Name: staff[0].name, Role: rules.Admin,
		Permissions: []string{rules.SendMessages}, Active: true,
	}
}
