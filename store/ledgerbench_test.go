package store_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
	"github.com/briefbot/briefbot/store"
	"github.com/briefbot/briefbot/store/storetest"
)

// Sizes of the benchmarks of the ledger.
const (
	benchSchedules = 10_000
	benchTargets   = 10_000
	benchSettled   = 100_000
	benchBody      = 2_000 // bytes of a message
)

var (
	benchChannel   = delivery.Place{Platform: "slack", Workspace: "T1", Channel: "C0123456789"}
	benchPlatforms = []briefings.Platform{"slack", "discord"}
)

// onEach runs a benchmark on a new store of each engine.
func onEach(b *testing.B, bench func(b *testing.B, s *store.Store)) {
	opts := store.Options{Exclusive: true, CallersClock: true}
	b.Run("SQLite", func(b *testing.B) { bench(b, open(b, filepath.Join(b.TempDir(), "bench.db"), opts)) })
	b.Run("Postgres", func(b *testing.B) { bench(b, open(b, storetest.Postgres(b), opts)) })
}

func benchRun(source, slot string, to ...delivery.Place) delivery.NewRun {
	r := delivery.NewRun{
		Run:      delivery.Run{Key: delivery.RunKey{Source: source, Slot: slot}, Kind: delivery.Digest, State: delivery.Planned, Due: benchTime, Made: benchTime, Edition: 1, Zone: "Europe/Kyiv"},
		Parts:    []delivery.Part{{Platform: "slack", Number: 1, Op: delivery.Post, Body: make([]byte, benchBody), Card: make([]byte, benchBody)}},
		Deadline: benchTime.Add(time.Hour), Owner: "bench",
	}
	for _, p := range to {
		r.To = append(r.To, delivery.Target{Place: p})
	}
	return r
}

// benchBook makes a book.
func benchBook(b testing.TB, s *store.Store, id briefings.BookID) {
	b.Helper()
	_, err := s.Apply(context.Background(), id, briefings.Change{Actor: benchActor, At: benchTime, Edits: []briefings.Edit{{Put: &briefings.Book{ID: id, Name: "Bench"}}}})
	if err != nil {
		b.Fatal(err)
	}
}

// benchDeliveries plans one run to so many channels.
func benchDeliveries(b testing.TB, s *store.Store, book briefings.BookID, slot string, n int) {
	b.Helper()
	places := make([]delivery.Place, n)
	for i := range places {
		places[i] = benchChannel
		places[i].Channel = fmt.Sprintf("C%010d", i)
	}
	if err := s.Commit(context.Background(), book, delivery.Plan{At: benchTime, Runs: []delivery.NewRun{benchRun("schedule", slot, places...)}}); err != nil {
		b.Fatal(err)
	}
}

// resetPeak forgets the peak of the memory of this process, and peak returns it in
// bytes, 0 where the system does not say.
func resetPeak() { _ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) }

func peak() float64 { return status("VmHWM:") }

func status(field string) float64 {
	text, _ := os.ReadFile("/proc/self/status") // there is none on other systems
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, field); ok {
			kb, _ := strconv.ParseFloat(strings.Fields(rest)[0], 64) // the kernel writes it so
			return kb * 1024
		}
	}
	return 0
}

