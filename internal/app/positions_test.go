package app

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"frontdesk/internal/store"
	"frontdesk/internal/wire"
)

// beginning is the position before anything has happened, as the server would have sealed it.
func beginning(t testing.TB, p person) string {
	t.Helper()
	me := p.must(t, "GET", "/api/v1/me", nil)
	clinic, _ := me.body["clinic"].(map[string]any)
	id, err := uuid.Parse(clinic["id"].(string)) //nolint:forcetypeassert // the contract's shape
	if err != nil {
		t.Fatal(err)
	}
	positions, err := wire.NewPositions([]byte(strings.Repeat("test secret ", 4)))
	if err != nil {
		t.Fatal(err)
	}
	return positions.Seal(id, p.node.epoch(t), 0)
}

func (n node) epoch(t testing.TB) int32 {
	t.Helper()
	st, err := store.Open(t.Context(), n.database, 4)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	_, epoch, err := st.Heads(t.Context(), []uuid.UUID{})
	if err != nil {
		t.Fatal(err)
	}
	return epoch
}
