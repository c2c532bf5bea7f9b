package store

import (
	"context"
	"errors"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
)

// How many there may be.
const (
	maxWatches = 20 // of one owner
	maxPins    = 50 // of a book
)

var watchColumns = []string{"owner", "platform", "workspace", "channel", "person", "topics", "quiet", "state", "held", "next_at"}

var pinColumns = []string{"platform", "workspace", "channel", "person", "topic", "made", "state", "hash", "next_at", "source", "slot"}

// createInOrder creates a watch or a pin as the last in its list.
func (h *history) createInOrder(ctx context.Context, c change) error {
	n, err := h.counted(ctx, `SELECT COALESCE(MAX(number), 0) + 1 FROM `+c.table+` WHERE book = $1`)
	if err != nil {
		return err
	}
	c.columns, c.args = append(c.columns[:len(c.columns):len(c.columns)], "number"), append(c.args, n)
	return h.create(ctx, c)
}

// PutWatch keeps a watch. See delivery.Ledger.
func (s *Store) PutWatch(ctx context.Context, book briefings.BookID, d briefings.Deed, w delivery.Watch) (delivery.Watch, error) {
	if err := errors.Join(checkAccounts(w.Owner), checkPlace(w.To)); err != nil || !validText(w.ID) {
		return w, briefings.Errorf(briefings.ErrInvalid, "A watch needs an owner, and a place where it is told, that are plain text.")
	}
	id := w.ID
	if id == "" {
		id = briefings.NewToken()
	}
	err := s.put(ctx, "put a watch of "+string(book), book, d, func(h *history) (string, error) {
		owner, err := h.actor(ctx, w.Owner)
		if err != nil {
			return "", err
		}
		to, err := h.place(ctx, w.To)
		if err != nil {
			return "", err
		}
		topics, err := toJSON(w.Topics)
		if err != nil {
			return "", err
		}
		quiet, err := toJSON(w.Quiet)
		if err != nil {
			return "", err
		}
		if w.State != delivery.Deleted {
			n, err := h.counted(ctx, `SELECT COUNT(*) FROM watches WHERE book = $1 AND owner = $2 AND id <> $3 AND state <> 'deleted'`, owner, id)
			if err != nil {
				return "", err
			}
			if n >= maxWatches {
				return "", briefings.Errorf(briefings.ErrInvalid, "You have %d watches, and may not have more. Take one away first.", n)
			}
		}
		args := append(append([]any{owner}, to.columns()...), topics, quiet, string(w.State), w.Held, moment(w.Next))
		said := "watch " + id + ": " + string(w.State)
		c := change{"watch", "watches", id, w.Rev, watchColumns, args}
		if w.Rev > 0 {
			if w.State != delivery.Active {
				if err := h.withdraw(ctx, delivery.WatchSource+id, "the watch was taken away", moment(d.At)); err != nil {
					return "", err
				}
			}
			return said, h.replace(ctx, c)
		}
		return said, h.createInOrder(ctx, c)
	})
	if err != nil {
		return w, err
	}
	w.ID = id
	w.Rev++
	return w, nil
}

// Watches returns those that are not deleted, in the order in which they were made. See
// delivery.Ledger.
func (s *Store) Watches(ctx context.Context, book briefings.BookID) ([]delivery.Watch, error) {
	var list []delivery.Watch
	err := s.read(ctx, "watches of "+string(book), func(t *txn) error {
		b, err := s.book(ctx, t, book, "")
		if err != nil {
			return err
		}
		return scan(ctx, t, `SELECT w.id, COALESCE(o.platform, ''), COALESCE(o.workspace, ''), COALESCE(o.user_id, ''), w.platform, w.workspace, w.channel, COALESCE(a.user_id, ''),
  w.topics, w.quiet, w.state, w.rev, w.held, w.next_at
FROM watches w LEFT JOIN actors o ON o.book = w.book AND o.number = w.owner LEFT JOIN actors a ON a.book = w.book AND a.number = w.person
WHERE w.book = $1 AND w.state <> 'deleted' ORDER BY w.number`, []any{b.id}, func(row scanner) error {
			var w delivery.Watch
			var topics, quiet string
			var next int64
			if err := row.Scan(&w.ID, &w.Owner.Platform, &w.Owner.Workspace, &w.Owner.User, &w.To.Platform, &w.To.Workspace, &w.To.Channel, &w.To.User,
				&topics, &quiet, &w.State, &w.Rev, &w.Held, &next); err != nil {
				return err
			}
			w.Next = fromMoment(next)
			err := errors.Join(fromJSON(topics, &w.Topics), fromJSON(quiet, &w.Quiet))
			list = append(list, w)
			return err
		})
	})
	return list, err
}

