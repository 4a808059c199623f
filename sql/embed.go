// Package sql carries the migrations inside the binary.
package sql

import "embed"

// Migrations holds migrations/*.sql, in goose's format, applied in the order of their numbers.
//
//go:embed migrations/*.sql
var Migrations embed.FS
