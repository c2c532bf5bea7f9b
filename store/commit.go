package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
)

// Commit plans. See delivery.Ledger.
func (s *Store) Commit(ctx context.Context, book briefings.BookID, p delivery.Plan) error {
	if p.At.IsZero() {
		return errors.New("a plan does not say when it is made")
	}
	secret, err := s.Secret(ctx)
	if err != nil {
		return err
	}
	return s.write(ctx, "plan in "+string(book), func(t *txn) error {
		b, err := s.book(ctx, t, book, s.dialect.forUpdate()) // actors may be added
		if err != nil {
			return err
		}
		if err := touch(ctx, t, b.id, p.At); err != nil {
			return err
		}
		w := planner{history: &history{s: s, t: t, book: b}, secret: secret, at: moment(p.At)}
		for _, step := range []func(context.Context, delivery.Plan) error{w.advance, w.supersede, w.runs} {
			if err := step(ctx, p); err != nil {
				return err
			}
		}
		return nil
	})
}

// planner writes a plan within a transaction.
type planner struct {
	*history
	secret []byte
	at     int64
}

// advance writes what has moved on, or returns ErrConflict.
func (w *planner) advance(ctx context.Context, p delivery.Plan) error {
	rows := make([][]any, len(p.Schedules))
	for i, s := range p.Schedules {
		rows[i] = []any{string(s.ID), s.Rev, cleanText(s.Cursor), moment(s.NextDue), s.Edition}
	}
	if err := w.advanceAll(ctx, "schedule", "schedules", `reached = v.column3, next_due = v.column4, edition = v.column5`, rows, "TEXT", "BIGINT", "TEXT", "BIGINT", "BIGINT"); err != nil {
		return err
	}
	rows = make([][]any, len(p.Watches))
	for i, x := range p.Watches {
		rows[i] = []any{x.ID, x.Rev, string(x.State), x.Held, moment(x.Next)}
	}
	if err := w.advanceAll(ctx, "watch", "watches", `state = v.column3, held = v.column4, next_at = v.column5`, rows, "TEXT", "BIGINT", "TEXT", "BIGINT", "BIGINT"); err != nil {
		return err
	}
	rows = make([][]any, len(p.Pins))
	for i, x := range p.Pins {
		rows[i] = []any{x.ID, x.Rev, string(x.State), cleanText(x.Hash), moment(x.Next), cleanText(x.Posted.Source), cleanText(x.Posted.Slot)}
	}
	if err := w.advanceAll(ctx, "status card", "pins", `state = v.column3, hash = v.column4, next_at = v.column5, source = v.column6, slot = v.column7`, rows,
		"TEXT", "BIGINT", "TEXT", "TEXT", "BIGINT", "TEXT", "TEXT"); err != nil {
		return err
	}
	if p.Cursor == nil {
		return nil
	}
	moved, err := textColumn(ctx, w.t, `UPDATE ledgers SET alerted = $1 WHERE book = $2 AND alerted = $3 RETURNING book`, p.Cursor.To, w.book.id, p.Cursor.From)
	if err == nil && len(moved) == 0 {
		return errMoved("cursor of alerts")
	}
	return err
}

// advanceAll writes rows, which begin with the id and the revision, where they are
// still at that revision, all of them.
func (w *planner) advanceAll(ctx context.Context, what, table, set string, rows [][]any, types ...string) error {
	return w.t.batches(rows, func(rows [][]any) error {
		values, args := valuesOf(0, rows, types...)
		moved, err := textColumn(ctx, w.t, fmt.Sprintf(`UPDATE %s SET rev = rev + 1, %s FROM (VALUES %s) AS v WHERE book = $%d AND id = v.column1 AND rev = v.column2 RETURNING id`,
			table, set, values, len(args)+1), append(args, w.book.id)...)
		if err == nil && len(moved) != len(rows) {
			return errMoved(what)
		}
		return err
	})
}

const openSlots = `SELECT DISTINCT slot FROM deliveries WHERE book = $1 AND source = $2 AND wake >= 0 ORDER BY slot`

