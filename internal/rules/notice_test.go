package rules_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"frontdesk/internal/rules"
)

func TestWhomAMessageConcerns(t *testing.T) {
	t.Parallel()
	ana := patient()
	rita, rui, doctor, other, admin := user(rules.Receptionist), user(rules.Receptionist), user(rules.Doctor), user(rules.Doctor), user(rules.Admin)
	gone := user(rules.Receptionist)
	gone.Active = false
	staff := []rules.Actor{rita, rui, doctor, other, admin, gone}
	front := rules.Parties{Kind: rules.FrontDesk, PatientID: ana.ID}
	handed := rules.Parties{Kind: rules.FrontDesk, PatientID: ana.ID, AssigneeID: doctor.ID}
	orphan := rules.Parties{Kind: rules.FrontDesk, PatientID: ana.ID, AssigneeID: gone.ID}
	thread := rules.Parties{Kind: rules.DoctorThread, PatientID: ana.ID, DoctorID: doctor.ID}
	direct := rules.Parties{Kind: rules.Direct, FirstID: admin.ID, SecondID: rita.ID}
	for name, tt := range map[string]struct {
		p    rules.Parties
		by   rules.Actor
		kind rules.NoticeKind
		want []uuid.UUID
	}{
		"a patient writes to reception":            {front, ana, rules.NoticeMessage, []uuid.UUID{rita.ID, rui.ID}},
		"a patient writes in what is handed over":  {handed, ana, rules.NoticeMessage, []uuid.UUID{doctor.ID}},
		"a patient writes, and the assignee left":  {orphan, ana, rules.NoticeMessage, []uuid.UUID{rita.ID, rui.ID}},
		"a patient writes to the doctor":           {thread, ana, rules.NoticeMessage, []uuid.UUID{doctor.ID}},
		"an admin writes to a colleague":           {direct, admin, rules.NoticeMessage, []uuid.UUID{rita.ID}},
		"the colleague answers":                    {direct, rita, rules.NoticeMessage, []uuid.UUID{admin.ID}},
		"reception answers in what is handed over": {handed, rita, rules.NoticeReply, []uuid.UUID{doctor.ID}},
		"the assignee answers":                     {handed, doctor, rules.NoticeReply, nil},
		"reception answers":                        {front, rita, rules.NoticeReply, nil},
		"a doctor answers the own patient":         {thread, doctor, rules.NoticeReply, nil},
	} {
		kind, got := rules.TellMessage(tt.p, tt.by, staff)
		if kind != tt.kind || !slices.Equal(got, tt.want) {
			t.Errorf("%s: %s to %d of the staff, want %s to %d", name, kind, len(got), tt.kind, len(tt.want))
		}
	}
}

func TestNobodyIsToldOfWhatTheyDoNotSee(t *testing.T) {
	t.Parallel()
	ana := patient()
	rita, doctor, admin := user(rules.Receptionist), user(rules.Doctor), user(rules.Admin)
	staff := []rules.Actor{rita, doctor, admin}
	named := []uuid.UUID{rita.ID, doctor.ID, admin.ID, ana.ID, uuid.Nil, rita.ID}
	for name, tt := range map[string]struct {
		p    rules.Parties
		by   rules.Actor
		want []uuid.UUID
	}{
		"a note at the front desk":    {rules.Parties{Kind: rules.FrontDesk, PatientID: ana.ID}, admin, []uuid.UUID{rita.ID}},
		"a note of the doctor":        {rules.Parties{Kind: rules.DoctorThread, DoctorID: doctor.ID}, doctor, []uuid.UUID{admin.ID}},
		"a note in what is handed on": {rules.Parties{Kind: rules.FrontDesk, AssigneeID: doctor.ID}, rita, []uuid.UUID{doctor.ID, admin.ID}},
	} {
		if got := rules.Tell(tt.p, tt.by, staff, named...); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %d are told, want %d", name, len(got), len(tt.want))
		}
	}
}
