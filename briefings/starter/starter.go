// Package starter holds the first book, which briefbot has when it is started
// without any other.
//
// The book is made from one news article of 2 and 3 December 2025, on the talks
// about the war in Ukraine, and from nothing else. Facts and figures are the
// article's, the sentences are ours. Every person, body, track, document,
// place, event, position and statement in it is in the book, each with its
// source, with whoever says so, and with as much confidence as that deserves.
// What nobody outside the article could tell from it, such as the name of the
// adviser it quotes, is listed as open; what we know from elsewhere is left
// out. So the book is also an example of how one is made.
//
// book/book.toml says how its dates are read and its confidences are chosen.
package starter

import (
	"embed"
	"fmt"
	"io/fs"
	"time"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/bookfile"
)

//go:embed book/*.toml
var files embed.FS

// FS returns the files of the book, as bookfile/FORMAT.md describes them.
func FS() fs.FS {
	book, err := fs.Sub(files, "book")
	if err != nil { // only a name that is no path gives an error
		panic(err)
	}
	return book
}

// Book returns the book. now is what nothing in it may be recorded after, so
// the error is briefings.ErrInvalid for a clock that stands before
// 3 December 2025.
func Book(now time.Time) (*briefings.Contents, error) {
	c, err := bookfile.ReadFS(FS(), ".", bookfile.ReadOptions{Now: now})
	if err != nil {
		return nil, fmt.Errorf("read the starter book: %w", err)
	}
	return c, nil
}
