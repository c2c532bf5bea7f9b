package bookfile_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/bookfile"
)

// bigBook is a book of n people and n reports of them. Each affiliation names
// the person before, with a slip in it where wrong is set.
func bigBook(n int, wrong bool) string {
	var b strings.Builder
	b.WriteString(header + "recorded = \"2026-01-01\"\n[[source]]\nid = \"notice\"\nname = \"Notice\"\n")
	slip := ""
	if wrong {
		slip = "zz"
	}
	for i := range n {
		fmt.Fprintf(&b, "[[person]]\nslug = \"person-number-%d\"\nname = \"Person Number %d\"\naliases = [\"P%d\", \"Number %d\"]\nsummary = \"Somebody of whom little is known.\"\nsource = \"notice\"\n", i, i, i, i)
		fmt.Fprintf(&b, "affiliation = \"%sperson-number-%d%s\"\n", slip, (i+1)%n, slip)
		fmt.Fprintf(&b, "[[event]]\ndate = \"%d\"\ntext = \"Number %d was seen.\"\nabout = [\"person-number-%d\"]\nsource = \"notice\"\nconfidence = \"low\"\n", 1000+i%1000, i, i)
	}
	return b.String()
}

func BenchmarkRead(b *testing.B) {
	for _, n := range []int{2_500, 50_000} {
		text := bigBook(n, false)
		b.Run(fmt.Sprintf("records=%d", 2*n), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := readText(text, bookfile.ReadOptions{Now: now}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	wrong := bigBook(50_000, true)
	b.Run("records=100000/all-wrong", func(b *testing.B) {
		for b.Loop() {
			if _, err := readText(wrong, bookfile.ReadOptions{Now: now}); err == nil {
				b.Fatal("it was taken")
			}
		}
	})
}

func BenchmarkEncodeTOML(b *testing.B) {
	c, err := readText(bigBook(50_000, false), bookfile.ReadOptions{Now: now})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := bookfile.EncodeTOML(c); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReadJSON(b *testing.B) {
	c, err := readText(bigBook(50_000, false), bookfile.ReadOptions{Now: now})
	if err != nil {
		b.Fatal(err)
	}
	var text bytes.Buffer
	if err := bookfile.WriteJSON(&text, "b", historyOf(c, func(briefings.Ref) int { return 0 })); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		if _, err := bookfile.ReadJSON(bytes.NewReader(text.Bytes()), now); err != nil {
			b.Fatal(err)
		}
	}
}
