package store

import (
	"context"
	"database/sql"
	"errors"
	"net"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/briefbot/briefbot/briefings"
)

// postgresConns bounds what one bot asks of a server whose default limit is
// 100 connections for everybody.
const postgresConns = 8

// openPostgres opens the database that a postgres URL names.
func openPostgres(ctx context.Context, dsn string, opts Options) (*Store, error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		// The driver's words may hold the address, and that a password.
		return nil, briefings.Errorf(briefings.ErrInvalid, "The database address cannot be read. Write postgres://user@host:5432/database, and the password in PGPASSWORD.")
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "briefbot"
	}
	s := &Store{dialect: postgresDialect{}, callersClock: opts.CallersClock, where: "The database " + config.Database + " on " + config.Host}
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(postgresConns)
	db.SetMaxIdleConns(postgresConns)
	s.writer = newPool(db, false)
	s.reader = s.writer
	err = s.reader.transact(ctx, nil, func(t *txn) error { return s.checkSchema(ctx, t) })
	if errors.Is(err, errBehind) {
		err = s.migrate(ctx)
	}
	if err != nil {
		_ = s.Close() // the first error is the one to tell
		return nil, s.fail(ctx, "open store", err)
	}
	return s, nil
}

// postgresDialect is PostgreSQL 13 or newer, with tsvector.
type postgresDialect struct{}

func (postgresDialect) name() string                 { return "postgres" }
func (postgresDialect) snapshot() sql.IsolationLevel { return sql.LevelRepeatableRead }

// Not FOR UPDATE: rows that refer to the book may be added meanwhile.
func (postgresDialect) forUpdate() string { return " FOR NO KEY UPDATE" }

func (postgresDialect) lockCreation(ctx context.Context, t *txn) error {
	return t.exec(ctx, `LOCK TABLE books IN SHARE ROW EXCLUSIVE MODE`)
}

func (postgresDialect) lockMigration(ctx context.Context, t *txn) error {
	// Any number that no other program is likely to use: "briefbot" in ASCII.
	return t.exec(ctx, `SELECT pg_advisory_xact_lock(7093003459949981556)`)
}

// clock_timestamp, not now: a transaction may have waited for a lock.
func (postgresDialect) clock(ctx context.Context, t *txn, _ int64) (ms int64, err error) {
	err = t.row(ctx, `SELECT CAST(FLOOR(EXTRACT(EPOCH FROM clock_timestamp()) * 1000) AS BIGINT)`, nil, &ms)
	return ms, err
}

func (postgresDialect) tables(ctx context.Context, t *txn) ([]string, error) {
	return textColumn(ctx, t, `SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()
AND tablename IN ('briefbot_migrations', 'books', 'actors', 'revisions', 'records', 'postings', 'bindings', 'looks', 'misses', 'meta', 'offers', 'inbound', 'audit', 'grants', 'persons', 'texts',
  'ledgers', 'schedules', 'runs', 'parts', 'deliveries', 'attempts', 'places', 'watches', 'pins', 'settings', 'leases')`)
}

func (postgresDialect) addText(ctx context.Context, t *txn, b *bookRow, x textRow) error {
	return t.exec(ctx, `INSERT INTO texts (book, seq, kind, record, recorded, until, words) VALUES ($1, $2, $3, $4, $5, $6, to_tsvector('briefbot', $7))`,
		b.id, x.seq, x.kind, x.id, x.recorded, int64(forever), x.text)
}

func (postgresDialect) closeText(ctx context.Context, t *txn, b *bookRow, seq, until int64) error {
	return t.exec(ctx, `UPDATE texts SET until = $1 WHERE book = $2 AND seq = $3`, until, b.id, seq)
}

func (postgresDialect) clearTexts(ctx context.Context, t *txn) error {
	return t.exec(ctx, `DELETE FROM texts`)
}

// searchPostgres finds all matches by the index of words, then ranks the
// newest. MATERIALIZED keeps the two apart: knowing of the limit, the planner
// would rather walk the book backwards and read every text, which takes 300 ms
// where matches are rare.
const searchPostgres = `
WITH query AS (SELECT to_tsquery('briefbot', $1) AS q),
matches AS MATERIALIZED (
  SELECT texts.seq FROM texts, query
  WHERE texts.book = $2 AND texts.words @@ query.q AND texts.until > $3 AND texts.recorded <= $3
)
SELECT texts.kind, texts.record, ts_rank(texts.words, query.q) AS score
FROM (SELECT seq FROM matches ORDER BY seq DESC LIMIT $4) AS newest
JOIN texts ON texts.book = $2 AND texts.seq = newest.seq, query
ORDER BY score DESC, texts.seq DESC LIMIT $5`

func (postgresDialect) search(ctx context.Context, t *txn, b *bookRow, q textQuery) (*sql.Rows, error) {
	parts := make([]string, len(q.terms))
	for i, x := range q.terms {
		parts[i] = tsTerm(x)
	}
	op := " & "
	if q.anyTerm {
		op = " | "
	}
	return t.query(ctx, searchPostgres, strings.Join(parts, op), b.id, q.asOf, max(q.limit, maxCandidates), q.limit)
}

// tsTerm writes a term as to_tsquery reads it. Folded words hold only letters,
// digits and marks, so that nothing can end the quotes.
func tsTerm(x term) string {
	phrase := func(last string) string {
		words := append(slices.Clone(x.words[:len(x.words)-1]), last)
		return "'" + strings.Join(words, "' <-> '") + "'"
	}
	last := x.words[len(x.words)-1]
	if !x.prefix {
		return "(" + phrase(last) + ")"
	}
	alternatives := []string{phrase(last)}
	for _, w := range x.completions() {
		alternatives = append(alternatives, phrase(w))
	}
	// The dictionary stems a prefix like a whole word, as in ftsTerm.
	if cutsShort(last) {
		for c := 'a'; c <= 'z'; c++ {
			alternatives = append(alternatives, phrase(last+string(c))+":*")
		}
	} else {
		alternatives = append(alternatives, phrase(last)+":*")
	}
	return "(" + strings.Join(alternatives, " | ") + ")"
}

// PostgreSQL's error codes: https://www.postgresql.org/docs/current/errcodes-appendix.html.
func (postgresDialect) classify(err error) condition {
	var connecting *pgconn.ConnectError
	var e *pgconn.PgError
	switch {
	case errors.As(err, &e):
	case errors.As(err, &connecting), errors.As(err, new(net.Error)), pgconn.SafeToRetry(err):
		return unreachable
	default:
		return otherCondition
	}
	switch {
	case e.Code == "23505": // unique_violation
		return taken
	case e.Code == "53100": // disk_full
		return full
	case e.Code == "25006": // read_only_sql_transaction
		return readOnly
	case e.Code == "22021", e.Code == "22P05": // not in repertoire, untranslatable
		return badText
	case e.Code == "40P01", e.Code == "55P03", e.Code == "40001": // deadlock, lock, serialization
		return busy
	case strings.HasPrefix(e.Code, "28"), e.Code == "3D000", e.Code == "42501": // authorization, no such database, privilege
		return refused
	case strings.HasPrefix(e.Code, "08"), strings.HasPrefix(e.Code, "57P"), strings.HasPrefix(e.Code, "53"):
		return unreachable
	case strings.HasPrefix(e.Code, "58"): // system error
		return ioFailed
	case strings.HasPrefix(e.Code, "XX"): // internal: data or index corrupted
		return corrupt
	default:
		return otherCondition
	}
}
