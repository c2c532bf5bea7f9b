package names_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/briefbot/briefbot/briefings/names"
)

// entry is an item of book, with a short text by which tests know it.
type entry struct {
	label, names string
	weight       int
	roles        []string
}

// entries returns the items of book in the order of their keys.
func entries() []entry {
	item := func(label, names string, weight int, roles ...string) entry {
		return entry{label, names, weight, roles}
	}
	return []entry{
		item("trump", "Donald Trump", 100, "President of the United States", "United States", "US"),
		item("putin", "Vladimir Putin", 99, "President of Russia", "Russia", "Russian Federation"),
		item("zelenskyy", "Volodymyr Zelenskyy|Zelensky", 98, "President of Ukraine", "Ukraine"),
		item("witkoff", "Steve Witkoff", 90, "US special envoy", "United States", "US"),
		item("kushner", "Jared Kushner", 70, "Son-in-law of Donald Trump, informal envoy", "United States"),
		item("rubio", "Marco Rubio", 80, "US Secretary of State and national security adviser", "United States"),
		item("vance", "JD Vance", 78, "Vice President of the United States", "United States"),
		item("ushakov", "Yuri Ushakov", 60, "Foreign policy adviser to Vladimir Putin", "Kremlin"),
		item("peskov", "Dmitry Peskov", 55, "Kremlin spokesman", "Kremlin"),
		item("martin", "Micheál Martin", 50, "Taoiseach (Irish prime minister)", "Ireland"),
		item("yermak", "Andriy Yermak", 65, "Former head of the Office of the President of Ukraine", "Ukraine"),
		item("macron", "Emmanuel Macron", 72, "President of France", "France"),
		item("starmer", "Keir Starmer", 71, "Prime Minister of the United Kingdom", "United Kingdom"),
		item("kremlin", "Kremlin", 60),
		item("us", "United States|US|USA|America", 95),
		item("plan", "28-point plan|Trump peace plan|Witkoff plan", 85),
		item("talks", "US–Russia talks|Kremlin talks", 84),
		item("donbas", "Donbas|Donbass", 50),
		item("johnson-b", "Boris Johnson", 40), item("johnson-m", "Mike Johnson", 38, "Speaker of the House"),
		item("john-a", "John Bolton", 30), item("john-b", "John Thune", 30), item("john-c", "John Healey", 30),
	}
}

// firstKey is the key of the first item of book. It is beyond those of known.
const firstKey = 1_000_000

// book is a small book with roles.
func book() []names.Item {
	var items []names.Item
	for i, e := range entries() {
		items = append(items, names.Item{Key: names.Key(firstKey + i), Names: strings.Split(e.names, "|"), Roles: e.roles, Weight: e.weight})
	}
	return items
}

// key returns the key of an item of book.
func key(label string) names.Key {
	i := slices.IndexFunc(entries(), func(e entry) bool { return e.label == label })
	if i < 0 {
		panic("no entry " + label)
	}
	return names.Key(firstKey + i)
}

// labels returns what tests know the matches by, which are of book.
func labels(ms []names.Match) []string {
	var labels []string
	for _, m := range ms {
		labels = append(labels, entries()[m.Key-firstKey].label)
	}
	return labels
}

// all returns the keys of hits, and nil where there are none.
func all(hits names.Hits) []names.Key { return slices.Collect(hits.All()) }

