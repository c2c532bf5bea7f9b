package bot

import (
	"context"
	"sync"
	"time"
)

// File is a file that goes with a reply.
type File struct {
	Name string
	Data []byte
}

// FileRef is a file that came with a request. What it holds is fetched when it is
// needed: by who may ask for that.
type FileRef struct {
	Name string
	// Size is what the platform says that it has, in bytes.
	Size int64
	// Fetch returns what it holds. It reads no more than most bytes, and returns
	// ErrInvalid with a sentence where there are more.
	Fetch func(ctx context.Context, most int64) ([]byte, error)
}

// kept holds what was looked at, for a while, so that it can be done as it was seen.
// A restart forgets it: then it must be given again.
type kept struct {
	mu    sync.Mutex
	items map[string]keptItem
}

type keptItem struct {
	data  []byte
	name  string
	seen  string // what was shown of it
	until time.Time
}

// What is kept: a book is a megabyte at the most, and so is what a process holds
// small.
const (
	keptFor  = 10 * time.Minute
	maxItems = 8
)

// put keeps data under a key.
func (k *kept) put(key, name, seen string, data []byte, now time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	oldest := ""
	for key, item := range k.items {
		switch {
		case !now.Before(item.until):
			delete(k.items, key)
		case oldest == "" || item.until.Before(k.items[oldest].until):
			oldest = key
		}
	}
	if len(k.items) >= maxItems {
		delete(k.items, oldest)
	}
	if k.items == nil {
		k.items = map[string]keptItem{}
	}
	k.items[key] = keptItem{data, name, seen, now.Add(keptFor)}
}

// get returns what is kept under a key.
func (k *kept) get(key string, now time.Time) (item keptItem, ok bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	item, ok = k.items[key]
	return item, ok && now.Before(item.until)
}
