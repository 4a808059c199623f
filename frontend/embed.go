// Package frontend carries the built page inside the binary.
package frontend

import "embed"

// Dist holds dist/, which `make build` fills; without a build it is empty.
//
//go:embed all:dist
var Dist embed.FS
