package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
)

// Store is a briefings.Store and a delivery.Ledger on SQLite or PostgreSQL.
type Store struct {
	dialect dialect
	where   string // how messages name the store
	path    string // of the SQLite file; empty for PostgreSQL
	writer  *pool  // one connection on SQLite; what it may not write it refuses
	reader  *pool
	lock    *runLock // nil where not held

	callersClock bool
	secret       secret
	reserve      reserve
}

var (
	_ briefings.Store = (*Store)(nil)
	_ delivery.Ledger = (*Store)(nil)
)

// Options say how a store is opened. The zero Options are for a command that
// works beside a running bot.
type Options struct {
	// Exclusive takes the run lock of a SQLite file until Close: one bot runs
	// on one file. PostgreSQL has no such lock, and serves many bots.
	Exclusive bool
	// CallersClock makes leases run by the times that callers give, also on
	// PostgreSQL: for simulations.
	CallersClock bool
}

// Open opens the store that dsn names, and makes or migrates it where needed.
// dsn is postgres://… or postgresql://…, or the path of a SQLite file, which
// may follow file: or sqlite:.
//
// It returns ErrUnavailable, with a sentence, where the store is in use by
// another bot, made by a newer briefbot, not a store, or out of reach. A file
// that may be read but not written is opened for reading if Options are zero.
func Open(ctx context.Context, dsn string, opts Options) (*Store, error) {
	if IsPostgres(dsn) {
		return openPostgres(ctx, dsn, opts)
	}
	path, err := sqlitePath(dsn)
	if err != nil {
		return nil, err
	}
	return openSQLite(ctx, path, opts)
}

// Path returns the file that dsn names, or the empty string where it names a
// PostgreSQL database. It returns ErrInvalid for what names neither.
func Path(dsn string) (string, error) {
	if IsPostgres(dsn) {
		return "", nil
	}
	return sqlitePath(dsn)
}

// IsPostgres reports whether dsn names a PostgreSQL database.
func IsPostgres(dsn string) bool {
	return strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://")
}

// Close gives back all connections and the run lock. No method may be running.
func (s *Store) Close() error {
	var errs []error
	if s.reader != nil && s.reader != s.writer {
		errs = append(errs, s.reader.close())
	}
	if s.writer != nil {
		errs = append(errs, s.writer.close()) // last, so that it folds the WAL in
	}
	if s.lock != nil {
		errs = append(errs, s.lock.release())
	}
	return errors.Join(errs...)
}

// read runs f in one read-only transaction, which sees one state of the store.
func (s *Store) read(ctx context.Context, doing string, f func(*txn) error) error {
	opts := &sql.TxOptions{ReadOnly: true, Isolation: s.dialect.snapshot()}
	return s.fail(ctx, doing, s.reader.transact(ctx, opts, f))
}

// write runs f in one transaction that may write. Where the disk is full it runs f once
// more in the space that is kept for that.
func (s *Store) write(ctx context.Context, doing string, f func(*txn) error) error {
	err := s.writer.transact(ctx, nil, f)
	if err != nil && s.dialect.classify(err) == full && s.reserve.spend() {
		err = s.writer.transact(ctx, nil, f)
	}
	return s.fail(ctx, doing, err)
}

// book returns the row of a book, or ErrNotFound. forUpdate is empty in a
// transaction that only reads.
func (s *Store) book(ctx context.Context, t *txn, id briefings.BookID, forUpdate string) (*bookRow, error) {
	b := &bookRow{id: string(id)}
	if !validText(string(id)) {
		return nil, errNoBook(id)
	}
	err := t.row(ctx, `SELECT ordinal, seq, chain, audit, audit_chain FROM books WHERE id = $1`+forUpdate, []any{b.id},
		&b.ordinal, &b.seq, &b.chain, &b.audit, &b.auditChain)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, errNoBook(id)
	}
	return b, err
}

// textColumn returns the first column of a query.
func textColumn(ctx context.Context, t *txn, query string, args ...any) ([]string, error) {
	rows, err := t.query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, rows.Err()
}
