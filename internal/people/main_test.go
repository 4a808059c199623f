package people_test

import (
	"errors"
	"testing"

	"frontdesk/internal/refusal"
	"frontdesk/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

func codeOf(err error) string {
	var refused *refusal.Error
	if errors.As(err, &refused) {
		return refused.Code
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func to[T any](v T) *T { return &v }
