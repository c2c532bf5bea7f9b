package bot

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/bookfile"
)

// maxImport is how large a book that comes with a message may be, in bytes. The
// starter book has 60 kB; what is larger is imported in the terminal.
const maxImport = 1 << 20

// maxShownLines is how many lines of a plan or of problems a card shows.
const maxShownLines = 60

// deskImport shows what a book in a file would change, and makes it so at a press.
func deskImport(ctx context.Context, c *Call) (Reply, error) {
	if key := c.Arg("plan"); key != "" {
		item, ok := c.bot.imports.get(string(c.Request.Book)+" "+key, c.Request.Now)
		if !ok {
			return Reply{}, briefings.Errorf(briefings.ErrNotFound, "That file is not at hand any more. Give it again, and look at what it would change.")
		}
		return c.importNow(ctx, item)
	}
	ref, ok := c.Request.Files[c.Arg("file")]
	if !ok {
		return c.askForFile()
	}
	if !strings.HasSuffix(strings.ToLower(ref.Name), ".toml") {
		return Reply{}, briefings.Errorf(briefings.ErrInvalid, "%q is no TOML file. Give a book as one .toml file, as desk export makes it.", clip(ref.Name))
	}
	if ref.Size > maxImport {
		return Reply{}, errTooLarge()
	}
	data, err := ref.Fetch(ctx, maxImport)
	if err != nil {
		return Reply{}, err
	}
	if len(data) > maxImport {
		return Reply{}, errTooLarge()
	}
	return c.dryRun(ctx, ref.Name, data)
}

func errTooLarge() error {
	return briefings.Errorf(briefings.ErrInvalid, "The file is larger than 1 MB. Import it in the terminal: briefbot import FILE")
}

// askForFile opens the form for a file, where the platform has files in forms.
func (c *Call) askForFile() (Reply, error) {
	if c.Request.NoForms || !c.Request.FileForms {
		return Reply{}, briefings.Errorf(briefings.ErrInvalid, "Give the book as a file. In the terminal: briefbot import FILE --dry-run")
	}
	return Reply{Form: &Form{
		Title:  "Import",
		Fields: []FormField{{Name: "file", Label: "The book, as one .toml file", Required: true, File: true}},
		Submit: Invocation{c.Command.Name, []Value{{"file", ""}}},
	}}, nil
}

// plan reads a file, and returns what it would change.
func (c *Call) plan(ctx context.Context, name string, data []byte) (now *briefings.Contents, incoming *briefings.Contents, edits []briefings.Edit, err error) {
	store := c.bot.library.Store()
	if now, err = store.Load(ctx, c.Request.Book, time.Time{}); err != nil {
		return nil, nil, nil, err
	}
	incoming, err = bookfile.ReadBytes(name, data, bookfile.ReadOptions{
		Now: c.Request.Now, Book: now.Book,
		Current: func(id briefings.BookID) (*briefings.Contents, error) {
			if id != c.Request.Book {
				return nil, nil
			}
			return now, nil
		},
	})
	if err != nil {
		return nil, nil, nil, err
	}
	if incoming.Book.ID != c.Request.Book {
		return nil, nil, nil, briefings.Errorf(briefings.ErrInvalid, "The file says that it is the book %q, and this is %q. Only the terminal makes a book of it: briefbot import FILE", incoming.Book.ID, c.Request.Book)
	}
	return now, incoming, briefings.PlanImport(now, incoming, false), nil
}

// problems shows everything that is wrong with a file.
func problems(name string, p *bookfile.Problems) Reply {
	card := &Card{Title: "The file cannot be imported", Kicker: name, Lead: []Text{T(fmt.Sprintf("%s. Nothing was changed.", count(len(p.List), "problem", "problems")))}}
	card.add(linesOf("What to do", strings.Split(strings.TrimSpace(p.Error()), "\n")))
	return Reply{Card: card, Outcome: Refused}
}

// linesOf is a section of lines, not more than a card shows.
func linesOf(heading string, lines []string) Section {
	s := Section{Heading: heading}
	for i, line := range lines {
		if i == maxShownLines {
			s.Items = append(s.Items, Item{Text: T(fmt.Sprintf("And %d more.", len(lines)-i))})
			break
		}
		s.Items = append(s.Items, Item{Text: T(line)})
	}
	return s
}

