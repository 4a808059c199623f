package inbox_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"frontdesk/internal/inbox"
	"frontdesk/internal/rules"
	"frontdesk/internal/testkit"
)

const anaPhone = "+351910000001"

// reached is a clinic with carriers, and Ana with a phone and an address.
func reached(t *testing.T) *testkit.Clinic {
	t.Helper()
	c := testkit.NewClinic(t)
	sql(t, c, `UPDATE clinic SET channels = '{sms,whatsapp,email}' WHERE clinic_id = $1`, c.ID)
	sql(t, c, `UPDATE patient SET phone = $2, email = 'ana@example.org' WHERE patient_id = $1`, c.Ana.ID, anaPhone)
	return c
}

func sql(t *testing.T, c *testkit.Clinic, query string, args ...any) {
	t.Helper()
	if _, err := c.DB.Owner.Exec(t.Context(), query, args...); err != nil {
		t.Fatal(err)
	}
}

func count(t *testing.T, c *testkit.Clinic, query string, args ...any) (n int) {
	t.Helper()
	if err := c.DB.Owner.QueryRow(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func text(name, from, body string) inbox.Incoming {
	return inbox.Incoming{Channel: rules.SMS, CarrierID: name, Address: from, Body: body}
}

func on(channel rules.Channel, body string) inbox.Draft {
	d := testkit.Text(body)
	d.Channel = channel
	return d
}

func receive(t *testing.T, c *testkit.Clinic, in inbox.Incoming) {
	t.Helper()
	if err := c.Inbox.Receive(t.Context(), c.ID, in); err != nil {
		t.Fatal(err)
	}
}

func TestTheSameIsReceivedOnce(t *testing.T) {
	t.Parallel()
	c := reached(t)
	for range 3 {
		receive(t, c, text("SM1", anaPhone, "Hello"))
	}
	receive(t, c, text("SM2", anaPhone, "Hello"))
	if n := count(t, c, `SELECT count(*) FROM message WHERE clinic_id = $1`, c.ID); n != 2 {
		t.Errorf("two messages, one of them three times, are %d", n)
	}
	if n := count(t, c, `SELECT unread_0 FROM conversation WHERE patient_id = $1`, c.Ana.ID); n != 2 {
		t.Errorf("%d are unread", n)
	}
}

func TestWhereAnAnswerGoes(t *testing.T) {
	t.Parallel()
	c := reached(t)
	thread, _, _, err := c.Inbox.Start(t.Context(), c.Doctor, inbox.Opening{PatientID: c.Ana.ID, Message: on(rules.SMS, "From the doctor")})
	done(t, err)
	receive(t, c, text("SM1", anaPhone, "to the doctor"))
	if n := count(t, c, `SELECT count(*) FROM message WHERE conversation_id = $1 AND side = 1`, thread.ID); n != 1 {
		t.Error("an answer does not go where the clinic last wrote to the number")
	}
	receive(t, c, inbox.Incoming{Channel: rules.Email, CarrierID: "m1", Address: "ana@example.org", Body: "a letter"})
	if n := count(t, c, `SELECT count(*) FROM message m JOIN conversation c USING (clinic_id, conversation_id) WHERE m.body = 'a letter' AND c.kind = 'front_desk'`); n != 1 {
		t.Error("what answers nothing does not go to the front desk")
	}
	named := text("SM3", anaPhone, "by name")
	named.ReplyTo = thread.ID
	receive(t, c, named)
	stolen := text("SM4", "+351910000099", "not mine")
	stolen.ReplyTo = thread.ID
	receive(t, c, stolen)
	if n := count(t, c, `SELECT count(*) FROM message WHERE conversation_id = $1 AND side = 1`, thread.ID); n != 2 {
		t.Errorf("the doctor's conversation has %d answers: one by the last text, one by name, none of a stranger", n)
	}
}

func TestOneNumberOfTwo(t *testing.T) {
	t.Parallel()
	c := reached(t)
	sql(t, c, `UPDATE patient SET phone = $2 WHERE patient_id = $1`, c.Ben.ID, anaPhone)
	in := text("SM1", anaPhone, "which of us?")
	receive(t, c, in)
	receive(t, c, in)
	page, _, total, err := c.Inbox.Strays(t.Context(), c.Reception, 10, "")
	if err != nil || total != 1 || len(page) != 1 || len(page[0].Candidates) != 2 {
		t.Fatalf("%d strays, of %v (%v)", total, page, err)
	}
	if _, err := c.Inbox.Adopt(t.Context(), c.Reception, page[0].ID, c.Ben.ID); err != nil {
		t.Fatal(err)
	}
	receive(t, c, in) // late, once more
	receive(t, c, text("SM2", anaPhone, "me again"))
	if n := count(t, c, `SELECT count(*) FROM message WHERE author_patient_id = $1`, c.Ben.ID); n != 2 {
		t.Errorf("the clinic remembers whose number it is: %d messages", n)
	}
	for name, err := range map[string]error{
		"a doctor":  second(c.Inbox.Adopt(t.Context(), c.Doctor, page[0].ID, c.Ana.ID)),
		"nobody":    second(c.Inbox.Adopt(t.Context(), c.Reception, page[0].ID, uuid.Nil)),
		"a second":  second(c.Inbox.Adopt(t.Context(), c.Reception, page[0].ID, c.Ana.ID)),
		"a patient": c.Inbox.Dismiss(t.Context(), c.Ana, page[0].ID),
	} {
		if err == nil {
			t.Errorf("%s may give it away", name)
		}
	}
}

func TestADeliveryMovesOneWay(t *testing.T) {
	t.Parallel()
	c := reached(t)
	conversation := c.FromAna(t, "Hi")
	m, _, err := c.Inbox.Send(t.Context(), c.Reception, conversation.ID, on(rules.SMS, "Hello"))
	done(t, err)
	if m.Delivery == nil || m.Delivery.State != rules.Queued || m.Delivery.Address != anaPhone {
		t.Fatalf("a text has the delivery %v", m.Delivery)
	}
	if _, _, err := c.Inbox.Send(t.Context(), c.Reception, conversation.ID, on(rules.SMS, strings.Repeat("ä", 1601))); err == nil || !strings.Contains(err.Error(), "body_too_long") {
		t.Errorf("a text longer than a carrier takes: %v", err)
	}
	sql(t, c, `UPDATE patient SET phone = '+351910000777' WHERE patient_id = $1`, c.Ana.ID)
	for _, s := range []rules.Delivery{rules.Delivered, rules.Sent, rules.Delivered, rules.Undone, rules.Queued} {
		if err := c.Inbox.Progress(t.Context(), c.ID, m.ID, inbox.Progress{State: s}); err != nil {
			t.Fatal(err)
		}
	}
	page, _, err := c.Inbox.Messages(t.Context(), c.Reception, conversation.ID, uuid.Nil, 10)
	done(t, err)
	if after := page[len(page)-1]; after.Delivery.State != rules.Delivered || after.Delivery.Address != anaPhone {
		t.Errorf("late callbacks, and another number, leave it at %+v", after.Delivery)
	}
	if _, err := c.Inbox.Retry(t.Context(), c.Reception, m.ID); err == nil || !strings.Contains(err.Error(), "not_failed") {
		t.Errorf("what has arrived is tried again: %v", err)
	}
	if err := c.Inbox.Progress(t.Context(), c.ID, uuid.New(), inbox.Progress{State: rules.Sent}); err == nil {
		t.Error("a message that is not there moves")
	}
}
