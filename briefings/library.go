package briefings

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Library is a store with the newest snapshot of each of its open books. All
// reading of the present goes to the snapshots; a change goes to the store
// first, and to the snapshot when it is committed. Its methods may be called
// by any number of goroutines.
type Library struct {
	store Store
	mu    sync.Mutex // held while open is being replaced
	// open holds the open books. The map is replaced, never written to.
	open atomic.Pointer[map[BookID]*shelf]
}

// shelf is the place of one open book.
type shelf struct {
	current atomic.Pointer[Snapshot]
	rights  atomic.Pointer[rightsAt]
	mu      sync.Mutex // held while current or rights is being replaced
}

// rightsAt are the rights after so many rows of the audit: each change of them has
// one.
type rightsAt struct {
	*Rights
	audit int64
}

// NewLibrary returns the library of a store, which stays the caller's to close.
func NewLibrary(s Store) *Library {
	l := &Library{store: s}
	l.open.Store(&map[BookID]*shelf{})
	return l
}

// Store returns the store behind the library, for what no snapshot holds.
func (l *Library) Store() Store { return l.store }

// Snapshot returns the book as it stands. The first call for a book reads it
// from the store; later ones return at once. The error is ErrNotFound where
// there is no such book.
func (l *Library) Snapshot(ctx context.Context, book BookID) (*Snapshot, error) {
	if s := (*l.open.Load())[book]; s != nil {
		return s.current.Load(), nil
	}
	s, err := l.shelf(ctx, book)
	if err != nil {
		return nil, err
	}
	return s.current.Load(), nil
}

// shelf opens a book. Two that open it at once both read it, and one is kept:
// so nobody waits for another's book.
func (l *Library) shelf(ctx context.Context, book BookID) (*shelf, error) {
	c, err := l.store.Load(ctx, book, time.Time{})
	if err != nil {
		return nil, fmt.Errorf("open book %s: %w", book, err)
	}
	s := new(shelf)
	s.current.Store(NewSnapshot(c, time.Time{}))
	if err := l.readRights(ctx, book, s); err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	open := *l.open.Load()
	if s := open[book]; s != nil {
		return s, nil
	}
	open = maps.Clone(open)
	open[book] = s
	l.open.Store(&open)
	return s, nil
}

// Rights returns who may do what in the book, as Snapshot returns the book.
func (l *Library) Rights(ctx context.Context, book BookID) (*Rights, error) {
	s := (*l.open.Load())[book]
	if s == nil {
		var err error
		if s, err = l.shelf(ctx, book); err != nil {
			return nil, err
		}
	}
	return s.rights.Load().Rights, nil
}

// readRights reads the rights of a book. What is granted while it reads is read
// again: the mark is older than the rights.
func (l *Library) readRights(ctx context.Context, book BookID, s *shelf) error {
	marks, err := l.store.Marks(ctx, book)
	if err != nil {
		return fmt.Errorf("rights of book %s: %w", book, err)
	}
	r, err := l.store.Rights(ctx, book)
	if err != nil {
		return fmt.Errorf("rights of book %s: %w", book, err)
	}
	s.rights.Store(&rightsAt{r, marks.Audit})
	return nil
}

// SnapshotAt returns the book as it stood at asOf. It reads the store.
func (l *Library) SnapshotAt(ctx context.Context, book BookID, asOf time.Time) (*Snapshot, error) {
	c, err := l.store.Load(ctx, book, asOf)
	if err != nil {
		return nil, fmt.Errorf("open book %s as of %s: %w", book, asOf.Format(time.RFC3339), err)
	}
	return NewSnapshot(c, asOf), nil
}

// Refresh brings the snapshot of an open book up to date with what other
// processes have committed. It does nothing for a book that is not open.
func (l *Library) Refresh(ctx context.Context, book BookID) error {
	s := (*l.open.Load())[book]
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.current.Load()
	marks, err := l.store.Marks(ctx, book)
	if err != nil {
		return err
	}
	if marks.Audit > s.rights.Load().audit {
		if err := l.readRights(ctx, book, s); err != nil {
			return err
		}
	}
	if marks.Seq <= now.Seq {
		return nil
	}
	revisions, err := l.store.Revisions(ctx, book, RevisionQuery{AfterSeq: now.Seq})
	if err != nil {
		return fmt.Errorf("refresh book %s: %w", book, err)
	}
	s.current.Store(now.With(revisions))
	return nil
}

// Watch refreshes every open book at each tick, until ctx ends. It hands errors
// to report and goes on.
func (l *Library) Watch(ctx context.Context, tick <-chan time.Time, report func(error)) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick:
		}
		for book := range *l.open.Load() {
			if err := l.Refresh(ctx, book); err != nil && ctx.Err() == nil {
				report(err)
			}
		}
	}
}

