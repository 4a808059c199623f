package delivery

import (
	"context"
	"errors"

	"frontdesk/internal/jobs"
	"frontdesk/internal/rules"
)

// MarkRead tells WhatsApp that staff have opened a message, where the clinic wants patients to
// see that: the handler of its job. It is a courtesy: what fails for good is let be.
func (p *Post) MarkRead(ctx context.Context, job jobs.ReadMark) error {
	a, err := p.account(ctx, job.ClinicID, rules.WhatsApp)
	if errors.Is(err, errNoAccount) || err == nil && (!a.Enabled || !a.Settings.ReadMarks || a.Carrier != Meta) {
		return nil
	}
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, p.Pace.Call)
	defer cancel()
	var failure *rules.Failure
	if err := p.meta(a).client.Read(ctx, job.CarrierID); errors.As(err, &failure) && failure.Kind == rules.Permanent {
		return jobs.GiveUp(failure)
	} else if err != nil {
		return err
	}
	return nil
}
