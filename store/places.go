package store

import (
	"context"
	"strings"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
)

// place is a delivery.Place as it is stored: the person by number.
type place struct {
	Platform  string `json:"platform"`
	Workspace string `json:"workspace"`
	Channel   string `json:"channel"`
	Person    int64  `json:"person"` // stays the last: erase looks for it
}

// columns returns the place as arguments.
func (p place) columns() []any { return []any{p.Platform, p.Workspace, p.Channel, p.Person} }

// placeName names a place for the audit, without the person.
func placeName(p delivery.Place) string {
	if p.Direct() {
		return "direct messages of " + placeOf(p.Platform, p.Workspace)
	}
	return p.String()
}

// accountOf returns whose direct messages a place is.
func accountOf(p delivery.Place) briefings.Actor {
	return briefings.Actor{Platform: p.Platform, Workspace: p.Workspace, User: p.User}
}

// checkPlace refuses what cannot be a place.
func checkPlace(p delivery.Place) error {
	if p.Platform == "" || p.Channel == "" && p.User == "" || !validText(string(p.Platform)) || !validText(string(p.Workspace)) || !validText(p.Channel) || !validText(string(p.User)) {
		return briefings.Errorf(briefings.ErrInvalid, "A place needs a platform, and a channel or an account, that are plain text.")
	}
	return nil
}

// place returns a place as it is stored, with a new number for a person who has none.
func (h *history) place(ctx context.Context, p delivery.Place) (place, error) {
	x := place{Platform: cleanText(string(p.Platform)), Workspace: cleanText(string(p.Workspace)), Channel: cleanText(p.Channel)}
	if p.User == "" {
		return x, nil
	}
	var err error
	x.Person, err = h.actor(ctx, accountOf(p))
	return x, err
}

// maker returns the number of who made something, 0 for nobody.
func (h *history) maker(ctx context.Context, a briefings.Actor) (int64, error) {
	if a == (briefings.Actor{}) {
		return 0, nil
	}
	return h.actor(ctx, a)
}

// readPeople reads the actors of some numbers. Where there are many, all are read.
func readPeople(ctx context.Context, t *txn, book string, numbers map[int64]bool) (map[int64]briefings.Actor, error) {
	delete(numbers, 0)
	found := make(map[int64]briefings.Actor, len(numbers))
	if len(numbers) == 0 {
		return found, nil
	}
	const several = 16
	query, args := `SELECT number, platform, workspace, user_id FROM actors WHERE book = $1`, []any{book}
	if len(numbers) > several {
		return found, scan(ctx, t, query, args, func(row scanner) error { return addPerson(row, found) })
	}
	for n := range numbers {
		if err := scan(ctx, t, query+` AND number = $2`, []any{book, n}, func(row scanner) error { return addPerson(row, found) }); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func addPerson(row scanner, found map[int64]briefings.Actor) error {
	var n int64
	var a briefings.Actor
	if err := row.Scan(&n, &a.Platform, &a.Workspace, &a.User); err != nil {
		return err
	}
	found[n] = a
	return nil
}

// named returns a stored place with the person's name.
func (p place) named(people map[int64]briefings.Actor) delivery.Place {
	return delivery.Place{
		Platform: briefings.Platform(p.Platform), Workspace: briefings.Workspace(p.Workspace), Channel: p.Channel, User: people[p.Person].User,
	}
}

// scanner is a row.
type scanner interface{ Scan(dest ...any) error }

// scan calls f with each row of a query.
func scan(ctx context.Context, t *txn, query string, args []any, f func(scanner) error) error {
	rows, err := t.query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := f(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Stops returns the places to which nothing is sent. See delivery.Ledger.
func (s *Store) Stops(ctx context.Context, book briefings.BookID) (map[delivery.Place]string, error) {
	stops := map[delivery.Place]string{}
	err := s.read(ctx, "stops of "+string(book), func(t *txn) error {
		b, err := s.book(ctx, t, book, "")
		if err != nil {
			return err
		}
		return scan(ctx, t, `SELECT p.platform, p.workspace, p.channel, COALESCE(a.user_id, ''), p.why
FROM places p LEFT JOIN actors a ON a.book = p.book AND a.number = p.person WHERE p.book = $1 AND p.why <> ''`, []any{b.id}, func(row scanner) error {
			var p delivery.Place
			var why string
			if err := row.Scan(&p.Platform, &p.Workspace, &p.Channel, &p.User, &why); err != nil {
				return err
			}
			stops[p] = why
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	return stops, nil
}

// Reopen lets a place be posted to again. See delivery.Ledger.
func (s *Store) Reopen(ctx context.Context, book briefings.BookID, d briefings.Deed, p delivery.Place) error {
	if err := checkPlace(p); err != nil {
		return err
	}
	return s.put(ctx, "reopen a place of "+string(book), book, d, func(h *history) (string, error) {
		said := placeName(p) + " may be posted to again"
		x := place{Platform: string(p.Platform), Workspace: string(p.Workspace), Channel: p.Channel}
		if p.User != "" {
			n, err := h.known(ctx, accountOf(p))
			if err != nil || n == 0 {
				return said, err
			}
			x.Person = n
		}
		return said, h.t.exec(ctx, `DELETE FROM places WHERE book = $1 AND platform = $2 AND workspace = $3 AND channel = $4 AND person = $5`,
			append([]any{h.book.id}, x.columns()...)...)
	})
}

// failures counts what happens at places within one transaction.
type failures struct {
	t    *txn
	book string
	// counted are the places with failures; nil until they are needed.
	counted map[place]bool
}

// worked takes note that something was sent to a place.
func (f *failures) worked(ctx context.Context, p place) error {
	if f.counted == nil {
		f.counted = map[place]bool{}
		err := scan(ctx, f.t, `SELECT platform, workspace, channel, person FROM places WHERE book = $1 AND failures > 0`, []any{f.book}, func(row scanner) error {
			var p place
			err := row.Scan(&p.Platform, &p.Workspace, &p.Channel, &p.Person)
			f.counted[p] = true
			return err
		})
		if err != nil {
			return err
		}
	}
	if !f.counted[p] {
		return nil
	}
	delete(f.counted, p)
	return f.t.exec(ctx, `UPDATE places SET failures = 0 WHERE book = $1 AND platform = $2 AND workspace = $3 AND channel = $4 AND person = $5`,
		append([]any{f.book}, p.columns()...)...)
}

// failed takes note that something failed for good at a place, and pauses it when it is
// time. It keeps the first reason.
func (f *failures) failed(ctx context.Context, p place, why string) error {
	if f.counted != nil {
		f.counted[p] = true
	}
	if why = strings.TrimSpace(why); why == "" {
		why = "nothing can be posted there"
	}
	key := append([]any{f.book}, p.columns()...)
	if err := f.t.exec(ctx, `INSERT INTO places (book, platform, workspace, channel, person, failures, why) VALUES ($1, $2, $3, $4, $5, 1, '')
ON CONFLICT (book, platform, workspace, channel, person) DO UPDATE SET failures = places.failures + 1`, key...); err != nil {
		return err
	}
	return f.t.exec(ctx, `UPDATE places SET why = $1 WHERE book = $2 AND platform = $3 AND workspace = $4 AND channel = $5 AND person = $6 AND failures >= $7 AND why = ''`,
		append(append([]any{why}, key...), delivery.PauseAfter)...)
}
