package delivery_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/briefbot/briefbot/briefings/delivery"
	"github.com/briefbot/briefbot/store"
	"github.com/briefbot/briefbot/store/storetest"
)

// TestEngine_ReplicasThatCrashLoseAndDoubleNothing lets two processes work on one
// PostgreSQL database, both at once and without any lease between them. Each is killed
// again and again, at any of its calls of the ledger or of a platform, and one request in
// ten goes wrong. There are some deliveries, or as many as BRIEFBOT_TEST_DELIVERIES says.
func TestEngine_ReplicasThatCrashLoseAndDoubleNothing(t *testing.T) {
	deliveries := 160
	if slow {
		deliveries = 40
	}
	fmt.Sscan(os.Getenv("BRIEFBOT_TEST_DELIVERIES"), &deliveries)
	const channels = 40
	hours := max(deliveries/channels, 1)
	dsn := storetest.Postgres(t)
	synctest.Test(t, func(t *testing.T) {
		h := newHouseAt(t, dsn)
		h.author.parts = 1
		var places []delivery.Place
		for i := range channels {
			to := []delivery.Place{news, desk}[i%2]
			to.Channel = fmt.Sprint("c", i)
			places = append(places, to)
		}
		h.schedule("hourly", "0 * * * *", "UTC", delivery.Options{OnUnknown: delivery.AskAdmin}, places...)
		random := chance(11, 11)
		for _, p := range h.platforms {
			p.fault = func(delivery.Message) string {
				if random() >= 0.1 {
					return ""
				}
				return faults[int(random()*float64(len(faults)))]
			}
		}
		end := time.Now().Add(time.Duration(hours)*time.Hour + time.Minute)
		var replicas sync.WaitGroup
		crashes := make([]int, 2)
		for i := range crashes {
			r := *h
			r.owner = (i + 1) * 1_000_000
			var err error
			if r.store, err = store.Open(t.Context(), dsn, store.Options{CallersClock: true}); err != nil {
				t.Fatal(err)
			}
			defer r.store.Close()
			replicas.Go(func() {
				dice := rand.New(rand.NewPCG(uint64(i), 5))
				for time.Now().Before(end) {
					d := r.live(dice.IntN(250), time.Until(end))
					if d.dead {
						crashes[i]++
					}
					time.Sleep(time.Duration(dice.Int64N(int64(2 * time.Minute))))
				}
			})
		}
		replicas.Wait()
		for _, p := range h.platforms {
			p.fault = nil
		}
		h.senders = nil
		last := h.start(h.store)
		time.Sleep(20 * time.Minute) // longer than it waits between two tries
		last.stop()
		h.eachOnce(hours, places)
		t.Logf("%d deliveries, %d crashes of two processes", hours*channels, crashes[0]+crashes[1])
	})
}

// eachOnce fails the test unless each place has each of the newest runs once.
func (h *house) eachOnce(runs int, places []delivery.Place) {
	h.t.Helper()
	for _, to := range places {
		p := h.platforms[to.Platform]
		p.late.Wait()
		seen := map[string]int{}
		for _, m := range p.all(to) {
			seen[m.body]++
		}
		for body, n := range seen {
			if n != 1 {
				h.t.Errorf("%s has %q %d times", to, body, n)
			}
		}
		if len(seen) != runs {
			h.t.Errorf("%s has %d editions, want %d", to, len(seen), runs)
		}
	}
}
