// Package app wires the parts together, once, and runs a command.
package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"frontdesk/internal/config"
	"frontdesk/internal/observe"
)

// commands are what the program can do.
type commands struct {
	Serve   serveCommand   `cmd:"" help:"Serve the API, the page and the live sockets."`
	Worker  workerCommand  `cmd:"" help:"Do the work that waits for nobody: clean up what has run out."`
	Migrate migrateCommand `cmd:"" help:"Bring the database up to this version."`
	Demo    demoCommand    `cmd:"" help:"Fill an empty database with the demo clinic."`
	User    userCommands   `cmd:"" help:"Create a user, reset a password, change permissions."`
	Check   checkCommand   `cmd:"" help:"Say what is wrong with this configuration."`
	OpenAPI openAPICommand `cmd:"" name:"openapi" help:"Print the description of the API."`
}

// env is what every command gets.
type env struct {
	context.Context
	config config.Config
	log    *slog.Logger
	out    io.Writer
}

// Main runs the command that args name and answers the exit code. What is wrong is one clear
// line for each thing, and no stack.
func Main(args []string, out, errors io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, args, out, errors); err != nil {
		for line := range strings.Lines(err.Error()) {
			fmt.Fprintln(errors, "frontdesk:", strings.TrimRight(line, "\n"))
		}
		return 1
	}
	return 0
}

// errHelp ends the program after the help was shown.
var errHelp = errors.New("help")

func run(ctx context.Context, args []string, out, errs io.Writer) (err error) {
	var cmd commands
	parser, err := kong.New(&cmd,
		kong.Name("frontdesk"), kong.Description("The communication hub of a clinic: one live inbox for SMS, email, portal, WhatsApp and calls."),
		kong.Writers(out, errs), kong.UsageOnError(), kong.Exit(func(int) { panic(errHelp) }),
	)
	if err != nil {
		return err
	}
	defer func() {
		if r := recover(); r == errHelp { //nolint:errorlint // our own value
			err = nil
		} else if r != nil {
			panic(r)
		}
	}()
	chosen, err := parser.Parse(args)
	if err != nil {
		return err
	}
	cfg, err := config.Load()
	if err != nil {
		return err
	}
	log := observe.NewLog(errs, cfg.LogLevel, cfg.LogFormat)
	slog.SetDefault(log) // what libraries say goes the same way
	return chosen.Run(env{ctx, cfg, log, out})
}
