package rules_test

import (
	"testing"

	"github.com/google/uuid"

	"frontdesk/internal/rules"
)

func TestWhoSeesWhatAndWhoWrites(t *testing.T) {
	t.Parallel()
	ana, ben := patient(), patient()
	reception, doctor, other := user(rules.Receptionist), user(rules.Doctor), user(rules.Doctor)
	admin, boss := user(rules.Admin), user(rules.Admin)
	front := rules.Parties{Kind: rules.FrontDesk, PatientID: ana.ID}
	handed := rules.Parties{Kind: rules.FrontDesk, PatientID: ana.ID, AssigneeID: doctor.ID}
	doctors := rules.Parties{Kind: rules.DoctorThread, PatientID: ana.ID, DoctorID: doctor.ID}
	direct := rules.Parties{Kind: rules.Direct, FirstID: admin.ID, SecondID: doctor.ID}
	desk := rules.Parties{Kind: rules.Direct, FirstID: reception.ID, SecondID: admin.ID}
	names := map[uuid.UUID]string{
		ana.ID: "ana", ben.ID: "ben", reception.ID: "reception", doctor.ID: "doctor", other.ID: "another doctor", admin.ID: "admin", boss.ID: "another admin",
	}
	const reads, writes = "reads", "writes"
	for name, tt := range map[string]struct {
		parties rules.Parties
		may     map[uuid.UUID]string
	}{
		"front desk":            {front, map[uuid.UUID]string{ana.ID: writes, reception.ID: writes, admin.ID: writes, boss.ID: writes}},
		"handed over":           {handed, map[uuid.UUID]string{ana.ID: writes, reception.ID: writes, admin.ID: writes, boss.ID: writes, doctor.ID: writes}},
		"a doctor's":            {doctors, map[uuid.UUID]string{ana.ID: writes, doctor.ID: writes, admin.ID: reads, boss.ID: reads}},
		"admin and doctor":      {direct, map[uuid.UUID]string{admin.ID: writes, doctor.ID: writes, boss.ID: reads}},
		"admin and reception":   {desk, map[uuid.UUID]string{admin.ID: writes, reception.ID: writes, boss.ID: reads}},
		"of nobody (malformed)": {rules.Parties{}, map[uuid.UUID]string{admin.ID: reads, boss.ID: reads}},
	} {
		for _, a := range []rules.Actor{ana, ben, reception, doctor, other, admin, boss} {
			got := ""
			if rules.Sees(a, tt.parties) {
				got = reads
			}
			if rules.Write(a, tt.parties) == nil {
				got = writes
			}
			if got != tt.may[a.ID] {
				t.Errorf("%s: %s %q, want %q", name, names[a.ID], got, tt.may[a.ID])
			}
		}
	}
}

func TestSides(t *testing.T) {
	t.Parallel()
	ana, doctor, admin := patient(), user(rules.Doctor), user(rules.Admin)
	direct := rules.Parties{Kind: rules.Direct, FirstID: admin.ID, SecondID: doctor.ID}
	thread := rules.Parties{Kind: rules.DoctorThread, PatientID: ana.ID, DoctorID: doctor.ID}
	for _, tt := range []struct {
		a    rules.Actor
		p    rules.Parties
		want rules.Side
	}{{ana, thread, rules.Second}, {doctor, thread, rules.First}, {admin, thread, rules.First}, {admin, direct, rules.First}, {doctor, direct, rules.Second}} {
		if got := rules.SideOf(tt.a, tt.p); got != tt.want {
			t.Errorf("%s %s in %s stands on side %d", tt.a.Kind, tt.a.Role, tt.p.Kind, got)
		}
	}
}

func TestAssign(t *testing.T) {
	t.Parallel()
	reception, admin, doctor, other := user(rules.Receptionist), user(rules.Admin), user(rules.Doctor), user(rules.Doctor)
	front := rules.Parties{Kind: rules.FrontDesk, PatientID: uuid.New(), AssigneeID: doctor.ID}
	for name, tt := range map[string]struct {
		by   rules.Actor
		p    rules.Parties
		to   uuid.UUID
		code string
	}{
		"reception hands over":         {reception, front, other.ID, ""},
		"reception takes it":           {reception, front, reception.ID, ""},
		"an admin takes it":            {admin, front, admin.ID, ""},
		"an admin takes back":          {admin, front, uuid.Nil, ""},
		"the doctor gives back":        {doctor, front, uuid.Nil, ""},
		"the doctor hands on":          {doctor, front, other.ID, "not_allowed_to_assign"},
		"another doctor takes it away": {other, front, uuid.Nil, "not_allowed_to_assign"},
		"a doctor's own conversation":  {reception, rules.Parties{Kind: rules.DoctorThread}, doctor.ID, "not_assignable"},
	} {
		if got := codeOf(rules.Assign(tt.by, tt.p, tt.to)); got != tt.code {
			t.Errorf("%s: %q, want %q", name, got, tt.code)
		}
	}
}
