// Command withpostgres runs a command with one Postgres for all tests, in TEST_DATABASE_URL.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"frontdesk/internal/testkit"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			os.Exit(exit.ExitCode())
		}
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	url, end, err := testkit.StartCluster(ctx)
	if err != nil {
		return err
	}
	defer end()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...) //nolint:gosec // what the developer typed
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), testkit.URLVariable+"="+url)
	return cmd.Run()
}