func TestLookup_FindsByNameAndDescription(t *testing.T) {
	x := names.Build(book())
	for _, test := range []struct {
		query, want string
		how         names.How
	}{
		{"Steve Witkoff", "witkoff", names.Exact},
		{"  steve WITKOFF?", "witkoff", names.Exact},
		{"usa", "us", names.Alias},
		{"U.S.", "us", names.Alias},
		{"the 28 point plan", "plan", names.Exact},
		{"28point plan", "plan", names.Exact},
		{"about the 28 point plan", "plan", names.Exact},
		{"steve wit", "witkoff", names.Prefix},
		{"Witkoff", "witkoff", names.Token},
		{"witkoff steve", "witkoff", names.Token},
		{"Witkoff's", "witkoff", names.Token},
		{"who is Witkoff?", "witkoff", names.Token},
		{"Who’s Witkoff", "witkoff", names.Token},
		{"mr putin", "putin", names.Token},
		{"Mr Putin’s", "putin", names.Token},
		{"president zelensky", "zelenskyy", names.Token},
		{"US president Trump", "trump", names.Token},
		{"secretary of state Rubio", "rubio", names.Token},
		{"special envoy witkof", "witkoff", names.Near},
		{"us envoy", "witkoff", names.Role},
		{"american envoy", "witkoff", names.Role},
		{"irish prime minister", "martin", names.Role},
		{"Prime Minister of Ireland", "martin", names.Role},
		{"Irish PM", "martin", names.Role},
		{"the taoiseach", "martin", names.Role},
		{"uk pm", "starmer", names.Role},
		{"british prime minister", "starmer", names.Role},
		{"putin adviser", "ushakov", names.Role},
		{"Putin's advisor", "ushakov", names.Role},
		{"adviser to Putin", "ushakov", names.Role},
		{"kremlin adviser", "ushakov", names.Role},
		{"kremlin spokesperson", "peskov", names.Role},
		{"trump son-in-law", "kushner", names.Role},
		{"Trump's son in law", "kushner", names.Role},
		{"president of ukraine", "zelenskyy", names.Role},
		{"ukrainian president", "zelenskyy", names.Role},
		{"Ukraine’s president", "zelenskyy", names.Role},
		{"french president", "macron", names.Role},
		{"potus", "trump", names.Role},
		{"us president", "trump", names.Role},
		{"us vice president", "vance", names.Role},
		{"us vp", "vance", names.Role},
		{"secretary of state", "rubio", names.Role},
		{"national security advisor", "rubio", names.Role},
		{"speaker Johnson", "johnson-m", names.Token},
		{"Зеленський", "zelenskyy", names.Near},
		{"donbass", "donbas", names.Alias},
	} {
		got := x.Lookup(test.query, 3, nil)
		if len(got) == 0 || got[0].Key != key(test.want) || got[0].How != test.how {
			t.Errorf("Lookup(%q) = %s, want %s first, how %d", test.query, show(got), test.want, test.how)
			continue
		}
		if w, ok := names.Winner(got); test.query != "speaker Johnson" && (!ok || w.Key != key(test.want)) {
			t.Errorf("Lookup(%q) = %s: no winner, want %s", test.query, show(got), test.want)
		}
	}
}

func TestLookup_OffersWhereSeveralMayBeMeant(t *testing.T) {
	x := names.Build(book())
	for _, test := range []struct {
		query string
		least int
	}{
		{"john", 3}, {"Johnson", 2}, {"president", 3}, {"envoy", 2}, {"prime minister", 2}, {"ukraine", 2},
	} {
		got := x.Lookup(test.query, 3, nil)
		if w, ok := names.Winner(got); ok || len(got) < test.least {
			t.Errorf("Lookup(%q) = %s, winner %s %v; want %d choices", test.query, show(got), w.Name, ok, test.least)
		}
	}
}

func TestLookup_ReturnsNothingForNoise(t *testing.T) {
	x := names.Build(book())
	for _, q := range []string{"", " ", "?!", "zzzz", "qwertyuiop", "12345", "\xff\xfe", strings.Repeat("x", 5000), "🙂"} {
		if got := x.Lookup(q, 3, nil); len(got) != 0 {
			t.Errorf("Lookup(%.20q) = %s, want nothing", q, show(got))
		}
	}
	if got := names.Build(nil).Lookup("putin", 3, nil); len(got) != 0 {
		t.Errorf("an empty index found %s", show(got))
	}
}

func TestLookup_ReturnsOnlyWhatIsAccepted(t *testing.T) {
	x := names.Build(book())
	got := x.Lookup("putin", 3, func(k names.Key) bool { return k != key("putin") })
	for _, m := range got {
		if m.Key == key("putin") {
			t.Errorf("Lookup found %s, which was not accepted", show(got))
		}
	}
	got = x.Complete("p", 5, func(k names.Key) bool { return k == key("peskov") })
	if len(got) != 1 || got[0].Key != key("peskov") {
		t.Errorf("Complete = %s, want only peskov", show(got))
	}
}