// PutPin keeps a status card. See delivery.Ledger.
func (s *Store) PutPin(ctx context.Context, book briefings.BookID, d briefings.Deed, p delivery.Pin) (delivery.Pin, error) {
	if err := checkPlace(p.To); err != nil {
		return p, err
	}
	if !validText(p.ID) {
		return p, briefings.Errorf(briefings.ErrInvalid, "A status card has an id that is plain text.")
	}
	id := p.ID
	if id == "" {
		id = briefings.NewToken()
	}
	err := s.put(ctx, "put a status card of "+string(book), book, d, func(h *history) (string, error) {
		to, err := h.place(ctx, p.To)
		if err != nil {
			return "", err
		}
		made, err := h.maker(ctx, p.Made)
		if err != nil {
			return "", err
		}
		if p.State != delivery.Deleted {
			n, err := h.counted(ctx, `SELECT COUNT(*) FROM pins WHERE book = $1 AND id <> $2 AND state <> 'deleted'`, id)
			if err != nil {
				return "", err
			}
			if n >= maxPins {
				return "", briefings.Errorf(briefings.ErrInvalid, "The book has %d status cards, and may not have more. Take one away first.", n)
			}
		}
		args := append(to.columns(), cleanText(string(p.Topic)), made, string(p.State), cleanText(p.Hash), moment(p.Next), cleanText(p.Posted.Source), cleanText(p.Posted.Slot))
		said := "status card of " + string(p.Topic) + " in " + placeName(p.To) + ": " + string(p.State)
		c := change{"status card", "pins", id, p.Rev, pinColumns, args}
		if p.Rev > 0 {
			if p.State == delivery.Deleted {
				if err := h.withdraw(ctx, delivery.PinSource+id, "the card was taken away", moment(d.At)); err != nil {
					return "", err
				}
			}
			return said, h.replace(ctx, c)
		}
		return said, h.createInOrder(ctx, c)
	})
	if err != nil {
		return p, err
	}
	p.ID = id
	p.Rev++
	return p, nil
}

// Pins returns those that are not deleted, in the order in which they were made. See
// delivery.Ledger.
func (s *Store) Pins(ctx context.Context, book briefings.BookID) ([]delivery.Pin, error) {
	var list []delivery.Pin
	err := s.read(ctx, "status cards of "+string(book), func(t *txn) error {
		b, err := s.book(ctx, t, book, "")
		if err != nil {
			return err
		}
		return scan(ctx, t, `SELECT p.id, p.platform, p.workspace, p.channel, COALESCE(a.user_id, ''), p.topic,
  COALESCE(m.platform, ''), COALESCE(m.workspace, ''), COALESCE(m.user_id, ''), p.state, p.rev, p.hash, p.next_at, p.source, p.slot
FROM pins p LEFT JOIN actors a ON a.book = p.book AND a.number = p.person LEFT JOIN actors m ON m.book = p.book AND m.number = p.made
WHERE p.book = $1 AND p.state <> 'deleted' ORDER BY p.number`, []any{b.id}, func(row scanner) error {
			var p delivery.Pin
			var next int64
			err := row.Scan(&p.ID, &p.To.Platform, &p.To.Workspace, &p.To.Channel, &p.To.User, &p.Topic,
				&p.Made.Platform, &p.Made.Workspace, &p.Made.User, &p.State, &p.Rev, &p.Hash, &next, &p.Posted.Source, &p.Posted.Slot)
			p.Next = fromMoment(next)
			list = append(list, p)
			return err
		})
	})
	return list, err
}