// Apply checks the change, commits it, and then shows it to readers. Nothing
// is changed where it returns an error: ErrInvalid with a sentence for every
// problem, ErrConflict where a record has moved on, or the store's own.
func (l *Library) Apply(ctx context.Context, book BookID, c Change) ([]Revision, error) {
	for {
		current, err := l.Snapshot(ctx, book)
		isNew := errors.Is(err, ErrNotFound)
		if err != nil && !isNew {
			return nil, err
		}
		if problems := CheckChange(current, c); len(problems) > 0 {
			lines := make([]string, len(problems))
			for i, p := range problems {
				lines[i] = p.String()
			}
			return nil, Errorf(ErrInvalid, "%s", strings.Join(lines, "\n"))
		}
		if !isNew {
			c.Checked = current.Seq
		}
		revisions, err := l.store.Apply(ctx, book, c)
		if errors.Is(err, ErrBehind) { // what it names may be gone: it is checked again
			if err := l.Refresh(ctx, book); err != nil {
				return nil, err
			}
			continue
		}
		if err != nil {
			return nil, err
		}
		l.publish(ctx, book, revisions)
		return revisions, nil
	}
}

// publish shows committed revisions to the readers of an open book.
func (l *Library) publish(ctx context.Context, book BookID, revisions []Revision) {
	s := (*l.open.Load())[book]
	if s == nil || len(revisions) == 0 {
		return
	}
	s.mu.Lock()
	now := s.current.Load()
	if revisions[0].Seq == now.Seq+1 {
		s.current.Store(now.With(revisions))
		s.mu.Unlock()
		return
	}
	s.mu.Unlock()
	// Another change was committed in between: what is missing is in the store.
	// Where that cannot be read now, the change is committed all the same, and
	// Watch shows it.
	_ = l.Refresh(ctx, book)
}

// CheckChange returns what is wrong with a change to the book that current
// shows, which is nil for a new book.
func CheckChange(current *Snapshot, c Change) []Problem {
	after := make(map[Ref]Record, len(c.Edits)) // what the change puts; nil where it deletes
	for _, e := range c.Edits {
		after[e.Ref()] = e.Put
	}
	find := func(ref Ref) (Record, bool) {
		r, named := after[ref]
		if !named && current != nil {
			r = current.Record(ref)
		}
		return r, r != nil
	}
	var problems []Problem
	for _, e := range c.Edits {
		if e.Put != nil {
			problems = append(problems, Check(e.Put, find, c.At)...)
			problems = append(problems, checkUsers(current, after, e.Put, find, c.At)...)
		} else {
			problems = append(problems, checkDelete(current, after, e.Delete)...)
		}
	}
	return problems
}

// checkUsers finds what is wrong with the reports of an entry that becomes
// another kind of thing.
func checkUsers(current *Snapshot, after map[Ref]Record, put Record, find Find, now time.Time) []Problem {
	e, ok := put.(*Entry)
	if !ok || current == nil {
		return nil
	}
	p := current.Page(e.ID)
	if p == nil || p.Entry.Kind == e.Kind {
		return nil
	}
	var problems []Problem
	for _, r := range p.Reports {
		if _, changed := after[r.Ref()]; !changed {
			problems = append(problems, Check(r, find, now)...)
		}
	}
	return problems
}

// checkDelete refuses to take away what a record that stays still names.
func checkDelete(current *Snapshot, after map[Ref]Record, gone Ref) []Problem {
	if current == nil || current.Record(gone) == nil {
		return []Problem{{gone, "", "It is not in the book, so it cannot be deleted."}}
	}
	for user := range current.users(gone) {
		if _, named := after[user]; !named {
			return []Problem{{gone, "", fmt.Sprintf("It cannot be deleted while %s %s names it. Change or delete that first.", user.Kind, user.ID)}}
		}
	}
	return nil
}

// users yields the records that name the given one.
func (s *Snapshot) users(ref Ref) func(yield func(Ref) bool) {
	return func(yield func(Ref) bool) {
		for _, src := range s.sources {
			if ref.Kind == SourceRecord && string(src.DerivesFrom) == ref.ID && !yield(src.Ref()) {
				return
			}
		}
		for _, p := range s.pages {
			if p == nil {
				continue
			}
			e := p.Entry
			uses := ref.Kind == EntryRecord && string(e.Affiliation) == ref.ID || usesSource(e.Claim, ref)
			if uses && !yield(e.Ref()) {
				return
			}
		}
		for _, r := range s.timeline {
			uses := ref.Kind == EntryRecord && r.Concerns(EntryID(ref.ID)) || usesSource(r.Claim, ref)
			if uses && !yield(r.Ref()) {
				return
			}
		}
	}
}

func usesSource(c Claim, ref Ref) bool {
	return ref.Kind == SourceRecord && slices.Contains(c.Sources, SourceID(ref.ID))
}