func TestExact_PutsPrimaryNamesThenWeightFirst(t *testing.T) {
	x := names.Build([]names.Item{
		{Key: 1, Names: []string{"Other", "Georgia", "GEORGIA"}, Weight: 90},
		{Key: 2, Names: []string{"Georgia", "georgia"}, Weight: 10},
		{Key: 3, Names: []string{"Géorgia"}, Weight: 20},
	})
	want := []names.Key{3, 2, 1}
	got := x.Exact(" georgia ")
	if diff := gocmp.Diff(want, all(got)); diff != "" {
		t.Error("Exact (-want +got):", diff)
	}
	if got.Len() != 3 || got.First != 3 || got.How != names.Exact {
		t.Errorf("Exact = %+v, want 3 and the primary name of 3 first", got)
	}
	if got := x.Exact(""); got.Len() != 0 || all(got) != nil {
		t.Errorf("Exact of nothing = %v", got)
	}
}

func TestExact_FindsEveryNameAndNoOther(t *testing.T) {
	items := padded(t, 20_000)
	for i := range items { // some names are shared, in another spelling
		items[i].Names = append(items[i].Names, fmt.Sprint("Alias №", i/3), strings.ToUpper(items[(i*7)%5000].Names[0]))
	}
	x := names.Build(items)
	want := map[string]map[names.Key]bool{}
	for _, it := range items {
		for _, name := range it.Names {
			folded := names.Fold(name)
			if want[folded] == nil {
				want[folded] = map[names.Key]bool{}
			}
			want[folded][it.Key] = true
		}
	}
	for name, keys := range want {
		got := x.Exact(name)
		for key := range got.All() {
			if !keys[key] {
				t.Fatalf("Exact(%q) = %+v, want %v", name, got, keys)
			}
		}
		if got.Len() != len(keys) {
			t.Fatalf("Exact(%q) = %+v, want %v", name, got, keys)
		}
		for _, other := range []string{name + "x", "x" + name, name[1:], name[:len(name)-1]} {
			if want[names.Fold(other)] == nil && x.Exact(other).Len() != 0 {
				t.Fatalf("Exact(%q) = %+v, want nothing", other, x.Exact(other))
			}
		}
	}
}

func TestExact_SaysWhetherItIsThePrimaryName(t *testing.T) {
	x := names.Build(book())
	edited := x.With([]names.Item{{Key: 1, Names: []string{"Moscow", "Kremlin talks", "Russia"}}}, nil)
	for _, test := range []struct {
		x    *names.Index
		name string
		want names.How
	}{
		{x, "us russia talks", names.Exact}, {x, "Kremlin talks", names.Alias},
		{edited, "us russia talks", names.Exact}, {edited, "Kremlin talks", names.Alias},
		{edited, "moscow", names.Exact}, {edited, "russia", names.Alias},
	} {
		if got := test.x.Exact(test.name); got.Len() == 0 || got.How != test.want {
			t.Errorf("Exact(%q) = %+v, want how %d", test.name, got, test.want)
		}
	}
}

func TestExact_DoesNotAllocate(t *testing.T) {
	x := names.Build(book()).With([]names.Item{{Key: 0, Names: []string{"New Thing"}}}, nil)
	for _, q := range []string{"Steve Witkoff", "new thing", "Зеленський", strings.Repeat("q", 64)} {
		if n := testing.AllocsPerRun(100, func() { x.Exact(q) }); n != 0 {
			t.Errorf("Exact(%q) allocates %v times", q, n)
		}
	}
}

func TestComplete_FindsWordsByTheirBeginning(t *testing.T) {
	x := names.Build(book())
	for _, test := range []struct {
		prefix string
		want   []string
	}{
		{"wit", []string{"witkoff", "plan"}},
		{"us", []string{"us", "talks", "ushakov"}},
		{"us ru", []string{"talks"}},
		{"Trump pe", []string{"plan"}},
		{"", []string{"trump", "putin", "zelenskyy"}},
		{"zelensk", []string{"zelenskyy"}},
		{"xyz", nil},
	} {
		got := labels(x.Complete(test.prefix, 3, nil))
		if diff := gocmp.Diff(test.want, got); diff != "" {
			t.Errorf("Complete(%q) (-want +got): %s", test.prefix, diff)
		}
	}
}

