package store

import (
	"crypto/rand"
	"errors"
	"os"
	"sync"
)

// The reserve is a file beside a SQLite file that holds space for when the disk is
// full: what a platform has taken must be written down, or it is posted again.
const (
	reserveSuffix = ".reserve"
	reserveBytes  = 8 << 20
)

// reserve is the file, and whose it is to give up. Its path is empty where the store
// has none.
type reserve struct {
	mu   sync.Mutex
	path string
}

// fill makes the file, unless it is there in full. What it holds is random: a file
// system may keep no blocks for zeros.
func (r *reserve) fill() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.path == "" || r.full() {
		return nil
	}
	// Only a whole one gets the name.
	partial := r.path + ".partial"
	f, err := os.OpenFile(partial, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(partial) }() // gone already if all went well
	block := make([]byte, 1<<20)
	if _, err = rand.Read(block); err == nil {
		for range reserveBytes / len(block) {
			if _, err = f.Write(block); err != nil {
				break
			}
		}
	}
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(partial, r.path)
}

// full reports whether the file is there in full.
func (r *reserve) full() bool {
	info, err := os.Lstat(r.path)
	return err == nil && info.Mode().IsRegular() && info.Size() == reserveBytes
}

// spend gives the space back to the disk, and reports whether there was some.
func (r *reserve) spend() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.path != "" && os.Remove(r.path) == nil
}

// Reserve reports whether space is kept for when the disk is full. PostgreSQL, and a
// store that was not opened to be exclusive, keep none.
func (s *Store) Reserve() (have bool) {
	s.reserve.mu.Lock()
	defer s.reserve.mu.Unlock()
	return s.reserve.path != "" && s.reserve.full()
}

// Refill keeps space again where it was given up. It returns ErrUnavailable where there
// is none, and does nothing where the store keeps none.
func (s *Store) Refill() error {
	if err := s.reserve.fill(); err != nil {
		return unavailable(err, "There is no space to keep in reserve beside %s. Free some.", s.where)
	}
	return nil
}
