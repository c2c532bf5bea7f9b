package store

import (
	"context"
	"database/sql"
	"sync"
)

// pool is a set of connections that keeps its statements prepared.
//
// pgx does that by itself. modernc does not, and compiling a statement costs
// more than running it, so for SQLite prepare is true. A statement that is new
// is compiled within the transaction that needs it first, and for good when
// that transaction has given its connection back: the writer has only one.
type pool struct {
	db      *sql.DB
	prepare bool

	mu    sync.Mutex
	stmts map[string]*sql.Stmt // nil values are still to be prepared
}

func newPool(db *sql.DB, prepare bool) *pool {
	return &pool{db: db, prepare: prepare, stmts: map[string]*sql.Stmt{}}
}

func (p *pool) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, stmt := range p.stmts {
		if stmt != nil {
			stmt.Close()
		}
	}
	p.stmts = map[string]*sql.Stmt{}
	return p.db.Close()
}

// transact runs f in one transaction, which is committed if f returns nil.
func (p *pool) transact(ctx context.Context, opts *sql.TxOptions, f func(*txn) error) error {
	sqlTx, err := p.db.BeginTx(ctx, opts)
	if err != nil {
		return err
	}
	t := &txn{tx: sqlTx, pool: p}
	if err := f(t); err != nil {
		_ = sqlTx.Rollback() // the first error is the one to tell
		return err
	}
	if err := sqlTx.Commit(); err != nil {
		return err
	}
	for _, query := range t.learned {
		p.learn(ctx, query)
	}
	return nil
}

// learn prepares a statement for good. It is no loss if that fails now.
func (p *pool) learn(ctx context.Context, query string) {
	stmt, err := p.db.PrepareContext(ctx, query)
	if err != nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stmts[query] != nil {
		stmt.Close()
		return
	}
	p.stmts[query] = stmt
}

func (p *pool) learned(query string) *sql.Stmt {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stmts[query]
}

// txn is one transaction. It is used by one goroutine.
type txn struct {
	tx      *sql.Tx
	pool    *pool
	fresh   map[string]*sql.Stmt
	learned []string
}

// stmt returns the statement, prepared for this transaction.
func (t *txn) stmt(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt := t.fresh[query]; stmt != nil {
		return stmt, nil
	}
	if t.fresh == nil {
		t.fresh = map[string]*sql.Stmt{}
	}
	if known := t.pool.learned(query); known != nil {
		stmt := t.tx.StmtContext(ctx, known)
		t.fresh[query] = stmt
		return stmt, nil
	}
	stmt, err := t.tx.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	t.fresh[query] = stmt
	t.learned = append(t.learned, query)
	return stmt, nil
}

// quick returns the context for a statement that takes microseconds. modernc
// starts a goroutine to watch a context that can end; within a transaction of
// SQLite, which waits for nothing, it is enough to look before.
func (t *txn) quick(ctx context.Context) (context.Context, error) {
	if !t.pool.prepare {
		return ctx, nil
	}
	return context.WithoutCancel(ctx), ctx.Err()
}

func (t *txn) exec(ctx context.Context, query string, args ...any) error {
	if !t.pool.prepare {
		_, err := t.tx.ExecContext(ctx, query, args...)
		return err
	}
	ctx, err := t.quick(ctx)
	if err != nil {
		return err
	}
	stmt, err := t.stmt(ctx, query)
	if err == nil {
		_, err = stmt.ExecContext(ctx, args...)
	}
	return err
}

// query returns rows, which the caller closes.
func (t *txn) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if !t.pool.prepare {
		return t.tx.QueryContext(ctx, query, args...)
	}
	stmt, err := t.stmt(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

// row scans the first row into dest. It returns sql.ErrNoRows if there is none.
func (t *txn) row(ctx context.Context, query string, args []any, dest ...any) error {
	ctx, err := t.quick(ctx)
	if err != nil {
		return err
	}
	rows, err := t.query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return err
		}
		return sql.ErrNoRows
	}
	if err := rows.Scan(dest...); err != nil {
		return err
	}
	return rows.Close()
}
