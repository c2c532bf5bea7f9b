package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/store"
	"github.com/briefbot/briefbot/store/storetest"
)

// Sizes and seed of the benchmarks.
const (
	benchSeed    = 20251202
	benchEntries = 5_000
	benchReports = 25_000
	benchDocs    = 100_000
	benchWords   = 30_000 // in the vocabulary, by Zipf's law
	docWords     = 250    // about 1.6 KB
)

var benchTime = time.Date(2025, 12, 2, 8, 0, 0, 0, time.UTC)

var benchActor = briefings.Actor{Platform: "bench", User: "1"}

// corpus makes texts of made-up words whose frequencies fall as in English:
// the most frequent word is in nearly every text.
type corpus struct {
	rand *rand.Rand
	zipf *rand.Zipf
	list []string
}

func newCorpus() *corpus {
	r := rand.New(rand.NewPCG(benchSeed, 1))
	c := &corpus{rand: r, zipf: rand.NewZipf(r, 1.07, 4, benchWords-1)}
	seen := map[string]bool{}
	for len(c.list) < benchWords {
		var b strings.Builder
		for range 1 + r.IntN(3) + len(c.list)/15_000 {
			b.WriteByte("bcdfghjklmnprstvwz"[r.IntN(18)])
			b.WriteByte("aeiou"[r.IntN(5)])
		}
		b.WriteByte("dklmnprt"[r.IntN(8)])
		if w := b.String(); !seen[w] {
			seen[w] = true
			c.list = append(c.list, w)
		}
	}
	return c
}

func (c *corpus) words(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = c.list[c.zipf.Uint64()]
	}
	return list
}

func (c *corpus) text(n int) string { return strings.Join(c.words(n), " ") }

// entry makes an entry of some 900 bytes.
func (c *corpus) entry(i int) *briefings.Entry {
	return &briefings.Entry{
		ID: briefings.EntryID(fmt.Sprintf("entry-%06d", i)), Kind: briefings.Person, Name: c.text(2), Aliases: []string{c.text(2), c.text(1)},
		Role: c.text(5), Affiliation: briefings.EntryID(fmt.Sprintf("entry-%06d", i/50)), Summary: c.text(60), WhyNow: c.text(15), Importance: i % 100,
		Claim: c.claim(),
	}
}

// report makes a report whose text and detail have n words.
func (c *corpus) report(i, n int) *briefings.Report {
	return &briefings.Report{
		ID: briefings.ReportID(fmt.Sprintf("report-%06d", i)), Kind: briefings.Statement, Text: c.text(min(n, 20)), Detail: c.text(max(0, n-20)),
		Subject:    briefings.EntryID(fmt.Sprintf("entry-%06d", i%benchEntries)),
		About:      []briefings.EntryID{briefings.EntryID(fmt.Sprintf("entry-%06d", i/5%benchEntries))},
		Importance: i % 100, Claim: c.claim(),
	}
}

func (c *corpus) claim() briefings.Claim {
	return briefings.Claim{
		Occurred: briefings.At(benchTime.AddDate(0, 0, -c.rand.IntN(700)), briefings.Day), Attribution: c.text(3),
		Confidence: briefings.Moderate, Nature: briefings.Reported, Sources: []briefings.SourceID{"source"},
	}
}

// fill applies the records to a new book, a thousand in each change.
func fill(b testing.TB, s *store.Store, n int, record func(i int) briefings.Record) {
	b.Helper()
	edits := []briefings.Edit{{Put: &briefings.Book{ID: "bench", Name: "Bench"}}, {Put: &briefings.Source{ID: "source", Name: "Source"}}}
	for i := range n {
		edits = append(edits, briefings.Edit{Put: record(i)})
		if len(edits) >= 1000 || i == n-1 {
			if _, err := s.Apply(context.Background(), "bench", briefings.Change{Actor: benchActor, At: benchTime, Edits: edits}); err != nil {
				b.Fatal(err)
			}
			edits = edits[:0]
		}
	}
}

