package bot_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/store"
)

// The books of these benchmarks: entries with a two-part name, an alias, a role
// and an affiliation, and five statuses and four other reports each. They are
// made from seed 1.
const (
	statusesEach = 5
	factsEach    = 4
)

// syllables make names that are unlike each other.
var syllables = []string{"ka", "ro", "mi", "tel", "van", "der", "sho", "lin", "bur", "eko", "zha", "pil", "dor", "wen", "qui", "fas"}

func madeName(i int) string {
	word := func(n int) string {
		s := ""
		for range 4 {
			s += syllables[n%len(syllables)]
			n /= len(syllables)
		}
		return string(s[0]-'a'+'A') + s[1:]
	}
	return word(i*2654435761%65536) + " " + word((i*40503+i/65536)%65536)
}

func madeBook(entries int) *briefings.Contents {
	c := &briefings.Contents{Book: &briefings.Book{ID: "made", Name: "A made book"}}
	rng := rand.New(rand.NewPCG(1, 1))
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	recorded := day.AddDate(0, 0, 300)
	for i := range entries {
		id := briefings.EntryID(fmt.Sprintf("entry-%d", i))
		c.Entries = append(c.Entries, &briefings.Entry{
			ID: id, Kind: briefings.Track, Name: madeName(i), Aliases: []string{fmt.Sprintf("Alias %d", i)},
			Role: "A made track", Summary: "A sentence or two that say what this is, as an editor would.", Importance: i % 100,
			Claim: briefings.Claim{Recorded: recorded},
		})
		for j := range statusesEach + factsEach {
			r := &briefings.Report{
				ID: briefings.ReportID(fmt.Sprintf("report-%d-%d", i, j)), Kind: briefings.Status, Subject: id,
				Text:  fmt.Sprintf("What was to be said of number %d for the time %d.", i, j),
				Claim: briefings.Claim{Occurred: briefings.At(day.AddDate(0, 0, rng.IntN(300)), briefings.Day), Recorded: recorded, Attribution: "the desk", Confidence: briefings.High},
			}
			if j >= statusesEach {
				r.Kind, r.Subject, r.About = briefings.Event, "", []briefings.EntryID{id}
			}
			c.Reports = append(c.Reports, r)
		}
	}
	return c
}

// shelf is a store that holds one book and can only load it. Nothing that the
// card benchmark measures reads the store.
type shelf struct {
	briefings.Store
	contents *briefings.Contents
}

func (s shelf) Load(context.Context, briefings.BookID, time.Time) (*briefings.Contents, error) {
	return s.contents, nil
}

func (s shelf) Marks(context.Context, briefings.BookID) (briefings.Marks, error) {
	return briefings.Marks{Seq: s.contents.Seq}, nil
}

func (s shelf) Rights(context.Context, briefings.BookID) (*briefings.Rights, error) {
	return new(briefings.Rights), nil
}

// bare is what the map of the baseline holds: an entry with its five statuses
// and four other reports, ready to read.
type bare struct {
	entry    *briefings.Entry
	statuses [statusesEach]*briefings.Report
	facts    [factsEach]*briefings.Report
}

func (b *bare) touch() int {
	n := len(b.entry.Name)
	for _, r := range b.statuses {
		n += len(r.Text)
	}
	for _, r := range b.facts {
		n += len(r.Text)
	}
	return n
}

// BenchmarkCard measures raw string → card (parse, authorise, look up, answer)
// against a bare map read of the same entries, in interleaved rounds of one
// run. The metric "x/map" is their ratio: PERFORMANCE goal 1 is ≤ 5 at 5,000
// entries and ≤ 2.5 at 100,000.
func BenchmarkCard(b *testing.B) {
	for _, size := range []int{5_000, 100_000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			contents := madeBook(size)
			core, err := bot.New(briefings.NewLibrary(shelf{contents: contents}), bot.Options{})
			if err != nil {
				b.Fatal(err)
			}
			table := make(map[string]*bare, size)
			for i, e := range contents.Entries {
				rec := &bare{entry: e}
				own := contents.Reports[i*(statusesEach+factsEach):]
				copy(rec.statuses[:], own)
				copy(rec.facts[:], own[statusesEach:])
				table[e.Name] = rec
			}
			order := rand.New(rand.NewPCG(2, 2)).Perm(size)
			lines, keys := make([]string, size), make([]string, size)
			for i, n := range order {
				keys[i] = contents.Entries[n].Name
				lines[i] = "/who " + keys[i]
			}
			ask := bot.Request{Actor: briefings.Actor{Platform: "bench", User: "u"}, Role: briefings.Reader, Book: "made", Zone: time.UTC, Now: now}
			for _, line := range lines { // every card once
				ask.Text = line
				if r := core.Handle(b.Context(), ask); r.Card == nil || r.Outcome != bot.Answered {
					b.Fatalf("%s: %+v", line, r)
				}
			}
			const round = 1000
			var mapTime, cardTime time.Duration
			sum, at := 0, 0
			b.ReportAllocs()
			for b.Loop() {
				began := time.Now()
				for i := range round {
					sum += table[keys[(at+i)%size]].touch()
				}
				mid := time.Now()
				for i := range round {
					ask.Text = lines[(at+i)%size]
					r := core.Handle(b.Context(), ask)
					sum += len(r.Card.Title)
				}
				mapTime += mid.Sub(began)
				cardTime += time.Since(mid)
				at += round
			}
			if sum == 0 {
				b.Fatal("nothing was read")
			}
			per := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / float64(b.N) / round }
			b.ReportMetric(per(mapTime), "ns/map")
			b.ReportMetric(per(cardTime), "ns/card")
			b.ReportMetric(float64(cardTime)/float64(mapTime), "x/map")
		})
	}
}

