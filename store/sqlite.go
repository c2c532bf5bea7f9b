package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"modernc.org/sqlite"
)

// sqliteDialect is SQLite by modernc.org/sqlite, with FTS5.
type sqliteDialect struct{}

func (sqliteDialect) name() string { return "sqlite" }

// A SQLite transaction that writes holds the lock of the whole file from its
// beginning (_txlock=immediate), so there is nothing more to lock.
func (sqliteDialect) forUpdate() string                         { return "" }
func (sqliteDialect) lockCreation(context.Context, *txn) error  { return nil }
func (sqliteDialect) lockMigration(context.Context, *txn) error { return nil }
func (sqliteDialect) snapshot() sql.IsolationLevel              { return sql.LevelDefault }
func (sqliteDialect) clock(_ context.Context, _ *txn, now int64) (int64, error) {
	return now, nil
}
func (sqliteDialect) textID(b *bookRow, seq int64) int64 { return b.ordinal<<seqBits | seq }
func (sqliteDialect) textRange(b *bookRow) (first, last int64) {
	return b.ordinal << seqBits, (b.ordinal+1)<<seqBits - 1
}
func (sqliteDialect) tables(ctx context.Context, t *txn) ([]string, error) {
	return textColumn(ctx, t, `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'`)
}

// seqBits are the low bits of a text's id, which hold the seq of its revision.
// A book has room for 10^12 revisions, a file for 8 million books.
const seqBits = 40

func (d sqliteDialect) addText(ctx context.Context, t *txn, b *bookRow, x textRow) error {
	id := d.textID(b, x.seq)
	if err := t.exec(ctx, `INSERT INTO texts (id, kind, record, recorded, until) VALUES ($1, $2, $3, $4, $5)`,
		id, x.kind, x.id, x.recorded, int64(forever)); err != nil {
		return err
	}
	return t.exec(ctx, `INSERT INTO words (rowid, text) VALUES ($1, $2)`, id, x.text)
}

func (d sqliteDialect) closeText(ctx context.Context, t *txn, b *bookRow, seq, until int64) error {
	return t.exec(ctx, `UPDATE texts SET until = $1 WHERE id = $2`, until, d.textID(b, seq))
}

func (sqliteDialect) clearTexts(ctx context.Context, t *txn) error {
	if err := t.exec(ctx, `INSERT INTO words (words) VALUES ('delete-all')`); err != nil {
		return err
	}
	return t.exec(ctx, `DELETE FROM texts`)
}

// searchSQLite walks the matches of the book from the newest, which FTS5 does
// without sorting, and stops at the candidates. CROSS JOIN keeps that order of
// the tables. The rowid range keeps the book to itself.
const searchSQLite = `
SELECT kind, record, -score FROM (
  SELECT texts.kind, texts.record, bm25(words) AS score, words.rowid AS id
  FROM words CROSS JOIN texts ON texts.id = words.rowid
  WHERE words MATCH $1 AND words.rowid BETWEEN $2 AND $3 AND texts.until > $4 AND texts.recorded <= $4
  ORDER BY words.rowid DESC LIMIT $5
) ORDER BY score, id DESC LIMIT $6`

// newestSQLite is searchSQLite without the rank.
const newestSQLite = `
SELECT texts.kind, texts.record, 0.0
FROM words CROSS JOIN texts ON texts.id = words.rowid
WHERE words MATCH $1 AND words.rowid BETWEEN $2 AND $3 AND texts.until > $4 AND texts.recorded <= $4
ORDER BY words.rowid DESC LIMIT $5`

