package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"frontdesk/internal/people"
	"frontdesk/internal/wire"
)

// openState is what everybody may know of when the clinic is there.
type openState struct {
	Open          bool       `json:"open"`
	Until         *wire.Time `json:"until" nullable:"true" doc:"When that changes; null where no change is in sight."`
	EmergencyText string     `json:"emergency_text" doc:"What patients are told about emergencies."`
	Phone         string     `json:"phone"`
}

func (s *Server) hours() {
	route(s, huma.Operation{OperationID: "get-hours", Method: http.MethodGet, Path: "/api/v1/hours", Summary: "Whether the clinic is open, for staff and patients", Tags: []string{"Clinic"}},
		func(ctx context.Context, by people.Session, _ *struct{}) (*answer[openState], error) {
			set, err := s.Clinic.Settings(ctx, by.ClinicID)
			if err != nil {
				return nil, err
			}
			open, until := set.OpenAt(time.Now(), set.Zone())
			return &answer[openState]{Body: openState{Open: open, Until: timeOrNull(until), EmergencyText: set.EmergencyText, Phone: set.Phone}}, nil
		})
}
