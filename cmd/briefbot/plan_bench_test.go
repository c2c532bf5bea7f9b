package main

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/slack"
	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
	"github.com/briefbot/briefbot/briefings/starter"
	"github.com/briefbot/briefbot/store"
)

// BenchmarkPlan has 10,000 schedules due at one minute, 200 in each of 50 books, and plans
// them: their editions are written, and frozen in the ledger with their deliveries. s/op is
// the goal's 5, and MB, the most memory that the process ever had, its 150.
func BenchmarkPlan(b *testing.B) {
	const books, schedules = 50, delivery.MaxSchedules
	address := openLetterbox(b)
	for b.Loop() {
		b.StopTimer()
		a := &app{system: system{now: time.Now, getenv: func(string) string { return "" }}, log: "error"}
		s, err := store.Open(b.Context(), filepath.Join(b.TempDir(), "book.db"), store.Options{Exclusive: true})
		if err != nil {
			b.Fatal(err)
		}
		o := &opened{store: s, library: briefings.NewLibrary(s), log: slog.New(slog.DiscardHandler)}
		contents, err := starter.Book(time.Now())
		if err != nil {
			b.Fatal(err)
		}
		due := time.Now().Truncate(time.Minute)
		var names []briefings.BookID
		for i := range books {
			book := briefings.BookID(fmt.Sprint("book-", i))
			names = append(names, book)
			contents.Book.ID = book
			_, err := s.Apply(b.Context(), book, briefings.Change{
				Actor: briefings.Actor{Platform: slack.Platform, Workspace: "T1", User: "U1"}, At: due, Edits: briefings.PlanImport(nil, contents, false),
			})
			if err != nil {
				b.Fatal(err)
			}
			for n := range schedules {
				_, err := s.PutSchedule(b.Context(), book, briefings.Deed{At: due}, delivery.Schedule{
					Name: fmt.Sprint("s", n), Spec: fmt.Sprintf("%d %d * * *", due.UTC().Minute(), due.UTC().Hour()), Zone: "UTC", State: delivery.Active, NextDue: due,
					Places: []delivery.Place{{Platform: slack.Platform, Workspace: "T1", Channel: fmt.Sprintf("C%d%d", i, n)}},
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		}
		sl, err := slack.New(slack.Options{
			Mode: slack.HTTP, Listen: "127.0.0.1:0", BaseURL: address, Offers: bot.NewOffers(s, nil), Inbound: s, Now: time.Now,
			Book: func(context.Context, briefings.Workspace) (briefings.BookID, error) { return "book-0", nil },
			Apps: []slack.App{{SigningSecret: bot.NewSecret("secret"), Workspaces: []slack.Workspace{{ID: "T1", Token: bot.NewSecret("xoxb-1")}}}},
		})
		if err != nil {
			b.Fatal(err)
		}
		core, err := a.bot(o)
		if err != nil {
			b.Fatal(err)
		}
		core.Reach(sl)
		e, err := delivery.New(b.Context(), delivery.Config{
			Ledger: s, Author: core, Senders: map[briefings.Platform]delivery.Sender{slack.Platform: sl}, Owner: "bench", Now: time.Now, Chance: rand.Float64,
			Books: func(context.Context) ([]briefings.BookID, error) { return names, nil },
		})
		if err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		ctx, cancel := context.WithCancel(b.Context())
		ended := make(chan error, 1)
		go func() { ended <- e.Run(ctx) }()
		for planned := 0; planned < books; time.Sleep(10 * time.Millisecond) {
			left, err := s.Due(ctx, names[planned], time.Now(), 1)
			if err != nil {
				b.Fatal(err)
			}
			if len(left) == 0 {
				planned++
			}
		}
		b.StopTimer()
		cancel()
		if err := <-ended; err != nil {
			b.Fatal(err)
		}
		runs := 0
		for _, book := range names {
			list, err := s.Runs(b.Context(), book, delivery.RunQuery{Limit: 1000})
			if err != nil {
				b.Fatal(err)
			}
			runs += len(list)
		}
		if runs != books*schedules {
			b.Errorf("%d runs", runs)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(u.Maxrss)/1024, "MB")
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/op")
}