// BenchmarkEdit measures the write path at 5,000 entries and 45,000 reports on
// a real SQLite file: edits a second through Library.Apply, and how long after
// its commit an edit is visible to readers. PERFORMANCE goal 5 is ≥ 500 edits a
// second and ≤ 5 ms.
func BenchmarkEdit(b *testing.B) {
	_, s := storedBook(b, 5_000)
	timed := timedStore{Store: s, committed: new(time.Time)}
	library := briefings.NewLibrary(timed)
	if _, err := library.Snapshot(b.Context(), "made"); err != nil {
		b.Fatal(err)
	}
	edit := editor(b, library)
	var visible []time.Duration
	began := time.Now()
	for b.Loop() {
		edit()
		visible = append(visible, time.Since(*timed.committed))
	}
	b.ReportMetric(float64(b.N)/time.Since(began).Seconds(), "edits/s")
	b.ReportMetric(milliseconds(percentile(visible, 50)), "ms-visible-p50")
	b.ReportMetric(milliseconds(percentile(visible, 99)), "ms-visible-p99")
}

// timedStore notes when the last change was committed.
type timedStore struct {
	briefings.Store
	committed *time.Time
}

func (s timedStore) Apply(ctx context.Context, book briefings.BookID, c briefings.Change) ([]briefings.Revision, error) {
	revs, err := s.Store.Apply(ctx, book, c)
	*s.committed = time.Now()
	return revs, err
}

// BenchmarkReadersBesideWriter measures the median answer beside a writer that
// never pauses, against the median alone, in interleaved rounds. The metric
// "x/alone" is their ratio: PERFORMANCE goal 5 is ≤ 1.15.
func BenchmarkReadersBesideWriter(b *testing.B) {
	library, _ := storedBook(b, 5_000)
	core, err := bot.New(library, bot.Options{})
	if err != nil {
		b.Fatal(err)
	}
	edit := editor(b, library)
	ask := bot.Request{Actor: briefings.Actor{Platform: "bench", User: "u"}, Role: briefings.Reader, Book: "made", Zone: time.UTC, Now: now}
	i := 0
	read := func(into *[]time.Duration) {
		for range 2000 {
			i++
			ask.Text = "/who " + madeName(i%5000)
			began := time.Now()
			core.Handle(b.Context(), ask)
			*into = append(*into, time.Since(began))
		}
	}
	var alone, beside []time.Duration
	for b.Loop() {
		read(&alone)
		stop := make(chan struct{})
		var writing sync.WaitGroup
		writing.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					edit()
				}
			}
		})
		read(&beside)
		close(stop)
		writing.Wait()
	}
	b.ReportMetric(float64(percentile(beside, 50))/float64(percentile(alone, 50)), "x/alone")
	b.ReportMetric(float64(percentile(alone, 50).Nanoseconds()), "ns-p50-alone")
}

// storedBook returns a library over a real SQLite file with a made book.
func storedBook(b *testing.B, entries int) (*briefings.Library, briefings.Store) {
	b.Helper()
	s, err := store.Open(b.Context(), filepath.Join(b.TempDir(), "made.db"), store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	library := briefings.NewLibrary(s)
	_, err = library.Apply(b.Context(), "made", briefings.Change{
		Actor: briefings.Actor{Platform: "bench", User: "u"}, At: now, Edits: briefings.PlanImport(nil, madeBook(entries), false),
	})
	if err != nil {
		b.Fatal(err)
	}
	if _, err := library.Snapshot(b.Context(), "made"); err != nil {
		b.Fatal(err)
	}
	return library, s
}

// editor returns a function that commits a new status of some track.
func editor(b *testing.B, library *briefings.Library) func() {
	n := 0
	return func() {
		n++
		r := &briefings.Report{
			ID: briefings.ReportID(fmt.Sprintf("edit-%d", n)), Kind: briefings.Status,
			Subject: briefings.EntryID(fmt.Sprintf("entry-%d", n%5000)), Text: fmt.Sprintf("Status number %d of this run.", n),
			Claim: briefings.Claim{Occurred: briefings.At(now, briefings.Day), Attribution: "the desk"},
		}
		_, err := library.Apply(context.Background(), "made", briefings.Change{
			Actor: briefings.Actor{Platform: "bench", User: "u"}, At: now, Edits: []briefings.Edit{{Put: r}},
		})
		if err != nil {
			b.Error(err)
		}
	}
}

func percentile(d []time.Duration, p int) time.Duration {
	d = slices.Clone(d)
	slices.Sort(d)
	return d[min(len(d)-1, len(d)*p/100)]
}

func milliseconds(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e6 }
