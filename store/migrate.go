package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sort"
	"strings"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migration is one step of the schema. A released migration is never edited.
type migration struct {
	number   int64
	name     string
	text     string
	checksum string
}

// schemaTable is not called schema_migrations: other programs use that name in
// databases that they may share with us.
const schemaTable = "briefbot_migrations"

// migrations returns the steps for an engine, in order. A step is the file
// NNNN_name.sql for both engines, then NNNN_name.ENGINE.sql; either may be
// absent.
func migrations(files fs.FS, engine string) ([]migration, error) {
	paths, err := fs.Glob(files, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	byNumber := map[int64]*migration{}
	sort.Strings(paths)
	for _, shared := range []bool{true, false} {
		for _, path := range paths {
			stem := strings.TrimSuffix(strings.TrimPrefix(path, "migrations/"), ".sql")
			stem, only, own := strings.Cut(stem, ".")
			if own == shared || own && only != engine {
				continue
			}
			text, err := fs.ReadFile(files, path)
			if err != nil {
				return nil, err
			}
			var m migration
			if _, err := fmt.Sscanf(stem, "%04d_%s", &m.number, &m.name); err != nil {
				return nil, fmt.Errorf("migration %s: %w", path, err)
			}
			if have := byNumber[m.number]; have == nil {
				byNumber[m.number] = &m
			} else if have.name != m.name {
				return nil, fmt.Errorf("migration %d has two names, %s and %s", m.number, have.name, m.name)
			}
			byNumber[m.number].text += string(text)
		}
	}
	list := make([]migration, 0, len(byNumber))
	for _, m := range byNumber {
		sum := sha256.Sum256([]byte(m.text))
		m.checksum = hex.EncodeToString(sum[:])
		list = append(list, *m)
	}
	slices.SortFunc(list, func(a, b migration) int { return int(a.number - b.number) })
	for i, m := range list {
		if m.number != int64(i+1) {
			return nil, fmt.Errorf("migration %d is missing", i+1)
		}
	}
	return list, nil
}

// errBehind says that the schema, or what is derived from the records, is older
// than this briefbot.
var errBehind = errors.New("the schema is behind")

// checkSchema returns nil where the schema is the one that this briefbot
// knows, errBehind where it is older or not there, and ErrUnavailable where it
// is newer or not ours. It changes nothing.
func (s *Store) checkSchema(ctx context.Context, t *txn) error {
	steps, applied, err := s.schema(ctx, t)
	if err != nil {
		return err
	}
	if applied < len(steps) {
		return errBehind
	}
	if stale, err := s.outdated(ctx, t); err != nil || len(stale) > 0 {
		return cmp.Or(err, errBehind)
	}
	return nil
}

// schema returns the known steps, and how many of them are applied.
func (s *Store) schema(ctx context.Context, t *txn) (steps []migration, applied int, err error) {
	if steps, err = migrations(migrationFiles, s.dialect.name()); err != nil {
		return nil, 0, err
	}
	tables, err := s.dialect.tables(ctx, t)
	if err != nil {
		return nil, 0, err
	}
	if !slices.Contains(tables, schemaTable) {
		if len(tables) > 0 {
			return nil, 0, unavailable(nil, "%s holds the data of another program. Give briefbot a database of its own.", s.where)
		}
		return steps, 0, nil
	}
	rows, err := t.query(ctx, `SELECT number, checksum FROM `+schemaTable+` ORDER BY number`)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var number int64
		var checksum string
		if err := rows.Scan(&number, &checksum); err != nil {
			return nil, 0, err
		}
		switch {
		case applied >= len(steps):
			return nil, 0, unavailable(nil, "%s was made by a newer briefbot (schema %d, this one knows %d). It is left as it is. Use that version, or a newer one.", s.where, number, len(steps))
		case number != steps[applied].number || checksum != steps[applied].checksum:
			return nil, 0, unavailable(nil, "%s was made by another version of briefbot, whose schema %d this one does not know. It is left as it is. Use the version that made it.", s.where, number)
		}
		applied++
	}
	return steps, applied, rows.Err()
}

// migrate brings the schema and what is derived up to date, one transaction a step.
func (s *Store) migrate(ctx context.Context) error {
	for {
		more := false
		err := s.writer.transact(ctx, nil, func(t *txn) error {
			if err := s.dialect.lockMigration(ctx, t); err != nil {
				return err
			}
			steps, applied, err := s.schema(ctx, t)
			if err != nil {
				return err
			}
			if applied == len(steps) {
				return s.rederive(ctx, t)
			}
			more = true
			return apply(ctx, t, steps[applied])
		})
		if err != nil || !more {
			return err
		}
	}
}

// apply runs one step together with its row in the table of steps.
func apply(ctx context.Context, t *txn, m migration) error {
	if m.number == 1 {
		if _, err := t.tx.ExecContext(ctx, `CREATE TABLE `+schemaTable+` (number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL)`); err != nil {
			return err
		}
	}
	// Not prepared: a step is many statements.
	if _, err := t.tx.ExecContext(ctx, m.text); err != nil {
		return fmt.Errorf("migration %04d_%s: %w", m.number, m.name, err)
	}
	_, err := t.tx.ExecContext(ctx, `INSERT INTO `+schemaTable+` (number, name, checksum) VALUES ($1, $2, $3)`, m.number, m.name, m.checksum)
	return err
}