// BenchmarkApply commits changes of one edit each: a report of 60 words, with
// its text index, on disk (synchronous=FULL) before it returns.
func BenchmarkApply(b *testing.B) {
	for _, writers := range []int{1, 8} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			s := open(b, filepath.Join(b.TempDir(), "bench.db"), store.Options{Exclusive: true})
			c := newCorpus()
			fill(b, s, benchEntries, func(i int) briefings.Record { return c.entry(i) })
			reports := make([]*briefings.Report, b.N)
			for i := range reports {
				reports[i] = c.report(i, 60)
			}
			times := make([]time.Duration, b.N)
			var next sync.Mutex
			n := 0
			b.ResetTimer()
			var all sync.WaitGroup
			for range writers {
				all.Go(func() {
					for {
						next.Lock()
						i := n
						n++
						next.Unlock()
						if i >= b.N {
							return
						}
						start := time.Now()
						if _, err := s.Apply(context.Background(), "bench", briefings.Change{Actor: benchActor, At: benchTime, Edits: []briefings.Edit{{Put: reports[i]}}}); err != nil {
							b.Error(err)
							return
						}
						times[i] = time.Since(start)
					}
				})
			}
			all.Wait()
			b.StopTimer()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "edits/s")
			quantiles(b, times)
		})
	}
}

// BenchmarkImport applies one change of 5,000 entries and 25,000 reports.
func BenchmarkImport(b *testing.B) {
	c := newCorpus()
	for range b.N {
		s := open(b, filepath.Join(b.TempDir(), "bench.db"), store.Options{})
		edits := []briefings.Edit{{Put: &briefings.Book{ID: "bench", Name: "Bench"}}}
		for i := range benchEntries {
			edits = append(edits, briefings.Edit{Put: c.entry(i)})
		}
		for i := range benchReports {
			edits = append(edits, briefings.Edit{Put: c.report(i, 60)})
		}
		start := time.Now()
		if _, err := s.Apply(context.Background(), "bench", briefings.Change{Actor: benchActor, At: benchTime, Edits: edits}); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(edits))/time.Since(start).Seconds(), "edits/s")
	}
}

// BenchmarkLoad opens the store and loads the book, as a bot that starts does,
// with 5,000 entries of some 900 bytes and none or 25,000 reports of 60 words.
func BenchmarkLoad(b *testing.B) {
	for _, reports := range []int{0, benchReports} {
		b.Run(fmt.Sprintf("entries=%d,reports=%d", benchEntries, reports), func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "bench.db")
			s := open(b, path, store.Options{})
			c := newCorpus()
			fill(b, s, benchEntries+reports, func(i int) briefings.Record {
				if i < benchEntries {
					return c.entry(i)
				}
				return c.report(i-benchEntries, 60)
			})
			var opened, now, asOf []time.Duration
			b.ResetTimer()
			for range b.N {
				start := time.Now()
				s, err := store.Open(context.Background(), path, store.Options{})
				if err != nil {
					b.Fatal(err)
				}
				opened = append(opened, time.Since(start))
				for _, at := range []time.Time{{}, benchTime} {
					start = time.Now()
					got, err := s.Load(context.Background(), "bench", at)
					if err != nil {
						b.Fatal(err)
					}
					if len(got.Entries) != benchEntries || len(got.Reports) != reports {
						b.Fatalf("loaded %d entries and %d reports", len(got.Entries), len(got.Reports))
					}
					if at.IsZero() {
						now = append(now, time.Since(start))
					} else {
						asOf = append(asOf, time.Since(start))
					}
				}
				if err := s.Close(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(ms(median(opened)), "ms-open")
			b.ReportMetric(ms(median(now)), "ms-load")
			b.ReportMetric(ms(median(asOf)), "ms-load-asof")
		})
	}
}