// supersede replaces what is only waiting of the earlier runs of the sources, and
// marks those runs, so that what else of them comes back to wait is replaced as well.
func (w *planner) supersede(ctx context.Context, p delivery.Plan) error {
	for _, source := range p.Supersede {
		source = cleanText(source)
		slots, err := textColumn(ctx, w.t, openSlots, w.book.id, source)
		if err != nil {
			return err
		}
		for _, slot := range slots {
			// The plan of another process may be here already.
			if slices.ContainsFunc(p.Runs, func(r delivery.NewRun) bool { return keyOf(r.Key) == delivery.RunKey{Source: source, Slot: slot} }) {
				continue
			}
			marked, err := textColumn(ctx, w.t, `UPDATE runs SET state = 'superseded' WHERE book = $1 AND source = $2 AND slot = $3 AND state = 'planned' RETURNING slot`, w.book.id, source, slot)
			if err != nil {
				return err
			}
			if len(marked) == 0 {
				continue
			}
			if err := w.t.exec(ctx, `UPDATE deliveries SET state = 'superseded', class = 'superseded', detail = 'a newer edition is due',
  fence = fence + 1, next_at = 0, wake = NULL, moved = $1
WHERE book = $2 AND source = $3 AND slot = $4 AND wake IS NOT NULL AND state = 'pending'`, w.at, w.book.id, source, slot); err != nil {
				return err
			}
		}
	}
	return nil
}

// keyOf returns a key as it is stored.
func keyOf(k delivery.RunKey) delivery.RunKey {
	return delivery.RunKey{Source: cleanText(k.Source), Slot: cleanText(k.Slot)}
}

// planBatch is how many runs are written at once.
const planBatch = 256

// runs writes the runs that are not known yet, with their parts and deliveries.
func (w *planner) runs(ctx context.Context, p delivery.Plan) error {
	for batch := range slices.Chunk(p.Runs, planBatch) {
		known := map[delivery.RunKey]bool{}
		var rows [][]any
		var list []delivery.NewRun
		for _, r := range batch {
			r.Key = keyOf(r.Key)
			if known[r.Key] {
				continue
			}
			known[r.Key] = true
			list = append(list, r)
			rows = append(rows, []any{
				w.book.id, r.Key.Source, r.Key.Slot, string(r.Kind), string(r.State), cleanText(r.Reason), moment(r.Due), moment(r.Made),
				r.Edition, r.Seq, r.Since, cleanText(r.Hash), cleanText(r.Zone), r.More,
			})
		}
		fresh, err := w.addRuns(ctx, rows)
		if err != nil {
			return err
		}
		if err := w.addParts(ctx, list, fresh); err != nil {
			return err
		}
		if err := w.addDeliveries(ctx, list, fresh); err != nil {
			return err
		}
	}
	return nil
}

// addRuns adds runs, and returns which of them are new.
func (w *planner) addRuns(ctx context.Context, rows [][]any) (map[delivery.RunKey]bool, error) {
	fresh := map[delivery.RunKey]bool{}
	err := w.t.batches(rows, func(rows [][]any) error {
		values, args := valuesOf(0, rows)
		return scan(ctx, w.t, `INSERT INTO runs (book, source, slot, kind, state, reason, due, made, edition, seq, since, hash, zone, more) VALUES `+values+`
ON CONFLICT (book, source, slot) DO NOTHING RETURNING source, slot`, args, func(row scanner) error {
			var k delivery.RunKey
			err := row.Scan(&k.Source, &k.Slot)
			fresh[k] = true
			return err
		})
	})
	return fresh, err
}

func (w *planner) addParts(ctx context.Context, list []delivery.NewRun, fresh map[delivery.RunKey]bool) error {
	var rows [][]any
	flush := func() error {
		_, err := w.t.insert(ctx, `parts (book, source, slot, platform, number, op, threaded, body, card, shows)`, rows, ` ON CONFLICT (book, source, slot, platform, number) DO NOTHING RETURNING source`)
		rows = rows[:0]
		return err
	}
	for _, r := range list {
		if !fresh[r.Key] {
			continue
		}
		for _, p := range r.Parts {
			shows, err := toJSON(p.Shows)
			if err != nil {
				return err
			}
			rows = append(rows, []any{
				w.book.id, r.Key.Source, r.Key.Slot, cleanText(string(p.Platform)), p.Number, string(p.Op), flag(p.Threaded), notNil(p.Body), notNil(p.Card), shows,
			})
			if len(rows) == maxRows {
				if err := flush(); err != nil {
					return err
				}
			}
		}
	}
	return flush()
}

