// Command frontdesk is the communication hub of a clinic.
package main

import (
	"os"

	"frontdesk/internal/app"
)

func main() { os.Exit(app.Main(os.Args[1:], os.Stdout, os.Stderr)) }
