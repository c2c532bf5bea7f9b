package bot_test

import (
	"bufio"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/starter"
	"github.com/briefbot/briefbot/store"
)

// now is when the questions of these tests are asked.
var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// desk is a bot over a real store with the starter book, and whoever asks it.
type desk struct {
	t       *testing.T
	bot     *bot.Bot
	library *briefings.Library
	book    briefings.BookID
	role    briefings.Role
	now     time.Time
}

func openDesk(t *testing.T) *desk {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "book.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	contents, err := starter.Book(now)
	if err != nil {
		t.Fatal(err)
	}
	library := briefings.NewLibrary(s)
	d := &desk{t: t, library: library, book: contents.Book.ID, role: briefings.Reader, now: now}
	d.apply(now.Add(-time.Hour), briefings.PlanImport(nil, contents, false)...)
	if d.bot, err = bot.New(library, bot.Options{Log: slog.New(slog.NewTextHandler(t.Output(), nil))}); err != nil {
		t.Fatal(err)
	}
	d.bot.Schedule(s, nil)
	return d
}

// apply changes the book.
func (d *desk) apply(at time.Time, edits ...briefings.Edit) {
	d.t.Helper()
	_, err := d.library.Apply(d.t.Context(), d.book, briefings.Change{
		Actor: briefings.Actor{Platform: "test", User: "editor"}, At: at, Edits: edits,
	})
	if err != nil {
		d.t.Fatal(err)
	}
}

// ask returns the reply to a line.
func (d *desk) ask(line string) bot.Reply {
	d.t.Helper()
	return d.handle(bot.Request{Text: line})
}

func (d *desk) handle(r bot.Request) bot.Reply {
	d.t.Helper()
	reply := d.bot.Handle(context.Background(), d.request(r))
	if reply.Card == nil {
		d.t.Fatalf("%q: no card", r.Text)
	}
	return reply
}

// request fills in who asks what, when.
func (d *desk) request(r bot.Request) bot.Request {
	r.Actor = briefings.Actor{Platform: "test", User: "reader"}
	r.Role, r.Book, r.Now, r.Zone = d.role, d.book, d.now, time.UTC
	r.NoForms = true
	return r
}

// text returns all that a card says.
func text(c *bot.Card) string {
	var b strings.Builder
	line := func(s string) {
		if s != "" {
			b.WriteString(s + "\n")
		}
	}
	line(c.Title)
	line(c.Kicker)
	for _, t := range append(append([]bot.Text{}, c.Notices...), c.Lead...) {
		line(t.String())
	}
	for _, f := range c.Fields {
		line(f.Label + ": " + f.Value.String())
	}
	for _, s := range c.Sections {
		line("## " + s.Heading)
		for _, i := range s.Items {
			line("- " + i.Label + " | " + i.Text.String() + " | " + i.Meta.String())
		}
	}
	line(c.Footer.String())
	return b.String()
}

// TestStarter_AnswersWhatTheArticleAnswers asks everything in the starter
// book's list of questions.
func TestStarter_AnswersWhatTheArticleAnswers(t *testing.T) {
	d := openDesk(t)
	f, err := os.Open("../briefings/starter/testdata/questions.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	asked := 0
	for lines := bufio.NewScanner(f); lines.Scan(); {
		question, want, ok := strings.Cut(lines.Text(), "=>")
		if !ok || strings.HasPrefix(question, "#") {
			continue
		}
		asked++
		question, want = strings.TrimSpace(question), strings.TrimSpace(want)
		reply := d.handle(bot.Request{Text: question, Lines: 100})
		if got := text(reply.Card); !strings.Contains(strings.ToLower(got), strings.ToLower(want)) {
			t.Errorf("%s\nwant an answer with %q\ngot (outcome %d):\n%s", question, want, reply.Outcome, got)
		}
	}
	if asked < 70 {
		t.Errorf("asked %d questions, want at least 70", asked)
	}
}
