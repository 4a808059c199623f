// Command frontdesk is the communication hub of a clinic.
package main

import (
	"os"
	_ "time/tzdata" // clinics have time zones, and a bare machine has no list of them

	"frontdesk/internal/app"
)

func main() { os.Exit(app.Main(os.Args[1:], os.Stdout, os.Stderr)) }
