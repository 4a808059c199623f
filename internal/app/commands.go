package app

import (
	"embed"
	"errors"
	"fmt"

	"frontdesk/internal/demo"
	"frontdesk/internal/httpapi"
	"frontdesk/internal/observe"
	"frontdesk/internal/wire"
)

type migrateCommand struct{}

// Run brings the database up to this version.
func (migrateCommand) Run(e env) error {
	d, err := openDatabases(e)
	if err != nil {
		return err
	}
	fmt.Fprintln(e.out, "The database is up to date.")
	return d.stop()
}

type demoCommand struct{}

// Run fills an empty database.
func (demoCommand) Run(e env) (err error) {
	d, err := openDatabases(e)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.stop()) }()
	if err := demo.Fill(e, d.store, d.blobs, e.log); err != nil {
		return err
	}
	fmt.Fprintf(e.out, "The demo clinic is there. Sign in as reception@demo.test with %s.\n", demo.Password)
	return nil
}

type openAPICommand struct{}

// Run prints the description; it needs no database.
func (openAPICommand) Run(e env) error {
	positions, err := wire.NewPositions(make([]byte, 32))
	if err != nil {
		return err
	}
	api := httpapi.New(httpapi.Parts{Positions: positions, Observe: observe.NewMetrics().Request, Page: embed.FS{}, Log: e.log}, httpapi.Settings{})
	text, err := api.OpenAPI()
	if err != nil {
		return err
	}
	_, err = e.out.Write(text)
	return err
}