// BenchmarkLedgerPlan plans 10,000 schedules that are due together, each with a message
// of its own; a book has at most 200.
func BenchmarkLedgerPlan(b *testing.B) {
	onEach(b, func(b *testing.B, s *store.Store) {
		ctx := context.Background()
		books := make([]briefings.BookID, benchSchedules/delivery.MaxSchedules)
		for i := range books {
			books[i] = briefings.BookID(fmt.Sprint("bench", i))
			benchBook(b, s, books[i])
			for j := range delivery.MaxSchedules {
				_, err := s.PutSchedule(ctx, books[i], briefings.Deed{}, delivery.Schedule{
					Name: fmt.Sprint("s", j), Spec: "0 9 * * *", Zone: "Europe/Kyiv", Places: []delivery.Place{benchChannel}, State: delivery.Active, NextDue: benchTime,
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		}
		before := status("VmRSS:")
		resetPeak()
		now := benchTime
		for b.Loop() {
			for _, book := range books {
				due, err := s.Due(ctx, book, now, delivery.MaxSchedules)
				if err != nil || len(due) != delivery.MaxSchedules {
					b.Fatal(len(due), err)
				}
				plan := delivery.Plan{At: now}
				for _, x := range due {
					plan.Runs = append(plan.Runs, benchRun(string(x.ID), now.Format(time.RFC3339), x.Places...))
					x.NextDue = now.Add(time.Hour)
					plan.Schedules = append(plan.Schedules, x)
				}
				if err := s.Commit(ctx, book, plan); err != nil {
					b.Fatal(err)
				}
			}
			now = now.Add(time.Hour)
		}
		b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/plan")
		b.ReportMetric(peak()/1e6, "peak-MB")
		b.ReportMetric(max(peak()-before, 0)/1e6, "more-MB")
	})
}

// BenchmarkLedgerPlanTargets plans one run with 10,000 targets.
func BenchmarkLedgerPlanTargets(b *testing.B) {
	onEach(b, func(b *testing.B, s *store.Store) {
		benchBook(b, s, "bench")
		before := status("VmRSS:")
		resetPeak()
		for i := 0; b.Loop(); i++ {
			benchDeliveries(b, s, "bench", fmt.Sprint(i), benchTargets)
		}
		b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/plan")
		b.ReportMetric(peak()/1e6, "peak-MB")
		b.ReportMetric(max(peak()-before, 0)/1e6, "more-MB")
	})
}

// settled returns a store in which 100,000 deliveries are sent and 10,000 are due.
func settled(b *testing.B, s *store.Store) {
	b.Helper()
	benchBook(b, s, "bench")
	for i := range benchSettled / benchTargets {
		benchDeliveries(b, s, "bench", fmt.Sprint(i), benchTargets)
	}
	benchSend(b, s, benchSettled)
	benchDeliveries(b, s, "bench", "due", benchTargets)
}

// benchSend has so many deliveries sent, 256 in a transaction.
func benchSend(b testing.TB, s *store.Store, n int) {
	b.Helper()
	for n > 0 {
		jobs, err := s.Work(context.Background(), "bench", benchPlatforms, benchTime, min(n, 256))
		if err != nil || len(jobs) == 0 {
			b.Fatal(len(jobs), err)
		}
		moves := make([]delivery.Move, len(jobs))
		for i, j := range jobs {
			moves[i] = delivery.Move{From: j.Delivery, To: delivery.Delivered(j.Delivery, "m"+string(j.ID)), At: benchTime}
		}
		if _, err := s.Move(context.Background(), "bench", moves); err != nil {
			b.Fatal(err)
		}
		n -= len(jobs)
	}
}

// BenchmarkLedgerWork reads 256 of 10,000 deliveries that are due, beside 100,000 that
// are settled, and when there is work next.
func BenchmarkLedgerWork(b *testing.B) {
	onEach(b, func(b *testing.B, s *store.Store) {
		ctx := context.Background()
		settled(b, s)
		b.Run("Work", func(b *testing.B) {
			for b.Loop() {
				if jobs, err := s.Work(ctx, "bench", benchPlatforms, benchTime, 256); err != nil || len(jobs) != 256 {
					b.Fatal(len(jobs), err)
				}
			}
		})
		b.Run("NextWork", func(b *testing.B) {
			for b.Loop() {
				if next, err := s.NextWork(ctx, "bench", benchPlatforms); err != nil || next.IsZero() {
					b.Fatal(next, err)
				}
			}
		})
		b.Run("Dead", func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Deliveries(ctx, "bench", delivery.DeliveryQuery{States: []delivery.State{delivery.Dead}, Since: benchTime}); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("OpenOfSource", func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Deliveries(ctx, "bench", delivery.DeliveryQuery{Source: "another", States: []delivery.State{delivery.Pending, delivery.Sending}}); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("Newest20", func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Deliveries(ctx, "bench", delivery.DeliveryQuery{Limit: 20}); err != nil {
					b.Fatal(err)
				}
			}
		})
	})
}

// BenchmarkLedgerMove claims a batch of deliveries, and then writes down that they are
// sent, with their attempts: two transactions.
func BenchmarkLedgerMove(b *testing.B) {
	for _, size := range []int{1, 64, 256} {
		b.Run(fmt.Sprint("batch=", size), func(b *testing.B) {
			onEach(b, func(b *testing.B, s *store.Store) {
				ctx := context.Background()
				benchBook(b, s, "bench")
				benchDeliveries(b, s, "bench", "1", benchTargets)
				jobs, err := s.Work(ctx, "bench", benchPlatforms, benchTime, size)
				if err != nil || len(jobs) != size {
					b.Fatal(len(jobs), err)
				}
				moves := make([]delivery.Move, size)
				step := func(state delivery.State, lease time.Duration, attempt bool) {
					for i, j := range jobs {
						to := j.Delivery
						to.State, to.Message = state, "m"+string(j.ID)
						moves[i] = delivery.Move{From: j.Delivery, To: to, Lease: lease, At: benchTime}
						if attempt {
							moves[i].Attempt = &delivery.Attempt{Number: 1, Began: benchTime, Ended: benchTime, Outcome: "limited"}
						}
						jobs[i].Delivery = to
						jobs[i].Fence++
					}
					if made, err := s.Move(ctx, "bench", moves); err != nil || !made[size-1] {
						b.Fatal(made, err)
					}
				}
				for b.Loop() {
					step(delivery.Sending, time.Minute, false)
					step(delivery.Pending, 0, true)
				}
				b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(2*size*b.N), "µs/move")
			})
		})
	}
}