func notNil(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

const intoDeliveries = `deliveries (book, id, source, slot, platform, workspace, channel, person, part, root, final, op, threaded, state, fence, owner, lease, attempts,
next_at, deadline, first_sent, last_sent, unsure, ever_unsure, looked, message, thread, marker, class, detail, on_unknown, moved, blocked, claimed, wake)`

// addDeliveries adds the deliveries of new runs. They are made a few at a time: a run
// may have 20,000.
func (w *planner) addDeliveries(ctx context.Context, list []delivery.NewRun, fresh map[delivery.RunKey]bool) error {
	var rows [][]any
	flush := func() error {
		err := w.add(ctx, rows)
		rows = rows[:0]
		return err
	}
	for _, r := range list {
		if !fresh[r.Key] {
			continue
		}
		seen := make(map[place]bool, len(r.To))
		for _, to := range r.To {
			at, err := w.place(ctx, to.Place)
			if err != nil {
				return err
			}
			if seen[at] {
				continue
			}
			seen[at] = true
			rows = append(rows, w.deliveries(r, to, at)...)
			if len(rows) >= maxRows {
				if err := flush(); err != nil {
					return err
				}
			}
		}
	}
	return flush()
}

// The columns of intoDeliveries that add looks at.
const (
	idColumn     = 1
	sourceColumn = 2
	slotColumn   = 3
)

// add adds deliveries. Where the 50 bits of an id are those of another's, which must not
// make a run fail or a message be lost, its delivery has an id that follows from it.
func (w *planner) add(ctx context.Context, rows [][]any) error {
	for len(rows) > 0 {
		added, err := w.t.insert(ctx, intoDeliveries, rows, ` ON CONFLICT (book, id) DO NOTHING RETURNING id`)
		if err != nil {
			return err
		}
		if len(added) == len(rows) {
			return nil
		}
		rows = slices.DeleteFunc(rows, func(row []any) bool { return slices.Contains(added, row[idColumn].(string)) })
		for _, row := range rows {
			was := row[idColumn].(string)
			row[idColumn] = string(delivery.NewID(w.secret, w.book.id, delivery.RunKey{Source: "taken", Slot: was}, delivery.Place{}, 0))
			if err := w.t.exec(ctx, `UPDATE deliveries SET root = $1 WHERE book = $2 AND source = $3 AND slot = $4 AND root = $5`,
				row[idColumn], w.book.id, row[sourceColumn], row[slotColumn], was); err != nil {
				return err
			}
		}
	}
	return nil
}

// deliveries returns the rows of what goes to one place: the parts for its platform.
// Where there is none, what is not sent is to be seen all the same.
func (w *planner) deliveries(r delivery.NewRun, to delivery.Target, at place) [][]any {
	var parts []delivery.Part
	for _, p := range r.Parts {
		if p.Platform == to.Place.Platform {
			parts = append(parts, p)
		}
	}
	slices.SortStableFunc(parts, func(a, b delivery.Part) int { return cmp.Compare(a.Number, b.Number) })
	parts = slices.CompactFunc(parts, func(a, b delivery.Part) bool { return a.Number == b.Number })
	refused, class := to.Refused, delivery.Closed
	if len(parts) == 0 {
		parts = []delivery.Part{{Number: 1, Op: delivery.Post}}
		if refused == "" {
			refused, class = "nothing was written for this platform", delivery.Faulty
		}
	}
	rows := make([][]any, len(parts))
	root := ""
	for i, p := range parts {
		id := string(delivery.NewID(w.secret, w.book.id, r.Key, to.Place, p.Number))
		d := planned{deadline: moment(r.Deadline), thread: to.Thread}
		d.next = cmp.Or(moment(to.NotBefore), w.at)
		d.wake = wake(d.next, d.deadline)
		if i > 0 {
			d.next, d.blocked = 0, 1
			d.wake = wake(forever, d.deadline)
		}
		switch {
		case p.Op == delivery.Edit:
			d.message, d.marker = to.Message, to.Marker
		case p.Threaded && i == 0:
			d.thread = cmp.Or(to.Thread, to.Message)
		case p.Threaded:
			d.thread = "" // that of the first part, once it is sent
		}
		state, reason, failure := string(delivery.Pending), "", ""
		var due any = d.wake
		if refused != "" {
			state, failure, reason, due = string(delivery.Dead), string(class), refused, nil
			d.next = 0
		}
		rows[i] = []any{
			w.book.id, id, r.Key.Source, r.Key.Slot, at.Platform, at.Workspace, at.Channel, at.Person, p.Number, root, flag(i == len(parts)-1),
			string(p.Op), flag(p.Threaded), state, 0, cleanText(r.Owner), 0, 0, d.next, d.deadline, 0, 0, 0, 0, 0,
			cleanText(d.message), cleanText(d.thread), cleanText(d.marker), failure, cleanText(reason), string(r.OnUnknown), w.at, d.blocked, 0, due,
		}
		if i == 0 {
			root = id
		}
	}
	return rows
}

// planned is what differs between the parts of a run at a place.
type planned struct {
	next, deadline, wake    int64
	blocked                 int
	message, thread, marker string
}

// wake returns when something is to be done at a delivery that waits for next: its
// deadline, at the latest.
func wake(next, deadline int64) int64 {
	if deadline > 0 {
		return min(next, deadline)
	}
	return next
}
