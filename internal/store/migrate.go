package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	sqlfiles "frontdesk/sql"
)

// ErrNewer says that the database was migrated by a newer version of this program.
var ErrNewer = errors.New("the database was made by a newer version of frontdesk: start that version, or restore a backup of this one")

// Migrate brings the database up to this program's version, as the role that the URL signs
// in with, which becomes the owner. Several at once wait for each other.
func Migrate(ctx context.Context, url string) (err error) {
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		return fmt.Errorf("read the database's URL: %w", err)
	}
	pool := stdlib.OpenDB(*cfg)
	defer func() { err = errors.Join(err, pool.Close()) }()
	provider, err := provider(pool)
	if err != nil {
		return err
	}
	if err := checkNotNewer(ctx, provider); err != nil {
		return err
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate the database: %w", err)
	}
	return nil
}

func provider(pool *sql.DB) (*goose.Provider, error) {
	files, err := fs.Sub(sqlfiles.Migrations, "migrations")
	if err != nil {
		return nil, err
	}
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, pool, files, goose.WithSessionLocker(locker))
}

func checkNotNewer(ctx context.Context, p *goose.Provider) error {
	have, want, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read the database's version: %w", err)
	}
	if have > want {
		return ErrNewer
	}
	return nil
}