// BenchmarkSearch asks the five classes of PERFORMANCE.md, and two more, of
// 100,000 reports of 250 words, about 1.6 KB. Setting up takes a minute. With
// BRIEFBOT_BENCH_STORE the store is kept at that path for the next run; with
// "postgres" in it, a throwaway PostgreSQL is asked.
func BenchmarkSearch(b *testing.B) {
	c := newCorpus()
	path := os.Getenv("BRIEFBOT_BENCH_STORE")
	switch path {
	case "":
		path = filepath.Join(b.TempDir(), "bench.db")
	case "postgres":
		path = storetest.Postgres(b)
	}
	s := open(b, path, store.Options{})
	texts := make([][]string, 0, benchDocs)
	frequency := map[string]int{}
	reports := make([]briefings.Record, benchDocs)
	size := 0
	for i := range benchDocs {
		r := c.report(i, docWords)
		reports[i] = r
		size += len(r.Text) + len(r.Detail)
		list := strings.Fields(r.Text + " " + r.Detail)
		if len(texts) < 2000 {
			texts = append(texts, list)
		}
		slices.Sort(list)
		for _, w := range slices.Compact(list) {
			frequency[w]++
		}
	}
	if _, err := s.Marks(context.Background(), "bench"); err != nil {
		start := time.Now()
		fill(b, s, benchDocs, func(i int) briefings.Record { return reports[i] })
		if store.IsPostgres(path) {
			execSQL(b, raw(b, path), "VACUUM ANALYZE") // as autovacuum, which the test server has not, would
		}
		b.Logf("set up %d documents of %d bytes in %v", benchDocs, size/benchDocs, time.Since(start).Round(time.Second))
	}
	reports = nil
	// Words by the share of documents that hold them.
	between := func(low, high float64) []string {
		var list []string
		for _, w := range c.list {
			if share := float64(frequency[w]) / benchDocs; share >= low && share < high {
				list = append(list, w)
			}
		}
		return list
	}
	everywhere, common, medium := between(0.5, 1), between(0.15, 0.35), between(0.005, 0.02)
	b.Logf("%d words are in more than half of the documents, %d in 15 to 35 %%, %d in 0.5 to 2 %%", len(everywhere), len(common), len(medium))
	pick := func(list []string) string { return list[c.rand.IntN(len(list))] }
	word := func(w ...string) []briefings.SearchTerm {
		var terms []briefings.SearchTerm
		for _, x := range w {
			terms = append(terms, briefings.SearchTerm{Words: []string{x}})
		}
		return terms
	}
	for _, class := range []struct {
		name string
		make func() briefings.TextQuery
	}{
		{"common", func() briefings.TextQuery { return briefings.TextQuery{Terms: word(pick(common))} }},
		{"medium", func() briefings.TextQuery { return briefings.TextQuery{Terms: word(pick(medium))} }},
		{"two-common", func() briefings.TextQuery { return briefings.TextQuery{Terms: word(pick(common), pick(common))} }},
		{"phrase", func() briefings.TextQuery {
			text := texts[c.rand.IntN(len(texts))]
			i := c.rand.IntN(len(text) - 1)
			return briefings.TextQuery{Terms: []briefings.SearchTerm{{Words: text[i : i+2]}}}
		}},
		{"prefix4", func() briefings.TextQuery {
			w := pick(c.list)
			for len(w) < 6 {
				w = pick(c.list)
			}
			return briefings.TextQuery{Terms: []briefings.SearchTerm{{Words: []string{w[:4]}, Prefix: true}}}
		}},
		{"everywhere", func() briefings.TextQuery { return briefings.TextQuery{Terms: word(pick(everywhere))} }},
		{"any-of-four", func() briefings.TextQuery {
			return briefings.TextQuery{Terms: word(pick(common), pick(medium), pick(medium), pick(common)), Any: true}
		}},
	} {
		b.Run(class.name, func(b *testing.B) {
			times := make([]time.Duration, b.N)
			found := 0
			b.ResetTimer()
			for i := range b.N {
				q := class.make()
				q.Limit = 10
				start := time.Now()
				hits, err := s.Search(context.Background(), "bench", q)
				if err != nil {
					b.Fatal(err)
				}
				times[i] = time.Since(start)
				found += len(hits)
			}
			b.StopTimer()
			b.ReportMetric(float64(found)/float64(b.N), "hits")
			quantiles(b, times)
		})
	}
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func median(list []time.Duration) time.Duration {
	slices.Sort(list)
	return list[len(list)/2]
}

func quantiles(b *testing.B, list []time.Duration) {
	slices.Sort(list)
	b.ReportMetric(ms(list[len(list)/2]), "ms-p50")
	b.ReportMetric(ms(list[len(list)*99/100]), "ms-p99")
}
