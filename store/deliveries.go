package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
)

const selectRuns = `SELECT source, slot, kind, state, reason, due, made, edition, seq, since, hash, zone, more FROM runs`

func scanRun(row scanner) (r delivery.Run, err error) {
	var due, made int64
	err = row.Scan(&r.Key.Source, &r.Key.Slot, &r.Kind, &r.State, &r.Reason, &due, &made, &r.Edition, &r.Seq, &r.Since, &r.Hash, &r.Zone, &r.More)
	r.Due, r.Made = fromMoment(due), fromMoment(made)
	return r, err
}

// Runs returns runs. See delivery.Ledger.
func (s *Store) Runs(ctx context.Context, book briefings.BookID, q delivery.RunQuery) ([]delivery.Run, error) {
	query := selectFrom(selectRuns+` WHERE book = $1`, book)
	if q.Source != "" {
		query.where("source =", cleanText(q.Source))
	}
	if q.Kind != "" {
		query.where("kind =", cleanText(string(q.Kind)))
	}
	if len(q.States) > 0 {
		if !slices.Contains(q.States, delivery.Planned) {
			query.text.WriteString(" AND state <> 'planned'") // there is an index of these
		}
		query.among("state", column(q.States), "")
	}
	if !q.Since.IsZero() {
		query.where("made >=", millisUp(q.Since))
	}
	query.order("made DESC, due DESC, source, slot DESC", q.Limit)
	var list []delivery.Run
	err := s.read(ctx, "runs of "+string(book), func(t *txn) error {
		if _, err := s.book(ctx, t, book, ""); err != nil {
			return err
		}
		return scan(ctx, t, query.text.String(), query.args, func(row scanner) error {
			r, err := scanRun(row)
			list = append(list, r)
			return err
		})
	})
	return list, err
}

// column returns texts as the rows of one column.
func column[T ~string](list []T) [][]string {
	rows := make([][]string, len(list))
	for i, x := range list {
		rows[i] = []string{string(x)}
	}
	return rows
}

// lastSentQuery picks the newest run of a source that reached a place; %s restricts that.
const lastSentQuery = selectRuns + ` WHERE book = $1 AND source = $2
AND EXISTS (SELECT 1 FROM deliveries d WHERE d.book = runs.book AND d.source = runs.source AND d.slot = runs.slot AND d.state = 'sent'%s)
ORDER BY made DESC, due DESC, slot DESC LIMIT 1`

// LastSent returns the newest run of a source that reached a place. See delivery.Ledger.
func (s *Store) LastSent(ctx context.Context, book briefings.BookID, source string, at *delivery.Place) (run delivery.Run, err error) {
	none := briefings.Errorf(briefings.ErrNotFound, "Nothing of it has been posted yet.")
	err = s.read(ctx, "last sent run of "+string(book), func(t *txn) error {
		b, err := s.book(ctx, t, book, "")
		if err != nil {
			return err
		}
		args, which := []any{b.id, cleanText(source)}, ""
		if at != nil {
			h := &history{s: s, t: t, book: b}
			person := int64(0)
			if at.User != "" {
				if person, err = h.known(ctx, accountOf(*at)); err != nil {
					return err
				}
				if person == 0 {
					return none
				}
			}
			which = ` AND d.platform = $3 AND d.workspace = $4 AND d.channel = $5 AND d.person = $6`
			args = append(args, cleanText(string(at.Platform)), cleanText(string(at.Workspace)), cleanText(at.Channel), person)
		}
		err = scan(ctx, t, fmt.Sprintf(lastSentQuery, which), args, func(row scanner) error {
			var err error
			run, err = scanRun(row)
			return err
		})
		if err == nil && run.Key == (delivery.RunKey{}) {
			return none
		}
		return err
	})
	return run, err
}

// Parts returns the messages of a run for a platform. See delivery.Ledger.
func (s *Store) Parts(ctx context.Context, book briefings.BookID, key delivery.RunKey, p briefings.Platform) ([]delivery.Part, error) {
	var list []delivery.Part
	key = keyOf(key)
	err := s.read(ctx, "messages of "+string(book), func(t *txn) error {
		b, err := s.book(ctx, t, book, "")
		if err != nil {
			return err
		}
		return scan(ctx, t, `SELECT platform, number, op, threaded, body, card, shows FROM parts
WHERE book = $1 AND source = $2 AND slot = $3 AND platform = $4 ORDER BY number`, []any{b.id, key.Source, key.Slot, cleanText(string(p))}, func(row scanner) error {
			var x delivery.Part
			var threaded int
			var shows string
			if err := row.Scan(&x.Platform, &x.Number, &x.Op, &threaded, &x.Body, &x.Card, &shows); err != nil {
				return err
			}
			x.Threaded = threaded != 0
			err := fromJSON(shows, &x.Shows)
			list = append(list, x)
			return err
		})
	})
	return list, err
}

