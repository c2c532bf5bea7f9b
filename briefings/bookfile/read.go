package bookfile

import (
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// ReadOptions says in what surroundings files are read.
type ReadOptions struct {
	// Now is the present: nothing can have been recorded after it. Where it
	// is zero, any recorded time is accepted.
	Now time.Time
	// Book is the book that the files are meant for where they have no [book]
	// table to say so; the contents then have this very Book. Where it is nil
	// they need one.
	Book *briefings.Book
	// Current returns the book that has the id as it stands, or nil where
	// there is none. The files may then name its sources and entries without
	// holding them, unless Whole is true. It may be nil.
	Current func(briefings.BookID) (*briefings.Contents, error)
	// Whole is true where the files must hold all that they name, as they must
	// if what they don't hold is going to be deleted.
	Whole bool
}

// Read reads a book from a TOML file, or from all TOML files in a folder and
// below it. Hidden files are passed over, and links in the folder are not
// followed. Sources, entries and reports are in the order of their ids.
//
// Where the files don't make a book the error is a *Problems, with everything
// that is wrong. Any other error comes from opts.Current.
//
// Ids that are left out are made: an entry's slug from its name, a report's id
// from what it says. A recorded time that is left out is what backdate makes
// of it: where it stays zero, the store keeps what it has or sets it.
func Read(path string, opts ReadOptions) (*briefings.Contents, error) {
	info, err := os.Stat(path)
	if err == nil && info.IsDir() {
		root, err := os.OpenRoot(path) // nothing outside it can be reached
		if err != nil {
			return nil, oneProblem(path, "This cannot be read: %s.", reason(err))
		}
		defer root.Close()
		shown := func(p string) string { return filepath.ToSlash(filepath.Join(path, p)) }
		return read(root.FS(), ".", shown, opts)
	}
	real, err := filepath.EvalSymlinks(path) // a link that is named is meant
	if err != nil {
		real = path
	}
	shown := func(string) string { return path }
	return read(os.DirFS(filepath.Dir(real)), filepath.Base(real), shown, opts)
}

// ReadFS is Read for the file or folder of the given name in fsys.
func ReadFS(fsys fs.FS, name string, opts ReadOptions) (*briefings.Contents, error) {
	return read(fsys, name, func(p string) string { return p }, opts)
}

func read(fsys fs.FS, name string, shown func(string) string, opts ReadOptions) (*briefings.Contents, error) {
	rd := &reader{opts: opts, problems: new(Problems), root: shown(name), byRef: map[briefings.Ref]*draft{}}
	files, err := gather(fsys, name, shown, rd.problems)
	if err != nil {
		return nil, err
	}
	rd.lost = len(rd.problems.List) > 0
	rd.parse(files)
	if err := rd.book(); err != nil {
		return nil, err
	}
	rd.decode()
	rd.identify()
	unsure := rd.resolve()
	rd.mint()
	rd.backdate()
	rd.check()
	if len(rd.problems.List) == 0 {
		return rd.contents(), nil
	}
	rd.problems.sort()
	for _, p := range unsure {
		rd.problems.add(p)
	}
	return nil, rd.problems
}

// reader puts a book together from its files.
type reader struct {
	opts     ReadOptions
	problems *Problems
	root     string // what was read, for problems of the whole
	// lost is true where what could not be read may hold what others name.
	lost   bool
	tables []*table
	drafts []*draft

	settings    *briefings.Book     // nil where the files have no [book]
	current     *briefings.Contents // may be nil
	zone        *time.Location      // of calendar dates
	recorded    time.Time           // the default, zero for none
	directories map[briefings.RecordKind]*directory
	byRef       map[briefings.Ref]*draft
}

// parse reads the tables of all files.
func (rd *reader) parse(files []*file) {
	room := maxRecords
	for _, f := range files {
		p := parse(f, rd.problems, room)
		room = p.room
		rd.lost = rd.lost || p.lost
		rd.tables = append(rd.tables, p.tables...)
		if room < 0 {
			rd.problems.add(Problem{File: f.name, Message: fmt.Sprintf("There are more than %d records up to here. Split this into several books.", maxRecords)})
			rd.lost = true
			return
		}
	}
}

// draft decodes one table.
func (rd *reader) draft(t *table) *draft {
	s := specs.find(t.name)
	d := &draft{table: t, spec: s, record: s.new(), zone: rd.zone, problems: rd.problems}
	for _, p := range t.body.pairs {
		d.key, d.inList = p.key, false
		if f := s.field(p.key); f != nil {
			f.read(d, d.record, p.value)
			continue
		}
		d.key = ""
		d.problem(p.at, "%s", unknownKey(s, p.key))
	}
	d.key, d.inList = "", false
	return d
}

// unknownKey says what to do about a key that the table does not have.
func unknownKey(s *spec, key string) string {
	if guess := s.suggest(key); guess != "" {
		return fmt.Sprintf("%s is not a key of %s. Did you mean %s?", key, s.header(), guess)
	}
	for _, other := range specs {
		if other.field(key) != nil {
			return fmt.Sprintf("%s is a key of %s, not of %s. Move it, or delete it.", key, other.header(), s.header())
		}
	}
	return fmt.Sprintf("%s is not a key of %s. Delete it, or put it into a text.", key, s.header())
}

// book finds the book that the files are of, and what it says of the rest.
// The error is that of opts.Current.
func (rd *reader) book() error {
	rd.zone = time.UTC
	if rd.opts.Book != nil {
		rd.zone = rd.opts.Book.Location()
	}
	var first *draft
	for _, t := range rd.tables {
		if t.name != "book" {
			continue
		}
		if first != nil {
			d := &draft{table: t, spec: first.spec, problems: rd.problems}
			d.problem(t.at, "This is a second [book] table; the first is at %s. The files hold one book: keep one of the two.", first.place())
			continue
		}
		rd.zone = zoneOf(t, rd.zone) // before its dates are read
		first = rd.draft(t)
		rd.recorded = rd.past(first)
		rd.drafts = append(rd.drafts, first)
		rd.settings = first.record.(*briefings.Book)
	}
	id := briefings.BookID("")
	switch {
	case first != nil:
		id = rd.settings.ID
	case rd.opts.Book != nil:
		id = rd.opts.Book.ID
	case !rd.lost:
		rd.problems.add(Problem{File: rd.root, Message: `There is no [book] table. Add one with the book's id and name: [book], id = "harbour-strike", name = "The harbour strike".`})
	}
	if rd.opts.Current == nil || id == "" {
		return nil
	}
	var err error
	if rd.current, err = rd.opts.Current(id); err != nil {
		return fmt.Errorf("read book %s: %w", id, err)
	}
	return nil
}

// past returns the default of recorded that the book gives. One that is yet to
// come is reported once, and not with each record.
func (rd *reader) past(book *draft) time.Time {
	if rd.opts.Now.IsZero() || !book.recorded.After(rd.opts.Now) {
		return book.recorded
	}
	book.key = "recorded"
	book.problem(book.at("recorded"), "%s is in the future. Write when the book learnt of what is below; leave this out for now.", book.recorded.Format(time.RFC3339))
	return time.Time{}
}

// zoneOf returns the zone that a [book] table gives, or the one given where
// it gives none that can be used; Check reports that.
func zoneOf(t *table, otherwise *time.Location) *time.Location {
	p := t.body.find("zone")
	if p == nil {
		return time.UTC
	}
	if b := (&briefings.Book{Zone: p.value.text}); b.Zone != "Local" {
		return b.Location()
	}
	return otherwise
}

// decode makes drafts of all tables but the book.
func (rd *reader) decode() {
	for _, t := range rd.tables {
		if t.name == "book" {
			continue
		}
		d := rd.draft(t)
		rd.drafts = append(rd.drafts, d)
		d.dated = t.body.find("recorded") != nil
	}
}

// contents returns the book. There must be no problems.
func (rd *reader) contents() *briefings.Contents {
	c := &briefings.Contents{Book: rd.settings}
	if c.Book == nil {
		c.Book = rd.opts.Book
	}
	for _, d := range rd.drafts {
		switch r := d.record.(type) {
		case *briefings.Source:
			c.Sources = append(c.Sources, r)
		case *briefings.Entry:
			c.Entries = append(c.Entries, r)
		case *briefings.Report:
			c.Reports = append(c.Reports, r)
		}
	}
	slices.SortFunc(c.Sources, func(a, b *briefings.Source) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(c.Entries, func(a, b *briefings.Entry) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(c.Reports, func(a, b *briefings.Report) int { return cmp.Compare(a.ID, b.ID) })
	return c
}
