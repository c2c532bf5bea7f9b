// Package bookfile keeps a briefing book as files: TOML, made to be written by
// hand and reviewed in a pull request; JSON, which carries the whole history;
// and CSV, for spreadsheets, which is only written.
//
// FORMAT.md beside this file describes the TOML form for those who write it.
// Each key is declared once, in tables.go; reading, writing, the advice on
// unknown keys and the test of FORMAT.md all come from that declaration.
//
// Reading never stops at the first problem. A person who imports a book gets
// one list of all that is wrong, each with its place and what to do, and
// nothing is imported until the list is empty. To that end a reference that
// cannot be found is left out of the list where the thing it names may stand
// in what could not be read.
package bookfile

// Limits of what is read (SECURITY control 17). They are far above any book
// that people keep, and keep a mistake or an attack from filling the memory.
const (
	maxBytes     = 32 << 20  // all TOML files together
	maxFiles     = 2_000     // TOML files in a folder
	maxRecords   = 200_000   // tables in all files
	maxDepth     = 32        // lists and tables within each other
	maxJSONBytes = 256 << 20 // a history holds each record many times
	maxRevisions = 2_000_000
	maxProblems  = 1_000 // problems that are kept; more are counted
	maxErrors    = 50    // syntax errors in one file, after which it is given up
)
