package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
)

// errMoved says that something is not what it was when a change of it was begun.
func errMoved(what string) error {
	return briefings.Errorf(briefings.ErrConflict, "The %s has been changed since. Look at it again, and repeat your change.", what)
}

// change is what is put in place of a revision of a schedule, a watch or a pin.
type change struct {
	what, table string
	id          string
	rev         int64
	columns     []string
	args        []any
}

// replace puts a change in place of the revision that it is of.
func (h *history) replace(ctx context.Context, c change) error {
	var set strings.Builder
	for i, column := range c.columns {
		fmt.Fprintf(&set, "%s = $%d, ", column, i+1)
	}
	n := len(c.columns)
	query := fmt.Sprintf(`UPDATE %s SET %srev = rev + 1 WHERE book = $%d AND id = $%d AND rev = $%d RETURNING id`, c.table, set.String(), n+1, n+2, n+3)
	changed, err := textColumn(ctx, h.t, query, append(c.args[:n:n], h.book.id, c.id, c.rev)...)
	if err != nil || len(changed) > 0 {
		return err
	}
	known, err := h.counted(ctx, `SELECT COUNT(*) FROM `+c.table+` WHERE book = $1 AND id = $2`, c.id)
	switch {
	case err != nil:
		return err
	case known == 0:
		return briefings.Errorf(briefings.ErrNotFound, "There is no such %s.", c.what)
	default:
		return errMoved(c.what)
	}
}

// create adds a schedule, a watch or a pin at its first revision. Its id is one that
// somebody has given, or minted.
func (h *history) create(ctx context.Context, c change) error {
	into := c.table + " (" + strings.Join(c.columns, ", ") + ", book, id, rev)"
	made, err := h.t.insert(ctx, into, [][]any{append(c.args, h.book.id, c.id, 1)}, ` ON CONFLICT (book, id) DO NOTHING RETURNING id`)
	if err == nil && len(made) == 0 {
		return errMoved(c.what)
	}
	return err
}

// counted returns what a query counts in the book.
func (h *history) counted(ctx context.Context, query string, args ...any) (n int64, err error) {
	err = h.t.row(ctx, query, append([]any{h.book.id}, args...), &n)
	return n, err
}

// PutSchedule keeps a schedule. See delivery.Ledger.
func (s *Store) PutSchedule(ctx context.Context, book briefings.BookID, d briefings.Deed, x delivery.Schedule) (delivery.Schedule, error) {
	if x.Name == "" || !validText(x.Name) || !validText(string(x.ID)) {
		return x, briefings.Errorf(briefings.ErrInvalid, "A schedule needs a name that is plain text.")
	}
	if len(x.Places) > delivery.MaxPlaces {
		return x, briefings.Errorf(briefings.ErrInvalid, "A schedule goes to at most %d places. Make another for the rest.", delivery.MaxPlaces)
	}
	for _, p := range x.Places {
		if err := checkPlace(p); err != nil {
			return x, err
		}
	}
	id := x.ID
	if id == "" {
		id = delivery.ScheduleID(briefings.NewToken())
	}
	err := s.put(ctx, "put a schedule of "+string(book), book, d, func(h *history) (string, error) {
		was, err := h.roomForSchedule(ctx, id, x)
		if err != nil {
			return "", err
		}
		args, err := h.scheduleArgs(ctx, x)
		if err != nil {
			return "", err
		}
		c := change{"schedule", "schedules", string(id), x.Rev, scheduleColumns, args}
		if x.Rev > 0 {
			said := "schedule " + x.Name + changeTo(was, x.State)
			if err := h.withdrawSchedule(ctx, x, moment(d.At)); err != nil {
				return "", err
			}
			return said, h.replace(ctx, c)
		}
		return "schedule " + x.Name + " made", h.create(ctx, c)
	})
	if err != nil {
		return x, err
	}
	x.ID = id
	x.Rev++
	return x, nil
}

// changeTo says what a change of state is.
func changeTo(was, is delivery.ScheduleState) string {
	switch {
	case is == was || was == "":
		return " changed"
	case is == delivery.Active:
		return " resumed"
	default:
		return " " + string(is)
	}
}

