package bookfile

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/briefbot/briefbot/briefings"
)

// Problem is one thing wrong with a file.
type Problem struct {
	// File is the path of the file, empty where a stream was read.
	File string
	// Line counts from 1; it is 0 where the whole file is meant. Column, in
	// bytes from 1, is given for errors of syntax only.
	Line, Column int
	// Record says which record it is: person "Ada Byrne", revision 12.
	Record string
	// Key is the key of the table, as it is written in the file.
	Key string
	// Message is one sentence or two: what is wrong and what to do.
	Message string
}

// String returns the problem as one line:
//
//	people.toml:14: person "Ada Byrne": affiliation: There is no entry "port-compny". …
//
// Invisible characters are shown by their numbers, so that a hostile file can
// do nothing to a terminal.
func (p Problem) String() string {
	var b strings.Builder
	place := p.File
	if p.Line > 0 {
		place = fmt.Sprintf("%s:%d", place, p.Line)
	}
	if p.Column > 0 {
		place = fmt.Sprintf("%s:%d", place, p.Column)
	}
	for _, part := range []string{place, p.Record, p.Key} {
		if part != "" {
			b.WriteString(part + ": ")
		}
	}
	b.WriteString(p.Message)
	return visible(b.String())
}

// visible replaces line breaks and unprintable characters by escapes.
func visible(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if !strings.ContainsFunc(s, hidden) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if hidden(r) {
			b.WriteString(strings.Trim(fmt.Sprintf("%+q", r), "'"))
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func hidden(r rune) bool { return r == '\n' || r == '\t' || briefings.Unprintable(r) }

// Problems is the error of files that cannot be read as a book. It matches
// briefings.ErrInvalid.
type Problems struct {
	// List holds the problems in the order of files and lines; names that may
	// yet be found come after all others. It is never empty.
	List []Problem
	// More counts the problems beyond the first thousand, which are not listed.
	More int
}

// Error returns all problems, one a line.
func (p *Problems) Error() string {
	lines := make([]string, 0, len(p.List)+1)
	for _, x := range p.List {
		lines = append(lines, x.String())
	}
	if p.More > 0 {
		lines = append(lines, fmt.Sprintf("There are %d more problems. Mend these first.", p.More))
	}
	return strings.Join(lines, "\n")
}

// Unwrap makes errors.Is find briefings.ErrInvalid.
func (p *Problems) Unwrap() error { return briefings.ErrInvalid }

// add appends a problem, or only counts it where there are too many.
func (p *Problems) add(x Problem) {
	if len(p.List) >= maxProblems {
		p.More++
		return
	}
	p.List = append(p.List, x)
}

// sort puts the problems in the order of files and lines.
func (p *Problems) sort() {
	slices.SortStableFunc(p.List, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
}

// oneProblem is the error of a path that cannot be read at all.
func oneProblem(file, format string, args ...any) error {
	return &Problems{List: []Problem{{File: file, Message: fmt.Sprintf(format, args...)}}}
}