func TestComplete_PassesOverStopWordsWithinAName(t *testing.T) {
	x := names.Build([]names.Item{
		{Key: 1, Names: []string{"War with Europe"}, Weight: 90},
		{Key: 2, Names: []string{"Secretary of State"}, Weight: 80},
		{Key: 3, Names: []string{"The Hague", "Seat of the Court"}, Weight: 70},
		{Key: 4, Names: []string{"Steve Witkoff"}, Weight: 60},
		{Key: 5, Names: []string{"Johnnie To"}, Weight: 50},
		{Key: 6, Names: []string{"Ursula von der Leyen"}, Weight: 40},
		{Key: 7, Names: []string{"Report on the war"}, Weight: 30},
		{Key: 8, Names: []string{"With or without them"}, Weight: 20},
	})
	for _, test := range []struct {
		prefix string
		want   []names.Key
	}{
		{"wit", []names.Key{4, 8}},
		{"with e", nil},
		{"war wi", []names.Key{1}},
		{"eur", []names.Key{1}},
		{"of", nil},
		{"of state", nil},
		{"secretary of s", []names.Key{2}},
		{"the", []names.Key{3, 8}}, // "them" is no stop word
		{"the h", []names.Key{3}},
		{"the c", nil},
		{"to", []names.Key{5}},
		{"von", []names.Key{6}},
		{"on", nil},
	} {
		var got []names.Key
		for _, m := range x.Complete(test.prefix, 9, nil) {
			got = append(got, m.Key)
		}
		if diff := gocmp.Diff(test.want, got); diff != "" {
			t.Errorf("Complete(%q) (-want +got): %s", test.prefix, diff)
		}
	}
}

func TestWinner_IsClear(t *testing.T) {
	m := func(how names.How, similarity float64, weight int) names.Match {
		return names.Match{How: how, Similarity: similarity, Weight: weight}
	}
	for _, test := range []struct {
		name string
		ms   []names.Match
		want bool
	}{
		{"nothing", nil, false},
		{"alone", []names.Match{m(names.Near, 0.8, 0)}, true},
		{"alone but unlike", []names.Match{m(names.Near, 0.79, 100)}, false},
		{"exact before near", []names.Match{m(names.Exact, 1, 0), m(names.Near, 0.97, 100)}, true},
		{"exact before alias", []names.Match{m(names.Exact, 1, 0), m(names.Alias, 1, 100)}, true},
		{"two of one name", []names.Match{m(names.Exact, 1, 50), m(names.Exact, 1, 50)}, false},
		{"two with one word", []names.Match{m(names.Token, 0.95, 50), m(names.Token, 0.95, 45)}, false},
		{"one much heavier", []names.Match{m(names.Token, 0.95, 90), m(names.Token, 0.95, 40)}, true},
		{"one much more alike", []names.Match{m(names.Token, 0.95, 20), m(names.Near, 0.82, 100)}, true},
	} {
		if _, got := names.Winner(test.ms); got != test.want {
			t.Errorf("%s: Winner = %v, want %v", test.name, got, test.want)
		}
	}
}

func TestWith_FindsAsABuiltIndexDoes(t *testing.T) {
	items := padded(t, 1500)
	x := names.Build(items[:1000])
	current := map[names.Key]names.Item{}
	for _, it := range items[:1000] {
		current[it.Key] = it
	}
	old := x
	for i := 1000; i < 1500; i++ {
		changed := items[(i*7)%1000]
		changed.Names = append([]string{changed.Names[0] + " Newname"}, changed.Names...)
		gone := items[(i*13)%900].Key
		x = x.With([]names.Item{items[i], changed}, []names.Key{gone})
		delete(current, gone)
		current[items[i].Key], current[changed.Key] = items[i], changed
	}
	if got := x.Len(); got != len(current) {
		t.Fatalf("Len = %d, want %d", got, len(current))
	}
	var left []names.Item
	for _, it := range items {
		if it, ok := current[it.Key]; ok {
			left = append(left, it)
		}
	}
	fresh := names.Build(left)
	for _, it := range items {
		for _, q := range []string{it.Names[0], it.Names[0] + " newname"} {
			got, want := all(x.Exact(q)), all(fresh.Exact(q))
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Fatalf("Exact(%q) = %v, want %v", q, got, want)
			}
		}
	}
	for _, q := range []string{"Witkof", "Trmup", "Зеленский", "newname", "john", "MBS"} {
		got, want := x.Lookup(q, 1, nil), fresh.Lookup(q, 1, nil)
		if diff := gocmp.Diff(want, got); diff != "" && (len(got) == 0 || len(want) == 0 || got[0].Similarity != want[0].Similarity) {
			t.Errorf("Lookup(%q) (-built +edited): %s", q, diff)
		}
	}
	if diff := gocmp.Diff(len(fresh.Complete("new", 2000, nil)), len(x.Complete("new", 2000, nil))); diff != "" {
		t.Error("Complete (-built +edited):", diff)
	}
	if got := old.Len(); got != 1000 {
		t.Errorf("the old index has %d items now", got)
	}
}