// roomForSchedule returns the state that a schedule has had, and refuses one whose name
// is another's or for which there is no room.
func (h *history) roomForSchedule(ctx context.Context, id delivery.ScheduleID, x delivery.Schedule) (was delivery.ScheduleState, err error) {
	err = h.t.row(ctx, `SELECT state FROM schedules WHERE book = $1 AND id = $2`, []any{h.book.id, string(id)}, &was)
	if err != nil && !errors.Is(err, sql.ErrNoRows) || x.State == delivery.Deleted {
		return was, ignoreNone(err)
	}
	if x.Rev > 0 && was == "" {
		return "", nil // it is not there, which is what is said of it
	}
	same, err := h.counted(ctx, `SELECT COUNT(*) FROM schedules WHERE book = $1 AND name = $2 AND id <> $3 AND state <> 'deleted'`, x.Name, string(id))
	switch {
	case err != nil:
		return "", err
	case same > 0:
		return "", briefings.Errorf(briefings.ErrInvalid, "There is already a schedule %q. Choose another name.", x.Name)
	case was != "" && was != delivery.Deleted:
		return was, nil
	}
	all, err := h.counted(ctx, `SELECT COUNT(*) FROM schedules WHERE book = $1 AND state <> 'deleted'`)
	if err == nil && all >= delivery.MaxSchedules {
		return "", briefings.Errorf(briefings.ErrInvalid, "The book has %d schedules, and may not have more. Delete one first.", all)
	}
	return was, err
}

// ignoreNone returns nil where there was no row.
func ignoreNone(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}

var scheduleColumns = []string{"name", "spec", "said", "zone", "places", "options", "state", "made", "origin", "reached", "next_due", "edition"}

// scheduleArgs returns what goes into the columns of a schedule.
func (h *history) scheduleArgs(ctx context.Context, x delivery.Schedule) ([]any, error) {
	list := make([]place, len(x.Places))
	for i, p := range x.Places {
		var err error
		if list[i], err = h.place(ctx, p); err != nil {
			return nil, err
		}
	}
	places, err := toJSON(list)
	if err != nil {
		return nil, err
	}
	options, err := toJSON(x.Options)
	if err != nil {
		return nil, err
	}
	made, err := h.maker(ctx, x.Made)
	if err != nil {
		return nil, err
	}
	return []any{x.Name, cleanText(x.Spec), cleanText(x.Said), cleanText(x.Zone), places, options, string(x.State), made, cleanText(x.From),
		cleanText(x.Cursor), moment(x.NextDue), x.Edition}, nil
}

const selectSchedules = `SELECT id, name, spec, said, zone, places, options, state, made, origin, rev, reached, next_due, edition FROM schedules WHERE book = $1`

// Schedules returns those that are not deleted. See delivery.Ledger.
func (s *Store) Schedules(ctx context.Context, book briefings.BookID) ([]delivery.Schedule, error) {
	return s.schedules(ctx, "schedules of ", book, ` AND state <> 'deleted' ORDER BY name`)
}

// Due returns the schedules that are due. See delivery.Ledger.
func (s *Store) Due(ctx context.Context, book briefings.BookID, now time.Time, limit int) ([]delivery.Schedule, error) {
	return s.schedules(ctx, "due schedules of ", book, ` AND next_due > 0 AND next_due <= $2 AND state <> 'deleted' ORDER BY next_due, id LIMIT $3`, millis(now), max(limit, 0))
}

func (s *Store) schedules(ctx context.Context, doing string, book briefings.BookID, which string, args ...any) ([]delivery.Schedule, error) {
	var list []delivery.Schedule
	err := s.read(ctx, doing+string(book), func(t *txn) error {
		b, err := s.book(ctx, t, book, "")
		if err != nil {
			return err
		}
		list, err = readSchedules(ctx, t, b.id, which, args...)
		return err
	})
	return list, err
}

func readSchedules(ctx context.Context, t *txn, book, which string, args ...any) ([]delivery.Schedule, error) {
	var list []delivery.Schedule
	var places [][]place
	var makers []int64
	numbers := map[int64]bool{}
	err := scan(ctx, t, selectSchedules+which, append([]any{book}, args...), func(row scanner) error {
		var x delivery.Schedule
		var to, options string
		var made, due int64
		if err := row.Scan(&x.ID, &x.Name, &x.Spec, &x.Said, &x.Zone, &to, &options, &x.State, &made, &x.From, &x.Rev, &x.Cursor, &due, &x.Edition); err != nil {
			return err
		}
		var stored []place
		if err := errors.Join(fromJSON(to, &stored), fromJSON(options, &x.Options)); err != nil {
			return err
		}
		for _, p := range stored {
			numbers[p.Person] = true
		}
		numbers[made] = true
		x.NextDue = fromMoment(due)
		list, places, makers = append(list, x), append(places, stored), append(makers, made)
		return nil
	})
	if err != nil {
		return nil, err
	}
	people, err := readPeople(ctx, t, book, numbers)
	if err != nil {
		return nil, err
	}
	for i := range list {
		list[i].Made = people[makers[i]]
		for _, p := range places[i] {
			list[i].Places = append(list[i].Places, p.named(people))
		}
	}
	return list, nil
}
