package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
)

// moment returns a time as the ledger keeps it: 0 for none.
func moment(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return millis(t)
}

// fromMoment returns a time that the ledger keeps.
func fromMoment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return fromMillis(ms)
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// touch locks the ledger of a book for whoever plans or moves, and takes note of the
// time. Who locks the row of the book, too, does that before.
func touch(ctx context.Context, t *txn, book string, at time.Time) error {
	return t.exec(ctx, `INSERT INTO ledgers (book, alerted, newest) VALUES ($1, -1, $2)
ON CONFLICT (book) DO UPDATE SET newest = CASE WHEN excluded.newest > ledgers.newest THEN excluded.newest ELSE ledgers.newest END`, book, moment(at))
}

// Newest returns the newest time that is written in the ledger. See delivery.Ledger.
func (s *Store) Newest(ctx context.Context, book briefings.BookID) (newest time.Time, err error) {
	err = s.read(ctx, "newest time of "+string(book), func(t *txn) error {
		b, err := s.book(ctx, t, book, "")
		if err != nil {
			return err
		}
		var ms int64
		err = t.row(ctx, `SELECT newest FROM ledgers WHERE book = $1`, []any{b.id}, &ms)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		newest = fromMoment(ms)
		return err
	})
	return newest, err
}

// Cursor returns up to which revision alerts are planned. See delivery.Ledger.
func (s *Store) Cursor(ctx context.Context, book briefings.BookID) (seq int64, err error) {
	err = s.read(ctx, "cursor of "+string(book), func(t *txn) error {
		b, err := s.book(ctx, t, book, "")
		if err == nil {
			seq, err = cursor(ctx, t, b.id)
		}
		return err
	})
	if err != nil || seq >= 0 {
		return seq, err
	}
	err = s.write(ctx, "begin the cursor of "+string(book), func(t *txn) error {
		b, err := s.book(ctx, t, book, s.dialect.forUpdate())
		if err != nil {
			return err
		}
		if err := touch(ctx, t, b.id, time.Time{}); err != nil {
			return err
		}
		if err := t.exec(ctx, `UPDATE ledgers SET alerted = $1 WHERE book = $2 AND alerted < 0`, b.seq, b.id); err != nil {
			return err
		}
		seq, err = cursor(ctx, t, b.id)
		return err
	})
	return seq, err
}

// cursor returns the cursor of a book, -1 where it has none yet.
func cursor(ctx context.Context, t *txn, book string) (seq int64, err error) {
	err = t.row(ctx, `SELECT alerted FROM ledgers WHERE book = $1`, []any{book}, &seq)
	if errors.Is(err, sql.ErrNoRows) {
		return -1, nil
	}
	return seq, err
}

// secret is the installation's, once it is known.
type secret struct {
	mu    sync.Mutex
	bytes []byte
}

// secretName is that of the secret in meta, and secretBytes its length: that of the
// hash that it keys.
const (
	secretName  = "ledger_secret"
	secretBytes = 32
)

