package main

import (
	"slices"

	"github.com/briefbot/briefbot/briefings"
)

// ties say which of a platform's workspaces has which book. They are a part of
// the platform's table.
type ties struct {
	platform briefings.Platform
	name     string // of the platform, as people call it: "Discord"
	place    string // what a workspace is called there, and in the config: "server"
	others   string // to whom book belongs: "servers that the config does not list"
	book     namedBook
	places   []place
	admins   []briefings.UserID // of every book that the platform is answered from
	// listedOnly says that once some are listed, no others can ask.
	listedOnly bool
}

// place is one workspace of the config.
type place struct {
	line int
	id   briefings.Workspace // empty for the only one there is, where the config does not say it
	book namedBook           // empty where the table names none
}

// namedBook is a book that the config names, and where.
type namedBook struct {
	id   briefings.BookID
	line int
	key  string // such as "[discord] book"
}

// books returns the books that are named, in the order of the file.
func (t *ties) books() []namedBook {
	var list []namedBook
	if t.book.id != "" {
		list = append(list, t.book)
	}
	for _, p := range t.places {
		if p.book.id != "" {
			list = append(list, p.book)
		}
	}
	return list
}

// bindings returns which book each listed workspace is tied to.
func (t *ties) bindings() []briefings.Binding {
	var list []briefings.Binding
	for _, p := range t.places {
		book := p.book.id
		if book == "" {
			book = t.book.id
		}
		if book != "" && p.id != "" {
			list = append(list, briefings.Binding{Platform: t.platform, Workspace: p.id, Book: book})
		}
	}
	return list
}

// ids returns the ids of the listed workspaces.
func (t *ties) ids() []briefings.Workspace {
	list := make([]briefings.Workspace, len(t.places))
	for i, p := range t.places {
		list[i] = p.id
	}
	return list
}

// only returns the book of the one workspace that the config lists without its
// id; "" where there is none.
func (t *ties) only() briefings.BookID {
	if len(t.places) == 1 && t.places[0].id == "" {
		return t.places[0].book.id
	}
	return ""
}

// needsBook reports whether some workspace may have no book where the database
// holds several.
func (t *ties) needsBook() bool {
	switch {
	case t.book.id != "":
		return false
	case !t.listedOnly, len(t.places) == 0:
		return true
	}
	return slices.ContainsFunc(t.places, func(p place) bool { return p.book.id == "" })
}