const deliveryColumns = `d.id, d.source, d.slot, r.kind, d.platform, d.workspace, d.channel, COALESCE(a.user_id, ''), d.part, d.op, d.state, d.fence, d.owner, d.lease,
  d.attempts, r.due, d.next_at, d.deadline, d.first_sent, d.last_sent, d.unsure, d.ever_unsure, d.looked, d.message, d.thread, d.marker, d.class, d.detail,
  d.on_unknown, r.edition, r.zone, d.moved, r.state`

const joinDeliveries = `
JOIN runs r ON r.book = d.book AND r.source = d.source AND r.slot = d.slot
LEFT JOIN actors a ON a.book = d.book AND a.number = d.person`

// scanDelivery reads deliveryColumns, and what follows them.
func scanDelivery(row scanner, more ...any) (d delivery.Delivery, err error) {
	var lease, due, next, deadline, first, last, looked, moved int64
	var unsure, ever int
	err = row.Scan(append([]any{
		&d.ID, &d.Run.Source, &d.Run.Slot, &d.Kind, &d.To.Platform, &d.To.Workspace, &d.To.Channel, &d.To.User, &d.Part, &d.Op, &d.State, &d.Fence, &d.Owner, &lease,
		&d.Attempts, &due, &next, &deadline, &first, &last, &unsure, &ever, &looked, &d.Message, &d.Thread, &d.Marker, &d.Class, &d.Detail,
		&d.OnUnknown, &d.Edition, &d.Zone, &moved, &d.RunState,
	}, more...)...)
	d.Lease, d.Due, d.Next, d.Deadline = fromMoment(lease), fromMoment(due), fromMoment(next), fromMoment(deadline)
	d.FirstSent, d.LastSent, d.Looked, d.Moved = fromMoment(first), fromMoment(last), fromMoment(looked), fromMoment(moved)
	d.Unsure, d.EverUnsure = unsure != 0, ever != 0
	return d, err
}

// Deliveries returns deliveries. See delivery.Ledger.
func (s *Store) Deliveries(ctx context.Context, book briefings.BookID, q delivery.DeliveryQuery) ([]delivery.Delivery, error) {
	var list []delivery.Delivery
	err := s.read(ctx, "deliveries of "+string(book), func(t *txn) error {
		b, err := s.book(ctx, t, book, "")
		if err != nil {
			return err
		}
		query, err := deliveryQuery(ctx, &history{s: s, t: t, book: b}, q)
		if err != nil || query == nil {
			return err
		}
		return scan(ctx, t, query.text.String(), query.args, func(row scanner) error {
			d, err := scanDelivery(row)
			list = append(list, d)
			return err
		})
	})
	return list, err
}

// deliveryQuery returns the SQL that picks what q asks for, nil for what cannot be.
func deliveryQuery(ctx context.Context, h *history, q delivery.DeliveryQuery) (*selection, error) {
	query := selectFrom(`SELECT `+deliveryColumns+` FROM deliveries d`+joinDeliveries+` WHERE d.book = $1`, briefings.BookID(h.book.id))
	if q.Run != nil {
		key := keyOf(*q.Run)
		query.where("d.source =", key.Source)
		query.where("d.slot =", key.Slot)
	}
	if q.Source != "" {
		query.where("d.source =", cleanText(q.Source))
	}
	if len(q.IDs) > 0 {
		query.among("d.id", column(q.IDs), "")
	}
	if len(q.States) > 0 {
		query.ofStates(q.States)
	}
	if q.Place != nil {
		person := int64(0)
		if q.Place.User != "" {
			var err error
			if person, err = h.known(ctx, accountOf(*q.Place)); err != nil || person == 0 {
				return nil, err
			}
			query.text.WriteString(" AND d.person <> 0") // there is an index of these
		}
		query.where("d.person =", person)
		query.where("d.platform =", cleanText(string(q.Place.Platform)))
		query.where("d.workspace =", cleanText(string(q.Place.Workspace)))
		query.where("d.channel =", cleanText(q.Place.Channel))
	}
	if !q.Since.IsZero() {
		query.where("d.moved >=", millisUp(q.Since))
	}
	// SQLite would rather walk all deliveries in their order than sort the few of a run:
	// it does not see the index of moved in a sum.
	order := "d.moved DESC, d.id DESC"
	if q.Run != nil || q.Source != "" || len(q.IDs) > 0 || q.Place != nil && q.Place.User != "" || len(q.States) > 0 && !slices.ContainsFunc(q.States, delivery.State.Settled) {
		order = "d.moved + 0 DESC, d.id DESC"
	}
	query.order(order, q.Limit)
	return query, nil
}

