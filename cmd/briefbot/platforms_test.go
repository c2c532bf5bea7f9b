package main

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot/discord"
	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/store"
)

func TestBoundBooks_Find(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "book.db")
	open := func() *store.Store {
		s, err := store.Open(ctx, path, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return s
	}
	s := open()
	clock := time.UnixMilli(0)
	books := newBoundBooks(s, func() time.Time { return clock })
	find := func(server briefings.Workspace, others, want briefings.BookID) {
		t.Helper()
		clock = clock.Add(boundFor)
		if got, err := books.find(ctx, &ties{platform: discord.Platform, place: "server", book: namedBook{id: others}}, server); err != nil || got != want {
			t.Errorf("server %q: %q, %v; want %q", server, got, err, want)
		}
	}
	none := func(server briefings.Workspace, want string) {
		t.Helper()
		clock = clock.Add(boundFor)
		_, err := books.find(ctx, &ties{platform: discord.Platform, place: "server"}, server)
		if !errors.Is(err, briefings.ErrNotFound) || !strings.Contains(inWords(err), want) {
			t.Errorf("server %q: %v; want not found, and %q", server, err, want)
		}
	}
	add := func(id briefings.BookID) {
		t.Helper()
		_, err := s.Apply(ctx, id, briefings.Change{At: time.UnixMilli(1), Actor: briefings.Actor{User: "ada"}, Edits: []briefings.Edit{{Put: &briefings.Book{ID: id, Name: string(id)}}}})
		if err != nil {
			t.Fatal(err)
		}
	}

	none("111", "[[discord.server]] with id = \"111\"")
	add("harbour")
	find("111", "", "harbour") // the only one
	find("", "", "harbour")
	add("peace")
	none("111", "[[discord.server]] with id = \"111\"")
	none("", "book = \"…\" below [discord]")
	find("111", "peace", "peace") // the one for all others

	// What another process binds holds within a second.
	if err := open().Bind(ctx, briefings.Deed{}, briefings.Binding{Platform: discord.Platform, Workspace: "111", Book: "harbour"}); err != nil {
		t.Fatal(err)
	}
	find("111", "peace", "harbour")
	find("222", "peace", "peace")
	if err := open().Bind(ctx, briefings.Deed{}, briefings.Binding{Platform: discord.Platform, Workspace: "222", Book: "harbour"}); err != nil {
		t.Fatal(err)
	}
	clock = clock.Add(boundFor - time.Millisecond)
	if got, err := books.find(ctx, &ties{platform: discord.Platform}, "222"); err != nil || got != "peace" {
		t.Errorf("within a second: %q, %v; want what it was", got, err)
	}
	find("222", "peace", "harbour")

	// The words are the platform's.
	workspaces := &ties{platform: "slack", place: "workspace", listedOnly: true}
	_, err := books.find(ctx, workspaces, "T1")
	if want := "This workspace is not bound to a book yet. Whoever runs briefbot adds it to the config: [[slack.workspace]] with id = \"T1\" and its book."; err == nil || inWords(err) != want {
		t.Errorf("%v; want %s", err, want)
	}
	// One that is listed without its id has the book that is named there, whatever
	// it had.
	if err := s.Bind(ctx, briefings.Deed{}, briefings.Binding{Platform: "slack", Workspace: "T1", Book: "harbour"}); err != nil {
		t.Fatal(err)
	}
	workspaces.places = []place{{book: namedBook{id: "peace"}}}
	if got, err := books.find(ctx, workspaces, "T1"); err != nil || got != "peace" {
		t.Errorf("the only workspace: %q, %v; want peace", got, err)
	}
}

// TestReaders_AreThoseWhoAreAnsweredFromTheBook.
func TestReaders_AreThoseWhoAreAnsweredFromTheBook(t *testing.T) {
	ctx := t.Context()
	s, err := store.Open(ctx, filepath.Join(t.TempDir(), "books.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, id := range []briefings.BookID{"harbour", "peace"} {
		_, err := s.Apply(ctx, id, briefings.Change{At: time.UnixMilli(1), Actor: briefings.Actor{User: "ada"}, Edits: []briefings.Edit{{Put: &briefings.Book{ID: id, Name: string(id)}}}})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Bind(ctx, briefings.Deed{}, briefings.Binding{Platform: discord.Platform, Workspace: briefings.Workspace("of-" + id), Book: id}); err != nil {
			t.Fatal(err)
		}
	}
	reads := readersOf(newBoundBooks(s, time.Now), &config{discord: &discordConfig{ties: ties{platform: discord.Platform, place: "server"}}})
	for _, test := range []struct {
		workspace briefings.Workspace
		want      bool
	}{{"of-peace", true}, {"of-harbour", false}, {"of-nobody", false}, {"", false}} {
		got, err := reads(ctx, "peace", briefings.Actor{Platform: discord.Platform, Workspace: test.workspace, User: "u"})
		if err != nil || got != test.want {
			t.Errorf("people of %q read it: %t, %v", test.workspace, got, err)
		}
	}
}
