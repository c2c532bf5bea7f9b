package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/discord"
	"github.com/briefbot/briefbot/bot/slack"
	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
	"github.com/briefbot/briefbot/store"
)

// letterbox is a process that takes every message, so that the work of the other end does
// not count as ours.
func letterbox() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(l.Addr())
	go func() { // it ends with the benchmark
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	_ = http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"ok":true,"id":"1234567890123456789","ts":"1764162000.000100","channel":"C1"}`)
	}))
}

// openLetterbox starts one, and returns its address.
func openLetterbox(b *testing.B) string {
	b.Helper()
	cmd := exec.Command("letterbox")
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		in.Close()
		_ = cmd.Wait()
	})
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return "http://" + strings.TrimSpace(address)
}

// cpu is how much time the processors have worked for this process.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// inFlight does something over and over, with as many under way as a fan-out may have.
func inFlight(b *testing.B, do func()) {
	b.SetParallelism(8) // 16 of them with two processors: fewer than a burst may have
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			do()
		}
	})
}

// BenchmarkPost posts one edition, which was written once, to channel after channel, over
// connections to another process. cpu-µs/op is what of it is ours, in user and kernel.
//
// The heap is that of a running bot, some 32 MB: how often rubbish is collected depends on
// it.
func BenchmarkPost(b *testing.B) {
	heap := make([]byte, 32<<20)
	defer runtime.KeepAlive(heap)
	address := openLetterbox(b)
	s, err := store.Open(b.Context(), b.TempDir()+"/book.db", store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	book := func(context.Context, briefings.Workspace) (briefings.BookID, error) { return "book", nil }
	offers := bot.NewOffers(s, nil)
	var tick atomic.Int64 // the limits of the platforms are not what is measured
	now := func() time.Time { return time.Unix(1764162000+tick.Load(), 0) }
	d, err := discord.New(discord.Options{Token: bot.NewSecret("token"), BaseURL: address, Book: book, Offers: offers, Now: now})
	if err != nil {
		b.Fatal(err)
	}
	sl, err := slack.New(slack.Options{
		Mode: slack.HTTP, Listen: "127.0.0.1:0", BaseURL: address, Book: book, Offers: offers, Inbound: s, Now: now,
		Apps: []slack.App{{SigningSecret: bot.NewSecret("secret"), Workspaces: []slack.Workspace{{ID: "T1", Token: bot.NewSecret("xoxb-1")}}}},
	})
	if err != nil {
		b.Fatal(err)
	}
	card := &bot.Card{Title: "The morning", Kicker: "Edition 12", Lead: []bot.Text{bot.T(strings.Repeat("What is new since yesterday. ", 20))}}
	for i := range 8 {
		card.Sections = append(card.Sections, bot.Section{Heading: fmt.Sprint("Track ", i), Items: []bot.Item{{Label: "Status", Text: bot.T(strings.Repeat("They go on. ", 8))}}})
	}
	b.Run("bare", func(b *testing.B) { // what net/http takes by itself, for as many bytes
		transport := http.DefaultTransport.(*http.Transport).Clone()
		transport.MaxIdleConnsPerHost = 64
		client := &http.Client{Transport: transport}
		body := strings.Repeat("x", 4000)
		b.ReportAllocs()
		began := cpu(b)
		inFlight(b, func() {
			resp, err := client.Post(address, "application/json", strings.NewReader(body))
			if err != nil {
				b.Error(err)
				return
			}
			_, _ = io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
		})
		b.ReportMetric(float64((cpu(b)-began).Microseconds())/float64(b.N), "cpu-µs/op")
	})
	for _, c := range []struct {
		poster bot.Poster
		place  delivery.Place
	}{{d, delivery.Place{Platform: discord.Platform, Workspace: "1"}}, {sl, delivery.Place{Platform: slack.Platform, Workspace: "T1"}}} {
		b.Run(string(c.place.Platform), func(b *testing.B) {
			body, err := c.poster.Compose("book", card)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			began := cpu(b)
			inFlight(b, func() {
				i := tick.Add(20)
				m := delivery.Message{ID: "abcdefghij", Op: delivery.Post, To: c.place, Body: body, Marker: "edition 12 · abcdefghij", Nonce: "abcdefghijklmnopqrst"}
				m.To.Channel = fmt.Sprint("C", i%10_000)
				if _, err := c.poster.Send(b.Context(), m); err != nil {
					b.Error(err)
				}
			})
			b.ReportMetric(float64((cpu(b)-began).Microseconds())/float64(b.N), "cpu-µs/op")
		})
	}
}