func TestWith_AnUnchangedItemChangesNothing(t *testing.T) {
	x := names.Build(book())
	if y := x.With(book()[:3], []names.Key{7}); y != x {
		t.Error("With made a new index for nothing")
	}
	y := x.With(nil, []names.Key{key("putin")})
	if got := y.Exact("Vladimir Putin"); got.Len() != 0 {
		t.Errorf("a removed item is found: %v", got)
	}
	if got := x.Exact("Vladimir Putin"); got.Len() != 1 {
		t.Errorf("the old index lost an item: %v", got)
	}
	for range 3 {
		y = y.With(nil, []names.Key{key("trump")}).With([]names.Item{{Key: key("trump"), Names: []string{"Donald J. Trump"}}}, nil)
	}
	if got := y.Exact("donald j trump"); got.Len() != 1 || y.Len() != x.Len()-1 {
		t.Errorf("Exact = %v, Len = %d", got, y.Len())
	}
	empty := names.Build(nil).With([]names.Item{{Key: 5, Names: []string{"A B"}}}, nil)
	if got := empty.With(nil, []names.Key{5}).Lookup("a b", 3, nil); len(got) != 0 || empty.Exact("a b").Len() != 1 {
		t.Errorf("got %v", got)
	}
}

func FuzzLookup(f *testing.F) {
	for _, q := range []string{"witkof", "us envoy", "MBS", "Зеленський", "נתניהו", "习近平", "28point", "a\xff", "president of", "who"} {
		f.Add(q)
	}
	items := append(known(f), book()...)
	gone := called(f, items, "Xi Jinping").Key
	x := names.Build(items[:600]).With(items[600:], []names.Key{gone})
	keys := map[names.Key]names.Item{}
	for _, it := range items {
		keys[it.Key] = it
	}
	f.Fuzz(func(t *testing.T, q string) {
		for _, ms := range [][]names.Match{x.Lookup(q, 5, nil), x.Complete(q, 5, nil)} {
			if len(ms) > 5 {
				t.Fatalf("%d matches", len(ms))
			}
			seen := map[names.Key]bool{}
			for _, m := range ms {
				it, ok := keys[m.Key]
				if !ok || m.Key == gone || seen[m.Key] || !slices.Contains(it.Names, m.Name) {
					t.Fatalf("%q: odd match %+v", q, m)
				}
				seen[m.Key] = true
				if m.Similarity < 0 || m.Similarity > 1 || (m.How <= names.Alias) != (m.Similarity == 1) {
					t.Fatalf("%q: odd similarity %+v", q, m)
				}
			}
		}
		for i, ms := 1, x.Lookup(q, 5, nil); i < len(ms); i++ {
			rank := func(m names.Match) float64 { return m.Similarity + 0.06*float64(m.Weight)/100 }
			exact := func(m names.Match) int { return min(int(m.How), int(names.Prefix)) }
			if c := cmp.Compare(exact(ms[i-1]), exact(ms[i])); c > 0 || c == 0 && rank(ms[i-1]) < rank(ms[i])-1e-9 {
				t.Fatalf("%q: not in order: %s", q, show(ms))
			}
		}
		for key := range x.Exact(q).All() {
			if _, ok := keys[key]; !ok || key == gone {
				t.Fatalf("%q: Exact gave %d", q, key)
			}
		}
	})
}
