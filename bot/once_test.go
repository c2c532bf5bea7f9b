package bot_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/briefbot/briefbot/bot"
)

func TestOnce_TellsTheFirstFromTheRest(t *testing.T) {
	o := bot.NewOnce(10)
	for _, id := range []string{"", "a", "A", "\x00", "\xff"} {
		if got := []bool{o.First(id), o.First(id), o.First(id)}; !got[0] || got[1] || got[2] {
			t.Errorf("%q: %v", id, got)
		}
	}
}

func TestOnce_RemembersTheLastAndForgetsTheOldest(t *testing.T) {
	for _, room := range []int{-1, 0, 1, 2, 100} {
		o, remembered := bot.NewOnce(room), max(room, 1)
		for i := range 10 * remembered {
			if !o.First(fmt.Sprint(i)) {
				t.Fatalf("room %d: %d is new", room, i)
			}
			for back := range min(remembered, i+1) {
				if o.First(fmt.Sprint(i - back)) {
					t.Fatalf("room %d: %d is forgotten after %d others", room, i-back, back)
				}
			}
		}
		if !o.First("0") {
			t.Errorf("room %d: the first of %d is remembered", room, 10*remembered)
		}
	}
}

func TestOnce_OneOfManyGoroutinesIsFirst(t *testing.T) {
	const goroutines, ids = 16, 2000
	o := bot.NewOnce(ids)
	var first [ids]atomic.Int32
	var all sync.WaitGroup
	for range goroutines {
		all.Go(func() {
			for i := range ids {
				if o.First(fmt.Sprint(i)) {
					first[i].Add(1)
				}
			}
		})
	}
	all.Wait()
	for i := range first {
		if n := first[i].Load(); n != 1 {
			t.Errorf("%d goroutines are the first to see %d", n, i)
		}
	}
}