// dryRun shows what a file would change, with a press that does it.
func (c *Call) dryRun(ctx context.Context, name string, data []byte) (Reply, error) {
	now, incoming, edits, err := c.plan(ctx, name, data)
	if p := (*bookfile.Problems)(nil); errors.As(err, &p) {
		return problems(name, p), nil
	}
	if err != nil {
		return Reply{}, err
	}
	card := &Card{Title: "What " + name + " would change", Kicker: c.Now.Book.Name}
	if len(edits) == 0 {
		card.Lead = []Text{T("Nothing: the book says all that already.")}
		return Reply{Card: card}, nil
	}
	card.Lead = []Text{T(briefings.PlanSummary(edits, now) + ". Nothing was changed yet.")}
	lines := briefings.PlanLines(now, edits)
	card.add(linesOf("The plan", append(slices.Clone(lines), briefings.PlanNotes(now, incoming)...)))
	sum := sha256.Sum256(data)
	key := hex.EncodeToString(sum[:8])
	c.bot.imports.put(string(c.Request.Book)+" "+key, name, strings.Join(lines, "\n"), data, c.Request.Now)
	card.Actions = []Action{{"Import it", Invocation{c.Command.Name, []Value{{"plan", key}}}}}
	return Reply{Card: card}, nil
}

// importNow makes the book say what a file says, in one transaction.
func (c *Call) importNow(ctx context.Context, item keptItem) (Reply, error) {
	name, data := item.name, item.data
	now, _, edits, err := c.plan(ctx, name, data)
	if p := (*bookfile.Problems)(nil); errors.As(err, &p) {
		return problems(name, p), nil
	}
	if err != nil {
		return Reply{}, err
	}
	if strings.Join(briefings.PlanLines(now, edits), "\n") != item.seen { // others have changed the book since
		reply, err := c.dryRun(ctx, name, data)
		if err == nil {
			reply.Card.notice(T("The book has been changed since you looked. This is what the file would change now; nothing was imported yet."))
		}
		return reply, err
	}
	if len(edits) == 0 {
		return Reply{Card: &Card{Title: "Nothing is different", Lead: []Text{T("The book says all that already.")}}}, nil
	}
	revisions, err := c.commit(ctx, "imported from "+clipTo(oneLine(name), lineRunes), edits...)
	if err != nil {
		return Reply{}, err
	}
	first, last := revisions[0].Seq, revisions[len(revisions)-1].Seq
	return Reply{Card: &Card{
		Title:   "Imported: " + name,
		Kicker:  c.Now.Book.Name,
		Lead:    []Text{T(briefings.PlanSummary(edits, now) + ".")},
		Footer:  T("Revision " + seqs(first, last) + ". Undo works for 10 minutes."),
		Actions: []Action{{"Undo", Invocation{"book undo", []Value{{"change", seqs(first, last)}}}}},
	}}, nil
}

// deskExport gives the book as a file.
func deskExport(ctx context.Context, c *Call) (Reply, error) {
	store, name := c.bot.library.Store(), string(c.Request.Book)
	var data []byte
	switch c.Arg("format") {
	case "json":
		history, err := store.Revisions(ctx, c.Request.Book, briefings.RevisionQuery{})
		if err != nil {
			return Reply{}, err
		}
		var b bytes.Buffer
		if err := bookfile.WriteJSON(&b, c.Request.Book, history); err != nil {
			return Reply{}, err
		}
		name, data = name+".json", b.Bytes()
	default:
		contents, err := store.Load(ctx, c.Request.Book, time.Time{})
		if err != nil {
			return Reply{}, err
		}
		if data, err = bookfile.EncodeTOML(contents); err != nil {
			return Reply{}, err
		}
		name += ".toml"
	}
	if !c.Request.FileReplies {
		return Reply{}, briefings.Errorf(briefings.ErrInvalid, "No file can be shown here. In the terminal: briefbot export %s", name)
	}
	return Reply{
		Files: []File{{name, data}},
		Card:  &Card{Title: "The book as " + name, Kicker: c.Now.Book.Name, Lead: []Text{T(fmt.Sprintf("%d kB. Change it, and give it to %s: you see first what that would change.", (len(data)+1023)/1024, c.typed("desk import")))}},
	}, nil
}
