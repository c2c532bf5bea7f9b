package bookfile

import _ "embed"

// Format is the documentation of a book as TOML files, in Markdown.
//
//go:embed FORMAT.md
var Format string
