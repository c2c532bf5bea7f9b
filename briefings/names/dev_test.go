package names_test

import (
	"github.com/briefbot/briefbot/briefings/names"
	"runtime"
	"testing"
	"time"
)

func TestDev(t *testing.T) {
	for _, n := range []int{671, 5000, 100000} {
		items := padded(t, n)
		var m0, m1 runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m0)
		st := time.Now()
		x := names.Build(items)
		d := time.Since(st)
		runtime.GC()
		runtime.ReadMemStats(&m1)
		t.Logf("== %d build %v mem %.1f MB", n, d, float64(m1.HeapAlloc-m0.HeapAlloc)/1e6)
		for _, f := range []string{"noisy_names.tsv", "heldout_names.tsv"} {
			set := readNoisy(t, f)
			st := time.Now()
			r := measure(x, set)
			t.Log(f, r, time.Since(st)/time.Duration(len(set)))
			for _, m := range r.misses {
				t.Log("   ", m)
			}
		}
		na := 0
		for _, q := range readLines(t, "absent_names.txt") {
			ms := x.Lookup(q, 3, nil)
			if w, ok := names.Winner(ms); ok {
				na++
				t.Log("  ABSENT answered", q, w, show(ms))
			} else if len(ms) > 0 && n == 671 {
				t.Log("  near", q, show(ms))
			}
		}
		t.Log("absent answered", na)
	}
}