// Secret returns the installation's secret. See delivery.Ledger.
func (s *Store) Secret(ctx context.Context) ([]byte, error) {
	s.secret.mu.Lock()
	defer s.secret.mu.Unlock()
	if s.secret.bytes != nil {
		return append([]byte(nil), s.secret.bytes...), nil
	}
	const known = `SELECT value FROM meta WHERE name = $1`
	var value string
	err := s.read(ctx, "read the secret", func(t *txn) error {
		err := t.row(ctx, known, []any{secretName}, &value)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	if err == nil && value == "" {
		fresh := make([]byte, secretBytes)
		if _, err := rand.Read(fresh); err != nil {
			return nil, err
		}
		err = s.write(ctx, "make the secret", func(t *txn) error {
			if err := t.exec(ctx, `INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`, secretName, hex.EncodeToString(fresh)); err != nil {
				return err
			}
			return t.row(ctx, known, []any{secretName}, &value)
		})
	}
	if err != nil {
		return nil, err
	}
	made, err := hex.DecodeString(value)
	if err != nil || len(made) != secretBytes {
		return nil, fmt.Errorf("the secret of the ledger is damaged (%d characters)", len(value))
	}
	s.secret.bytes = made
	return append([]byte(nil), made...), nil
}

// put runs a deed on the ledger. f has its effect and says it, in words that name no
// person; a deed without an action is the program's own, and has no row in the audit.
func (s *Store) put(ctx context.Context, doing string, book briefings.BookID, d briefings.Deed, f func(*history) (said string, err error)) error {
	return s.do(ctx, doing, book, d, func(h *history) error {
		if err := touch(ctx, h.t, h.book.id, d.At); err != nil {
			return err
		}
		said, err := f(h)
		if err != nil || d.Action == "" {
			return err
		}
		return h.note(ctx, d, done("%s", said))
	})
}

// leaseClock returns the time by which leases run.
func (s *Store) leaseClock(ctx context.Context, t *txn, now time.Time) (int64, error) {
	if s.callersClock {
		return millis(now), nil
	}
	return s.dialect.clock(ctx, t, millis(now))
}

// Clock returns the time that counts. See delivery.Ledger.
func (s *Store) Clock(ctx context.Context, now time.Time) (clock time.Time, err error) {
	err = s.read(ctx, "time of the database", func(t *txn) error {
		ms, err := s.leaseClock(ctx, t, now)
		clock = fromMillis(ms)
		return err
	})
	return clock, err
}

// Lease gives or renews a lease. See delivery.Ledger.
func (s *Store) Lease(ctx context.Context, name, owner string, now time.Time, length time.Duration) (have bool, err error) {
	if name == "" || owner == "" || !validText(name) || !validText(owner) {
		return false, briefings.Errorf(briefings.ErrInvalid, "A lease needs a name and an owner that are plain text.")
	}
	err = s.write(ctx, "lease "+name, func(t *txn) error {
		clock, err := s.leaseClock(ctx, t, now)
		if err != nil {
			return err
		}
		given, err := textColumn(ctx, t, `INSERT INTO leases (name, owner, until) VALUES ($1, $2, $3)
ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until
WHERE leases.owner = excluded.owner OR leases.until <= $4 RETURNING name`, name, owner, clock+length.Milliseconds(), clock)
		have = len(given) > 0
		return err
	})
	return have && err == nil, err
}

// Release gives a lease back. See delivery.Ledger.
func (s *Store) Release(ctx context.Context, name, owner string) error {
	return s.write(ctx, "release "+name, func(t *txn) error {
		return t.exec(ctx, `DELETE FROM leases WHERE name = $1 AND owner = $2`, cleanText(name), cleanText(owner))
	})
}

// Setting returns a word of the book's admins. See delivery.Ledger.
func (s *Store) Setting(ctx context.Context, book briefings.BookID, name string) (value string, err error) {
	err = s.read(ctx, "setting of "+string(book), func(t *txn) error {
		b, err := s.book(ctx, t, book, "")
		if err != nil {
			return err
		}
		err = t.row(ctx, `SELECT value FROM settings WHERE book = $1 AND name = $2`, []any{b.id, cleanText(name)}, &value)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return value, err
}

// PutSetting keeps a word of the book's admins. See delivery.Ledger.
func (s *Store) PutSetting(ctx context.Context, book briefings.BookID, d briefings.Deed, name, value string) error {
	if name == "" || !validText(name) || !validText(value) {
		return briefings.Errorf(briefings.ErrInvalid, "A setting has a name, and both are plain text.")
	}
	return s.put(ctx, "put a setting of "+string(book), book, d, func(h *history) (string, error) {
		if value == "" {
			return "setting " + name + " taken away", h.t.exec(ctx, `DELETE FROM settings WHERE book = $1 AND name = $2`, h.book.id, name)
		}
		said := value
		if p, err := delivery.ParsePlace(value); err == nil {
			said = placeName(p)
		}
		return "setting " + name + ": " + said, h.t.exec(ctx, `INSERT INTO settings (book, name, value) VALUES ($1, $2, $3)
ON CONFLICT (book, name) DO UPDATE SET value = excluded.value`, h.book.id, name, value)
	})
}

// toJSON returns a value as it is kept in a column.
func toJSON(v any) (string, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("encode: %w", err)
	}
	return string(b), nil
}

func fromJSON(text string, v any) error {
	if err := json.Unmarshal([]byte(text), v); err != nil {
		return fmt.Errorf("decode: %w", err)
	}
	return nil
}
