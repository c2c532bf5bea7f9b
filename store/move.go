package store

import (
	"cmp"
	"context"
	"fmt"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
)

// Move writes down moves. See delivery.Ledger.
func (s *Store) Move(ctx context.Context, book briefings.BookID, moves []delivery.Move) ([]bool, error) {
	var made []bool
	err := s.write(ctx, "move deliveries of "+string(book), func(t *txn) error {
		made = make([]bool, len(moves))
		b, err := s.book(ctx, t, book, "")
		if err != nil || len(moves) == 0 {
			return err
		}
		newest := moves[0].At
		for _, m := range moves {
			if m.At.After(newest) {
				newest = m.At
			}
		}
		// The lock makes movers follow each other: they take rows in no order.
		if err := touch(ctx, t, b.id, newest); err != nil {
			return err
		}
		w := mover{t: t, book: b.id, failures: failures{t: t, book: b.id}}
		for first := 0; first < len(moves); {
			// Moves of one delivery follow each other.
			n := differing(moves[first:])
			if err := w.move(ctx, s, moves[first:first+n], made[first:first+n]); err != nil {
				return err
			}
			first += n
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return made, nil
}

// differing returns how many moves there are before one of a delivery that has been.
func differing(moves []delivery.Move) int {
	seen := make(map[delivery.ID]bool, len(moves))
	for i, m := range moves {
		if seen[m.From.ID] {
			return i
		}
		seen[m.From.ID] = true
	}
	return len(moves)
}

// mover writes down moves within one transaction.
type mover struct {
	t    *txn
	book string
	failures
	shows map[partKey][]delivery.Shown
}

type partKey struct {
	run      delivery.RunKey
	platform string
	part     int
}

// moved is what a delivery is that has been moved.
type moved struct {
	delivery.Move
	root  string
	final bool
	run   delivery.RunKey
	to    place
	part  int
	op    delivery.Op
	below bool // in a thread
}

// moveQuery writes rows to the deliveries that are as they should be. A message that was
// posted is a fact, whoever has moved its delivery meanwhile; but what is known of a
// newer try stays. %s are the rows, %d the number of the book's placeholder.
const moveQuery = `UPDATE deliveries SET fence = fence + 1, state = v.column4, owner = v.column5, lease = v.column6,
  attempts = CASE WHEN fence = v.column2 THEN v.column7 ELSE attempts END,
  next_at = v.column8, deadline = v.column9,
  first_sent = CASE WHEN fence = v.column2 THEN v.column10 ELSE first_sent END,
  last_sent = CASE WHEN fence = v.column2 THEN v.column11 ELSE last_sent END,
  unsure = v.column12, ever_unsure = CASE WHEN ever_unsure = 1 THEN 1 ELSE v.column13 END,
  looked = CASE WHEN fence = v.column2 THEN v.column14 ELSE looked END,
  message = v.column15, class = v.column16, detail = v.column17, on_unknown = v.column18, moved = v.column19, claimed = v.column20,
  wake = CASE WHEN blocked = 1 THEN v.column22 ELSE v.column21 END
FROM (VALUES %s) AS v
WHERE book = $%d AND id = v.column1 AND (v.column4 = 'sent' AND state <> 'sent' OR v.column4 <> 'sent' AND fence = v.column2 AND state = v.column3)
RETURNING id, root, final, source, slot, platform, workspace, channel, person, part, op, threaded`

var moveTypes = []string{
	"TEXT", "BIGINT", "TEXT", "TEXT", "TEXT", "BIGINT", "BIGINT", "BIGINT", "BIGINT", "BIGINT", "BIGINT", "BIGINT", "BIGINT", "BIGINT",
	"TEXT", "TEXT", "TEXT", "TEXT", "BIGINT", "BIGINT", "BIGINT", "BIGINT",
}

// move writes down moves of deliveries that all differ.
func (w *mover) move(ctx context.Context, s *Store, moves []delivery.Move, made []bool) error {
	clock, known := int64(0), false
	rows := make([][]any, len(moves))
	byID := make(map[string]int, len(moves))
	for i, m := range moves {
		lease := int64(0)
		if m.Lease > 0 {
			if !known {
				var err error
				if clock, err = s.leaseClock(ctx, w.t, m.At); err != nil {
					return err
				}
				known = !s.callersClock && s.path == ""
			}
			lease = clock + m.Lease.Milliseconds()
		}
		rows[i] = moveRow(m, lease)
		byID[cleanText(string(m.From.ID))] = i
	}
	var done []moved
	err := w.t.batches(rows, func(rows [][]any) error {
		values, args := valuesOf(0, rows, moveTypes...)
		return scan(ctx, w.t, fmt.Sprintf(moveQuery, values, len(args)+1), append(args, w.book), func(row scanner) error {
			var id string
			var final, below int
			var x moved
			err := row.Scan(&id, &x.root, &final, &x.run.Source, &x.run.Slot, &x.to.Platform, &x.to.Workspace, &x.to.Channel, &x.to.Person, &x.part, &x.op, &below)
			i := byID[id]
			x.Move, x.final, x.below = moves[i], final != 0, below != 0
			x.root = cmp.Or(x.root, id)
			made[i] = true
			done = append(done, x)
			return err
		})
	})
	if err != nil {
		return err
	}
	return w.follow(ctx, done)
}

// moveRow returns a move as moveQuery takes it.
func moveRow(m delivery.Move, lease int64) []any {
	d := m.To
	next, deadline := moment(d.Next), moment(d.Deadline)
	claimed := d.State == delivery.Sending || d.State == delivery.Reconciling
	var free, blocked any // where it is settled
	switch {
	case claimed:
		free, blocked = lease, lease
	case !d.State.Settled():
		free, blocked = wake(next, deadline), wake(forever, deadline)
	}
	return []any{
		cleanText(string(m.From.ID)), m.From.Fence, string(m.From.State), string(d.State), cleanText(d.Owner), lease, d.Attempts, next, deadline,
		moment(d.FirstSent), moment(d.LastSent), flag(d.Unsure), flag(d.EverUnsure), moment(d.Looked),
		cleanText(d.Message), cleanText(d.Class), cleanText(d.Detail), string(d.OnUnknown), moment(m.At), flag(claimed), free, blocked,
	}
}

// follow writes down what goes with moves that were made.
func (w *mover) follow(ctx context.Context, done []moved) error {
	var attempts [][]any
	for _, x := range done {
		if x.Attempt != nil {
			attempts = append(attempts, attemptRow(cleanText(string(x.From.ID)), *x.Attempt))
		}
	}
	if err := addAttempts(ctx, w.t, w.book, attempts); err != nil {
		return err
	}
	for _, x := range done {
		var err error
		switch x.To.State {
		case delivery.Sent:
			err = w.sent(ctx, x)
		case delivery.Dead, delivery.Replaced, delivery.Dropped:
			err = w.ended(ctx, x)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// behindQuery lets the part behind a part be claimed. Where it was given up with that,
// and never tried, it comes back, for as long as that had.
const behindQuery = `UPDATE deliveries SET fence = fence + 1, blocked = 0, moved = $1,
  thread = CASE WHEN threaded = 0 THEN thread ELSE COALESCE(
    (SELECT CASE WHEN f.thread <> '' THEN f.thread ELSE f.message END FROM deliveries f WHERE f.book = deliveries.book AND f.id = deliveries.root), '') END,
  next_at = CASE WHEN state IN ('pending', 'dead') THEN $1 ELSE next_at END,
  class = CASE WHEN state = 'dead' THEN '' ELSE class END, detail = CASE WHEN state = 'dead' THEN '' ELSE detail END,
  deadline = CASE WHEN deadline > 0 AND (deadline < $2 OR $2 = 0) THEN $2 ELSE deadline END,
  wake = CASE WHEN state IN ('pending', 'dead') THEN $1 ELSE wake END,
  state = CASE WHEN state = 'dead' THEN 'pending' ELSE state END
WHERE book = $3 AND root = $4 AND root <> '' AND blocked = 1 AND (state <> 'dead' OR attempts = 0 AND ever_unsure = 0)
  AND part = (SELECT MIN(n.part) FROM deliveries n WHERE n.book = $3 AND n.root = $4 AND n.root <> '' AND n.part > $5)`

// sent writes down what follows where a message is posted or edited.
func (w *mover) sent(ctx context.Context, x moved) error {
	if err := w.show(ctx, x); err != nil {
		return err
	}
	if err := w.worked(ctx, x.to); err != nil {
		return err
	}
	if x.final {
		return nil
	}
	deadline := moment(x.To.Deadline)
	return w.t.exec(ctx, behindQuery, moment(x.At), deadline, w.book, x.root, x.part)
}

// ended writes down what follows where a message will not be posted: the parts behind
// it end as it does, and so do those that had ended with it before.
func (w *mover) ended(ctx context.Context, x moved) error {
	// A thread that is gone says nothing of its channel.
	if x.To.State == delivery.Dead && x.To.Class == string(delivery.Closed) && !x.below {
		if err := w.failed(ctx, x.to, cleanText(x.To.Detail)); err != nil {
			return err
		}
	}
	if x.final {
		return nil
	}
	dropped := flag(x.To.State == delivery.Dropped)
	return w.t.exec(ctx, `UPDATE deliveries SET fence = fence + 1, state = $1, class = $2, detail = $3, next_at = 0, wake = NULL, moved = $4
WHERE book = $5 AND root = $6 AND root <> '' AND part > $7 AND blocked = 1 AND claimed = 0 AND (wake IS NOT NULL OR $8 = 1 AND state = 'dead' AND attempts = 0)`,
		string(x.To.State), cleanText(x.To.Class), cleanText(x.To.Detail), moment(x.At), w.book, x.root, x.part, dropped)
}

// show takes note of what a message shows. Of one that was edited it is what the edit
// shows, and nothing else.
func (w *mover) show(ctx context.Context, x moved) error {
	message := cleanText(x.To.Message)
	if message == "" {
		return nil
	}
	shows, err := w.shown(ctx, partKey{x.run, x.to.Platform, x.part})
	if err != nil {
		return err
	}
	if x.op == delivery.Edit {
		if err := w.t.exec(ctx, `DELETE FROM postings WHERE book = $1 AND platform = $2 AND workspace = $3 AND channel = $4 AND message = $5`,
			w.book, x.to.Platform, x.to.Workspace, x.to.Channel, message); err != nil {
			return err
		}
	}
	rows := make([][]any, 0, len(shows))
	seen := map[briefings.Ref]bool{}
	for _, s := range shows {
		if !seen[s.Ref] {
			seen[s.Ref] = true
			rows = append(rows, []any{cleanText(string(s.Ref.Kind)), cleanText(s.Ref.ID), s.Number})
		}
	}
	return w.t.batches(rows, func(rows [][]any) error {
		values, args := valuesOf(0, rows, "TEXT", "TEXT", "BIGINT")
		n := len(args)
		// What is not in the book has no copies; a fact is not refused for it.
		return w.t.exec(ctx, fmt.Sprintf(`INSERT INTO postings (kind, id, number, book, platform, workspace, channel, message, at)
SELECT v.column1, v.column2, v.column3, m.book, m.platform, m.workspace, m.channel, m.message, m.at FROM (VALUES %s) AS v,
(SELECT CAST($%d AS TEXT) AS book, CAST($%d AS TEXT) AS platform, CAST($%d AS TEXT) AS workspace, CAST($%d AS TEXT) AS channel, CAST($%d AS TEXT) AS message, CAST($%d AS BIGINT) AS at) AS m
WHERE EXISTS (SELECT 1 FROM records r WHERE r.book = m.book AND r.kind = v.column1 AND r.id = v.column2)
ON CONFLICT (book, kind, id, platform, workspace, channel, message) DO UPDATE SET number = excluded.number, at = excluded.at`, values, n+1, n+2, n+3, n+4, n+5, n+6),
			append(args, w.book, x.to.Platform, x.to.Workspace, x.to.Channel, message, moment(x.At))...)
	})
}

// shown returns what a part shows. Many deliveries are of one.
func (w *mover) shown(ctx context.Context, k partKey) (list []delivery.Shown, err error) {
	if list, ok := w.shows[k]; ok {
		return list, nil
	}
	found, err := textColumn(ctx, w.t, `SELECT shows FROM parts WHERE book = $1 AND source = $2 AND slot = $3 AND platform = $4 AND number = $5`,
		w.book, k.run.Source, k.run.Slot, k.platform, k.part)
	if err == nil && len(found) > 0 {
		err = fromJSON(found[0], &list)
	}
	if w.shows == nil {
		w.shows = map[partKey][]delivery.Shown{}
	}
	w.shows[k] = list
	return list, err
}
