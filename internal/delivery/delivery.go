// Package delivery is the way out of the page: email of the system's own, and messages to
// browsers that are closed. What is to go out stands in the queue of jobs, written with
// whatever it follows from.
package delivery

import (
	"context"

	"github.com/google/uuid"
)

// Presence tells who would see a thing anyway.
type Presence interface {
	// Connected tells whether a person has a page open.
	Connected(ctx context.Context, clinic, person uuid.UUID) bool
	// Attentive tells whether a person has a page before their eyes.
	Attentive(ctx context.Context, clinic, person uuid.UUID) bool
}
