package inbox

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"frontdesk/internal/refusal"
	"frontdesk/internal/rules"
	"frontdesk/internal/store"
	"frontdesk/internal/store/db"
)

// checkMentions refuses to call somebody who could not read what they are called for.
func checkMentions(ctx context.Context, tx *store.Tx, by rules.Actor, p rules.Parties, mentions []uuid.UUID) error {
	if len(mentions) == 0 {
		return nil
	}
	rows, err := q.UsersOf(ctx, tx, db.UsersOfParams{ClinicID: by.ClinicID, UserIds: mentions})
	if err != nil {
		return err
	}
	for i, id := range mentions {
		at := slices.IndexFunc(rows, func(r db.UsersOfRow) bool { return r.UserID == id })
		if at < 0 {
			return refusal.Field(fmt.Sprintf("mentions[%d]", i), "mention_unknown", "There is no such member of staff. Mention somebody else.")
		}
		u := rows[at]
		err := rules.Mention(rules.Actor{
			Kind: rules.User, ClinicID: by.ClinicID, ID: id, Name: u.Name, Role: rules.Role(u.Role), Permissions: u.Permissions, Active: u.Active,
		}, p)
		var refused *refusal.Error
		if errors.As(err, &refused) {
			placed := *refused
			placed.Field = fmt.Sprintf("%s[%d]", refused.Field, i)
			return &placed
		}
	}
	return nil
}
