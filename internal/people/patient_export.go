package people

import (
	"context"
	"encoding/csv"
	"io"
	"strings"

	"frontdesk/internal/rules"
)

// exported are the columns, named so that an import understands them again.
var exported = []string{"External ID", "Name", "Birth date", "Phone", "Email", "Language", "Preferred channel", "Opted out", "Portal access", "Remarks"}

const exportPage = 500

// MayExport is asked before the first byte is sent.
func (s *Service) MayExport(by rules.Actor) error { return rules.KeepDirectory(by) }

// ExportPatients writes the whole directory as CSV, page by page: in UTF-8 with its mark, by
// which spreadsheets know it, and with no cell that one would run as a formula.
func (s *Service) ExportPatients(ctx context.Context, by rules.Actor, to io.Writer) error {
	if err := s.MayExport(by); err != nil {
		return err
	}
	if _, err := io.WriteString(to, "\ufeff"); err != nil {
		return err
	}
	w := csv.NewWriter(to)
	w.UseCRLF = true
	if err := w.Write(exported); err != nil {
		return err
	}
	for cursor := ""; ; {
		page, next, err := s.Patients(ctx, by, "", exportPage, cursor)
		if err != nil {
			return err
		}
		for _, p := range page {
			if err := w.Write(p.cells()); err != nil {
				return err
			}
		}
		w.Flush()
		if err := w.Error(); err != nil || next == "" {
			return err
		}
		cursor = next
	}
}

func (p Patient) cells() []string {
	access := "no"
	if p.PortalAccess {
		access = "yes"
	}
	out := []string{
		p.ExternalID, p.Name, born(p), p.Phone, p.Email, p.Language, string(p.PreferredChannel),
		strings.Join(channelNames(p.OptedOut), " "), access, p.Remarks,
	}
	for i := range out {
		out[i] = Safe(out[i])
	}
	return out
}
