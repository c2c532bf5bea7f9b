package store

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// runLock is the lock file beside a SQLite file. The bot holds it while it
// runs, and whoever migrates holds it meanwhile. The system releases it when
// the process ends, however it ends; the file itself stays.
type runLock struct {
	file *flock.Flock
}

// lockPatience is how long a lock is waited for: long enough for another
// command to migrate a new file, short enough to tell that a bot is running.
const lockPatience = 2 * time.Second

// takeLock takes the run lock of the file at path, or returns ErrUnavailable.
func takeLock(ctx context.Context, path string) (*runLock, error) {
	lock := flock.New(path+".lock", flock.SetPermissions(0o600))
	wait, cancel := context.WithTimeout(ctx, lockPatience)
	defer cancel()
	ok, err := lock.TryLockContext(wait, 50*time.Millisecond)
	switch {
	case ok:
		// For the message below, in another process. The lock is what counts.
		_ = os.WriteFile(lock.Path(), []byte(strconv.Itoa(os.Getpid())+"\n"), 0o600)
		return &runLock{lock}, nil
	case ctx.Err() != nil:
		return nil, fmt.Errorf("lock %s: %w", lock.Path(), ctx.Err())
	case wait.Err() != nil:
		return nil, unavailable(err, "Another briefbot%s is using %s. Stop it first, or give this one a database of its own.", holder(lock.Path()), path)
	default:
		return nil, unavailable(err, "The lock file %s cannot be made by this user. Check the permissions of the file and of its folder.", lock.Path())
	}
}

// holder names the process that wrote the lock file, if it can be read.
func holder(path string) string {
	b, err := os.ReadFile(path)
	if err != nil || len(b) > 20 {
		return ""
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil {
		return ""
	}
	return fmt.Sprintf(" (process %d)", pid)
}

func (l *runLock) release() error { return l.file.Unlock() }
