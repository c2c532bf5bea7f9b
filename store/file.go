package store

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/briefbot/briefbot/briefings"
)

// readers is how many connections read a SQLite file at once. More of them
// only add latency (PERFORMANCE.md).
const readers = 4

// Pragmas of every connection; busy_timeout comes first, so that the others
// wait too. FULL makes each commit durable: what was acknowledged is on disk.
// The limit lets the WAL shrink again after an import. secure_delete writes zeros over
// what is deleted or replaced, in the pages that are written anyway: who is erased is
// not to be found in the file either.
const (
	writerPragmas = "_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=secure_delete(FAST)&_pragma=journal_size_limit(16777216)&_txlock=immediate"
	readerPragmas = "mode=ro&_pragma=busy_timeout(10000)"
)

// sqlitePath returns the path in dsn. A plain path is taken as it is, whatever
// it holds; after file: or sqlite: it may be a URL, and is unescaped only then
// if it begins with two slashes.
func sqlitePath(dsn string) (string, error) {
	path := dsn
	for _, prefix := range []string{"sqlite:", "file:"} {
		rest, ok := strings.CutPrefix(dsn, prefix)
		if !ok {
			continue
		}
		path = rest
		if strings.HasPrefix(rest, "//") {
			u, err := url.Parse(dsn)
			if err != nil || u.Host != "" && u.Host != "localhost" {
				return "", briefings.Errorf(briefings.ErrInvalid, "%q is not the address of a database file. Write its path, such as ./briefbot.db.", dsn)
			}
			path = u.Path
		}
		break
	}
	if path == "" || strings.ContainsRune(path, 0) || path == ":memory:" {
		return "", briefings.Errorf(briefings.ErrInvalid, "%q is not the path of a database file. Write one such as ./briefbot.db.", dsn)
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", unavailable(err, "The path %s cannot be used: the current folder is gone.", path)
	}
	// One file has one lock, whatever links lead to it.
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		return real, nil
	}
	if dir, err := filepath.EvalSymlinks(filepath.Dir(abs)); err == nil {
		return filepath.Join(dir, filepath.Base(abs)), nil
	}
	return abs, nil
}

// sqliteDSN returns the driver's name of a file. Only with file: before it does
// SQLite read mode=ro, and only escaped do %, ? and # belong to the name.
func sqliteDSN(path, query string) string {
	slashed := filepath.ToSlash(path)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed // a Windows drive
	}
	return "file://" + (&url.URL{Path: slashed}).EscapedPath() + "?" + query
}

// openSQLite opens the file at an absolute path.
func openSQLite(ctx context.Context, path string, opts Options) (_ *Store, err error) {
	s := &Store{dialect: sqliteDialect{}, where: path, path: path}
	defer func() {
		if err != nil {
			_ = s.Close() // the first error is the one to tell
		}
	}()
	if err := prepareFile(path); err != nil {
		return nil, err
	}
	if opts.Exclusive {
		if s.lock, err = takeLock(ctx, path); err != nil {
			return nil, err
		}
	}
	db, err := sql.Open("sqlite", sqliteDSN(path, writerPragmas))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	s.writer = newPool(db, true)
	err = s.openReaders(ctx)
	if errors.Is(err, errBehind) {
		err = s.migrateFile(ctx)
	}
	if err != nil {
		return nil, s.failOpen(ctx, err)
	}
	// The last connection to close folds the WAL into the file, if it may
	// write. A file that may only be read is no error but for a bot.
	if err = db.PingContext(ctx); err == nil && opts.Exclusive {
		err = s.writer.transact(ctx, nil, func(*txn) error { return nil })
	}
	if err != nil && opts.Exclusive {
		return nil, s.failOpen(ctx, err)
	}
	if opts.Exclusive {
		s.reserve.path = path + reserveSuffix
		_ = s.reserve.fill() // health says that there is none
	}
	return s, nil
}

// openReaders opens the pool that reads, and returns what checkSchema does.
func (s *Store) openReaders(ctx context.Context) error {
	err := s.openReadersAs(ctx, readerPragmas)
	if c := s.dialect.classify(err); c != readOnly && c != unopenable {
		return err
	}
	// SQLite must make the index of the WAL beside the file, and may not. If
	// there is no WAL either, nobody is writing, and the file is read as it is.
	if _, missing := os.Stat(s.path + "-wal"); !errors.Is(missing, fs.ErrNotExist) {
		return err
	}
	_ = s.reader.close()
	return s.openReadersAs(ctx, readerPragmas+"&immutable=1")
}

func (s *Store) openReadersAs(ctx context.Context, query string) error {
	db, err := sql.Open("sqlite", sqliteDSN(s.path, query))
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(readers)
	db.SetMaxIdleConns(readers)
	s.reader = newPool(db, true)
	return s.reader.transact(ctx, nil, func(t *txn) error { return s.checkSchema(ctx, t) })
}

// migrateFile migrates under the run lock.
func (s *Store) migrateFile(ctx context.Context) error {
	if s.lock == nil {
		lock, err := takeLock(ctx, s.path)
		if err != nil {
			return err
		}
		defer func() { _ = lock.release() }() // the system would, at the latest
	}
	return s.migrate(ctx)
}

// prepareFile makes sure that there is a file, which only its owner may read,
// or says why there cannot be one.
func prepareFile(path string) error {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return unavailable(nil, "%s is a folder. Give the path of a file in it, such as %s.", path, filepath.Join(path, "briefbot.db"))
	case err == nil && !info.Mode().IsRegular():
		return unavailable(nil, "%s is not a regular file. Give the path of a database file, such as ./briefbot.db.", path)
	case err == nil:
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return unavailable(err, "%s cannot be opened by this user. Check the permissions of the file and of its folder.", path)
	}
	// A new file, so no connection can be open on it whose locks closing it
	// would drop.
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	switch {
	case err == nil:
		return f.Close()
	case errors.Is(err, fs.ErrExist):
		return nil // another briefbot was faster
	case errors.Is(err, fs.ErrNotExist):
		return unavailable(err, "The folder %s does not exist. Create it, or give another path.", filepath.Dir(path))
	default:
		return unavailable(err, "%s cannot be created: this user may not write to %s. Give another path, or change its permissions.", filepath.Base(path), filepath.Dir(path))
	}
}

// failOpen gives an error of opening its sentence.
func (s *Store) failOpen(ctx context.Context, err error) error {
	var known *briefings.Error
	if errors.As(err, &known) || ctx.Err() != nil {
		return s.fail(ctx, "open store", err)
	}
	switch s.dialect.classify(err) {
	case notDatabase:
		return unavailable(err, "%s is not a briefbot database. Give the path of one, or of a new file.", s.where)
	case readOnly, unopenable:
		return unavailable(err, "%s cannot be opened for writing by this user. Check the permissions of the file and of its folder.", s.where)
	}
	return s.fail(ctx, "open store", err)
}