func (d sqliteDialect) search(ctx context.Context, t *txn, b *bookRow, q textQuery) (*sql.Rows, error) {
	parts := make([]string, len(q.terms))
	for i, x := range q.terms {
		parts[i] = ftsTerm(x)
	}
	op := " AND "
	if q.anyTerm {
		op = " OR "
	}
	match := strings.Join(parts, op)
	first, last := d.textRange(b)
	dense, err := d.dense(ctx, t, b, q.terms)
	switch {
	case err != nil:
		return nil, err
	case dense:
		return t.query(ctx, newestSQLite, match, first, last, q.asOf, q.limit)
	default:
		return t.query(ctx, searchSQLite, match, first, last, q.asOf, max(q.limit, maxCandidates), q.limit)
	}
}

// How dense finds out: by the texts of so many of the newest revisions, in
// books that are too big to count in.
const (
	denseFrom   = 10_000
	denseWindow = 512
	denseCount  = denseWindow / 8
)

// dense reports whether a phrase has only words that are nearly everywhere, as
// "of the". To rank by it, bm25 would look at every place where they meet
// (26 ms in 100,000 texts), to learn that it says nothing: then the newest
// come first.
func (d sqliteDialect) dense(ctx context.Context, t *txn, b *bookRow, terms []term) (bool, error) {
	if b.seq < denseFrom {
		return false, nil
	}
	for _, x := range terms {
		if len(x.words) < 2 {
			continue
		}
		var n int
		err := t.row(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM words WHERE words MATCH $1 AND rowid BETWEEN $2 AND $3 LIMIT $4)`,
			[]any{`"` + strings.Join(x.words, `" AND "`) + `"`, d.textID(b, b.seq-denseWindow), d.textID(b, b.seq), denseCount}, &n)
		if err != nil || n == denseCount {
			return err == nil, err
		}
	}
	return false, nil
}

// ftsTerm writes a term in the query language of FTS5. Folded words hold only
// letters, digits and marks, so that nothing can end the quotes.
func ftsTerm(x term) string {
	phrase := `"` + strings.Join(x.words, " ") + `"`
	if !x.prefix {
		return phrase
	}
	alternatives := []string{phrase}
	head, last := x.words[:len(x.words)-1], x.words[len(x.words)-1]
	for _, w := range x.completions() {
		alternatives = append(alternatives, `"`+strings.Join(append(head[:len(head):len(head)], w), " ")+`"`)
	}
	// The tokenizer stems a prefix like a whole word: "ties" would become ti*
	// and find "title". Where it would cut, the next letter is spelt out.
	if cutsShort(last) {
		for c := 'a'; c <= 'z'; c++ {
			alternatives = append(alternatives, strings.TrimSuffix(phrase, `"`)+string(c)+`" *`)
		}
	} else {
		alternatives = append(alternatives, phrase+" *")
	}
	return "(" + strings.Join(alternatives, " OR ") + ")"
}

// cutsShort reports whether the Porter stemmer may take more than a letter
// off the word.
func cutsShort(w string) bool {
	return strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") || strings.HasSuffix(w, "ed") || strings.HasSuffix(w, "ing")
}

// Result codes of SQLite: https://sqlite.org/rescode.html.
func (sqliteDialect) classify(err error) condition {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return otherCondition
	}
	switch code := e.Code(); {
	case code == 1555 || code == 2067: // SQLITE_CONSTRAINT_PRIMARYKEY, _UNIQUE
		return taken
	case code&0xff == 5, code&0xff == 6: // SQLITE_BUSY, SQLITE_LOCKED
		return busy
	case code&0xff == 8: // SQLITE_READONLY
		return readOnly
	case code&0xff == 11: // SQLITE_CORRUPT
		return corrupt
	case code&0xff == 13, code == 4874: // SQLITE_FULL, SQLITE_IOERR_SHMSIZE: the index of the WAL has no room to grow
		return full
	case code&0xff == 10: // SQLITE_IOERR
		return ioFailed
	case code&0xff == 3, code&0xff == 14: // SQLITE_PERM, SQLITE_CANTOPEN
		return unopenable
	case code&0xff == 26: // SQLITE_NOTADB
		return notDatabase
	default:
		return otherCondition
	}
}
