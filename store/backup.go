package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/briefbot/briefbot/briefings"
)

// Backup writes a copy of a SQLite store, as it stands at one moment, to a new
// file at path. Others may read and write the store meanwhile. The file is
// checked, and on disk, when Backup returns; a Backup that fails leaves none.
//
// It returns ErrInvalid where there is a file at path, or what is left of a
// database that was there: SQLite would take that for a part of the copy. To
// put a backup in place, open it and back it up to where the store should be.
func (s *Store) Backup(ctx context.Context, path string) (err error) {
	if s.path == "" {
		return briefings.Errorf(briefings.ErrInvalid, "%s is a PostgreSQL database. Back it up with pg_dump.", s.where)
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return unavailable(err, "The path %s cannot be used: the current folder is gone.", path)
	}
	path = abs // a DSN is relative to nothing
	for _, suffix := range []string{"", "-wal", "-journal"} {
		if _, err := os.Lstat(path + suffix); !errors.Is(err, fs.ErrNotExist) {
			return briefings.Errorf(briefings.ErrInvalid, "%s exists already. Give the path of a new file, or move that one away.", path+suffix)
		}
	}
	// Only a finished copy gets the name.
	partial := fmt.Sprintf("%s.partial-%d", path, os.Getpid())
	f, err := os.OpenFile(partial, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return unavailable(err, "%s cannot be created: this user may not write to %s, or it does not exist. Give another path.", filepath.Base(path), filepath.Dir(path))
	}
	defer func() { _ = os.Remove(partial) }() // gone already if all went well
	if err := f.Close(); err != nil {
		return unavailable(err, "%s cannot be written. Check the disk, or give another path.", path)
	}
	if _, err := s.reader.db.ExecContext(ctx, `VACUUM INTO $1`, partial); err != nil {
		if s.dialect.classify(err) == full {
			return unavailable(err, "There is not enough space for the backup in %s. Free some, or give another path.", filepath.Dir(path))
		}
		return s.fail(ctx, "back up", err)
	}
	if err := checkFile(ctx, partial); err != nil {
		return s.fail(ctx, "check the backup", err)
	}
	if err := syncFile(partial); err != nil {
		return unavailable(err, "%s cannot be written. Check the disk, or give another path.", path)
	}
	if err := os.Rename(partial, path); err != nil {
		return unavailable(err, "%s cannot be written. Check the disk, or give another path.", path)
	}
	_ = syncFile(filepath.Dir(path)) // not every system can sync a folder
	return nil
}

// checkFile reads the whole file and returns an error unless it is sound.
func checkFile(ctx context.Context, path string) error {
	db, err := sql.Open("sqlite", sqliteDSN(path, "mode=ro&immutable=1"))
	if err != nil {
		return err
	}
	defer db.Close()
	var verdict string
	if err := db.QueryRowContext(ctx, `PRAGMA quick_check(1)`).Scan(&verdict); err != nil {
		return err
	}
	if verdict != "ok" {
		return fmt.Errorf("check %s: %s", path, verdict)
	}
	return nil
}

// syncFile waits until the file, or the folder, is on disk.
func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