// ofStates restricts deliveries to states, so that the engines see which of the indexes
// of some states will do.
func (q *selection) ofStates(states []delivery.State) {
	switch {
	case !slices.ContainsFunc(states, delivery.State.Settled):
		q.text.WriteString(" AND d.wake >= 0")
	case len(states) == 1 && states[0] == delivery.Dead:
		q.text.WriteString(" AND d.state = 'dead'")
		return
	}
	q.among("d.state", column(states), "")
}

// workQuery picks what is to be done on a platform, of what is claimed or of what is
// not. Whatever is settled has no wake.
const workQuery = `SELECT ` + deliveryColumns + `, d.wake, p.body FROM deliveries d` + joinDeliveries + `
LEFT JOIN parts p ON p.book = d.book AND p.source = d.source AND p.slot = d.slot AND p.platform = d.platform AND p.number = d.part
WHERE d.book = $1 AND d.platform = $2 AND d.claimed = $3 AND d.wake <= $4 ORDER BY d.wake, d.id LIMIT $5`

// Work returns deliveries at which something is to be done. See delivery.Ledger. A claim
// that holds is not disturbed at the deadline.
func (s *Store) Work(ctx context.Context, book briefings.BookID, platforms []briefings.Platform, now time.Time, limit int) ([]delivery.Job, error) {
	type waiting struct {
		delivery.Job
		since int64
	}
	var all []waiting
	err := s.read(ctx, "work of "+string(book), func(t *txn) error {
		b, err := s.book(ctx, t, book, "")
		if err != nil || limit <= 0 {
			return err
		}
		clock, err := s.leaseClock(ctx, t, now)
		if err != nil {
			return err
		}
		for _, p := range distinct(platforms) {
			for claimed, until := range []int64{millis(now), clock} {
				err := scan(ctx, t, workQuery, []any{b.id, cleanText(string(p)), claimed, until, limit}, func(row scanner) error {
					var w waiting
					var err error
					w.Delivery, err = scanDelivery(row, &w.since, &w.Body)
					all = append(all, w)
					return err
				})
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(all, func(a, b waiting) int { return cmp.Or(cmp.Compare(a.since, b.since), cmp.Compare(a.ID, b.ID)) })
	jobs := make([]delivery.Job, min(limit, len(all)))
	for i := range jobs {
		jobs[i] = all[i].Job
	}
	return jobs, nil
}

// distinct returns each platform once.
func distinct(list []briefings.Platform) []briefings.Platform {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}

// NextWork returns when Work will next have something. See delivery.Ledger.
func (s *Store) NextWork(ctx context.Context, book briefings.BookID, platforms []briefings.Platform) (next time.Time, err error) {
	err = s.read(ctx, "next work of "+string(book), func(t *txn) error {
		b, err := s.book(ctx, t, book, "")
		if err != nil {
			return err
		}
		first := int64(forever)
		for _, p := range distinct(platforms) {
			for claimed := range 2 {
				var at sql.NullInt64
				if err := t.row(ctx, `SELECT MIN(wake) FROM deliveries WHERE book = $1 AND platform = $2 AND claimed = $3 AND wake IS NOT NULL`,
					[]any{b.id, cleanText(string(p)), claimed}, &at); err != nil {
					return err
				}
				if at.Valid {
					first = min(first, at.Int64)
				}
			}
		}
		if first < forever {
			next = fromMillis(first)
		}
		return nil
	})
	return next, err
}

const sweepQuery = `SELECT ` + deliveryColumns + ` FROM deliveries d` + joinDeliveries + `
WHERE d.book = $1 AND d.ever_unsure = 1 AND d.state = 'sent' AND d.last_sent >= $4 AND d.last_sent < $3 AND (d.last_sent >= $2 OR d.moved >= $2) ORDER BY d.last_sent, d.id`

// Sweep returns deliveries that ever were unsure and are sent. See delivery.Ledger.
func (s *Store) Sweep(ctx context.Context, book briefings.BookID, since, until time.Time) ([]delivery.Delivery, error) {
	var list []delivery.Delivery
	err := s.read(ctx, "sweep of "+string(book), func(t *txn) error {
		b, err := s.book(ctx, t, book, "")
		if err != nil {
			return err
		}
		return scan(ctx, t, sweepQuery,
			[]any{b.id, millisUp(since), millisUp(until), millisUp(since.Add(-delivery.MaxCatchup))}, func(row scanner) error {
				d, err := scanDelivery(row)
				list = append(list, d)
				return err
			})
	})
	return list, err
}

// CROSS JOIN keeps SQLite to the order of the tables.
const carrierQuery = `SELECT ` + deliveryColumns + `, c.number FROM postings c CROSS JOIN deliveries d` +
	joinDeliveries + `
WHERE c.book = $1 AND c.kind = $2 AND c.id = $3 AND d.book = c.book AND d.message = c.message AND d.message <> ''
  AND d.platform = c.platform AND d.workspace = c.workspace AND d.channel = c.channel AND d.state = 'sent' ORDER BY d.moved + 0, d.id`

// Carriers returns the messages that show records. See delivery.Ledger.
func (s *Store) Carriers(ctx context.Context, book briefings.BookID, refs []briefings.Ref) ([]delivery.Carrier, error) {
	var list []delivery.Carrier
	err := s.read(ctx, "carriers of "+string(book), func(t *txn) error {
		b, err := s.book(ctx, t, book, "")
		if err != nil {
			return err
		}
		seen := map[briefings.Ref]bool{}
		for _, ref := range refs {
			if seen[ref] || !validText(ref.ID) || !validText(string(ref.Kind)) {
				continue
			}
			seen[ref] = true
			err := scan(ctx, t, carrierQuery, []any{b.id, string(ref.Kind), ref.ID}, func(row scanner) error {
				c := delivery.Carrier{Shown: delivery.Shown{Ref: ref}}
				var err error
				c.Delivery, err = scanDelivery(row, &c.Shown.Number)
				list = append(list, c)
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return list, err
}

// Attempts returns what was tried for a delivery. See delivery.Ledger.
func (s *Store) Attempts(ctx context.Context, book briefings.BookID, id delivery.ID) ([]delivery.Attempt, error) {
	var list []delivery.Attempt
	err := s.read(ctx, "attempts in "+string(book), func(t *txn) error {
		b, err := s.book(ctx, t, book, "")
		if err != nil {
			return err
		}
		return scan(ctx, t, `SELECT number, fence, began, ended, outcome, http, detail FROM attempts WHERE book = $1 AND delivery = $2 ORDER BY n`,
			[]any{b.id, cleanText(string(id))}, func(row scanner) error {
				var a delivery.Attempt
				var began, ended int64
				err := row.Scan(&a.Number, &a.Fence, &began, &ended, &a.Outcome, &a.HTTP, &a.Detail)
				a.Began, a.Ended = fromMoment(began), fromMoment(ended)
				list = append(list, a)
				return err
			})
	})
	return list, err
}

// Swept appends to the attempts of a delivery. See delivery.Ledger.
func (s *Store) Swept(ctx context.Context, book briefings.BookID, id delivery.ID, a delivery.Attempt) error {
	return s.write(ctx, "note a sweep in "+string(book), func(t *txn) error {
		b, err := s.book(ctx, t, book, "")
		if err != nil {
			return err
		}
		if err := touch(ctx, t, b.id, a.Ended); err != nil {
			return err
		}
		var known string
		err = t.row(ctx, `SELECT id FROM deliveries WHERE book = $1 AND id = $2`, []any{b.id, cleanText(string(id))}, &known)
		if errors.Is(err, sql.ErrNoRows) {
			return briefings.Errorf(briefings.ErrNotFound, "There is no delivery %s.", id)
		}
		if err != nil {
			return err
		}
		return addAttempts(ctx, t, b.id, [][]any{attemptRow(known, a)})
	})
}

// attemptRow returns an attempt as addAttempts takes it.
func attemptRow(id string, a delivery.Attempt) []any {
	return []any{id, a.Number, a.Fence, moment(a.Began), moment(a.Ended), cleanText(a.Outcome), a.HTTP, cleanText(a.Detail)}
}

// addAttempts appends attempts of deliveries that all differ.
func addAttempts(ctx context.Context, t *txn, book string, rows [][]any) error {
	return t.batches(rows, func(rows [][]any) error {
		values, args := valuesOf(1, rows, "TEXT", "BIGINT", "BIGINT", "BIGINT", "BIGINT", "TEXT", "BIGINT", "TEXT")
		return t.exec(ctx, `INSERT INTO attempts (book, delivery, n, number, fence, began, ended, outcome, http, detail)
SELECT b.id, v.column1, (SELECT COALESCE(MAX(a.n), 0) + 1 FROM attempts a WHERE a.book = b.id AND a.delivery = v.column1),
  v.column2, v.column3, v.column4, v.column5, v.column6, v.column7, v.column8
FROM (SELECT CAST($1 AS TEXT) AS id) AS b, (VALUES `+values+`) AS v`, append([]any{book}, args...)...)
	})
}
