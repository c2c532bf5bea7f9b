package names_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/briefings/names"
)

// The sizes are the canonical names padded with made-up ones, seed (1, 2).
var sizes = []int{671, 5_000, 100_000}

// reportTail reports percentiles of single calls. Each question is asked five
// times: "p99" is over all calls, "best-p99" over the best of each five, which
// other work on the machine disturbs less.
func reportTail(b *testing.B, n int, call func(i int)) {
	b.Helper()
	all, best := make([]time.Duration, 0, 5*n), make([]time.Duration, n)
	for i := range n {
		best[i] = time.Hour
		for range 5 {
			start := time.Now()
			call(i)
			d := time.Since(start)
			all = append(all, d)
			best[i] = min(best[i], d)
		}
	}
	us := func(ds []time.Duration, share float64) float64 {
		slices.Sort(ds)
		return float64(ds[int(share*float64(len(ds)-1))].Nanoseconds()) / 1000
	}
	b.ReportMetric(us(all, 0.5), "p50-µs")
	b.ReportMetric(us(all, 0.99), "p99-µs")
	b.ReportMetric(us(best, 0.99), "best-p99-µs")
}

func BenchmarkExact(b *testing.B) {
	for _, n := range sizes {
		items := padded(b, n)
		x := names.Build(items)
		bare, queries := map[string]names.Key{}, make([]string, n)
		for i, it := range items {
			bare[it.Names[0]] = it.Key
			queries[i] = strings.Clone(it.Names[0]) // no map may find it by its address
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				i = (i + 7919) % n
				if x.Exact(queries[i]).Len() == 0 {
					b.Fatal("not found")
				}
			}
		})
		b.Run(fmt.Sprint(n, "-bare-map"), func(b *testing.B) {
			i := 0
			for b.Loop() {
				i = (i + 7919) % n
				if _, ok := bare[queries[i]]; !ok {
					b.Fatal("not found")
				}
			}
		})
	}
}

func BenchmarkLookup(b *testing.B) {
	set := append(readNoisy(b, "noisy_names.tsv"), readNoisy(b, "heldout_names.tsv")...)
	for _, n := range sizes {
		x := names.Build(padded(b, n))
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				x.Lookup(set[i%len(set)].query, 3, nil)
				i++
			}
			reportTail(b, len(set), func(i int) { x.Lookup(set[i].query, 3, nil) })
			f := measure(x, set)
			b.ReportMetric(pct(f.top1, f.queries), "top1-%")
			b.ReportMetric(pct(f.top3, f.queries), "top3-%")
		})
	}
}

func BenchmarkComplete(b *testing.B) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, n := range sizes {
		items := padded(b, n)
		x := names.Build(items)
		prefixes := []string{""}
		for range 400 {
			name := names.Fold(items[rng.IntN(n)].Names[0])
			prefixes = append(prefixes, name[:1+rng.IntN(min(6, len(name)))])
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				x.Complete(prefixes[i%len(prefixes)], 25, nil)
				i++
			}
			reportTail(b, len(prefixes), func(i int) { x.Complete(prefixes[i], 25, nil) })
		})
	}
}

func BenchmarkBuild(b *testing.B) {
	for _, n := range sizes {
		items := padded(b, n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			x := names.Build(items)
			runtime.GC()
			runtime.ReadMemStats(&after)
			runtime.KeepAlive(x)
			for b.Loop() {
				names.Build(items)
			}
			b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB")
		})
	}
}

// BenchmarkWith puts one changed item at a time, each edit upon the last.
func BenchmarkWith(b *testing.B) {
	for _, n := range []int{5_000, 100_000} {
		items := padded(b, n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			x := names.Build(items)
			var times []time.Duration
			i := 0
			for b.Loop() {
				it := items[(i*7919)%n]
				it.Names = append([]string{fmt.Sprint(it.Names[0], " the ", i, "th")}, it.Names...)
				start := time.Now()
				x = x.With([]names.Item{it}, nil)
				times = append(times, time.Since(start))
				i++
			}
			slices.Sort(times)
			b.ReportMetric(float64(times[len(times)/2].Microseconds()), "p50-µs")
			b.ReportMetric(float64(times[len(times)*99/100].Microseconds()), "p99-µs")
			b.ReportMetric(float64(times[len(times)-1].Microseconds()), "max-µs")
		})
	}
}
