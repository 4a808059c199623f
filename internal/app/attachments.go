package app

import (
	"context"
	"time"

	"frontdesk/internal/files"
)

// depict draws an attachment small, and tells those who see it.
func (s *server) depict(ctx context.Context, job files.Depiction) error {
	drawn, err := s.files.Depict(ctx, job)
	if err != nil || !drawn {
		return err
	}
	return s.inbox.Depicted(ctx, job.ClinicID, job.AttachmentID)
}

// sweepEvery is how often files that nobody has sent are removed; each has a day.
const sweepEvery = time.Hour

type sweep struct{}

// Kind names the job in the database.
func (sweep) Kind() string { return "sweep_attachments" }

func (s *server) sweep(ctx context.Context, _ sweep) error { return s.files.Sweep(ctx) }
