package storetest

import (
	"slices"
	"strings"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// nobody is what a search without hits finds.
var nobody []string

// words returns terms of one word each.
func words(list ...string) []briefings.SearchTerm {
	var terms []briefings.SearchTerm
	for _, s := range list {
		terms = append(terms, briefings.SearchTerm{Words: []string{s}})
	}
	return terms
}

func prefix(list ...string) []briefings.SearchTerm {
	return []briefings.SearchTerm{{Words: list, Prefix: true}}
}

// library is the corpus of the search tests: the id and the text of reports.
var library = [][2]string{
	{"dublin", "Micheál Martin and Volodymyr Zelenskyy met in Dublin. Ireland pledges €125m."},
	{"moscow", "Putin and Witkoff talked in the Kremlin for five hours; no compromise on the territories."},
	{"sabotage", "Berlin blames saboteurs: acts of sabotage against shipping."},
	{"plan", "The revised 28-point plan, says whitehouse.gov, is out of date."},
	{"ushakov", "Юрий Ушаков заявил: встреча была конструктивной. Также Алексей и Ёлкин."},
	{"negotiation", "Negotiations go on. The negotiators negotiated until midnight; happiness was absent."},
	{"business", "Business leaders and the president discussed ties, presidents and titles."},
	{"gaza", "The two states: a ceasefire in Gaza holds. Łódź, Škoda, Ærø, Straße, Erdoğan."},
}

var searchTests = []conformance{
	{"FindsAlikeOnEveryEngine", func(w *world) {
		w.book("talks", monday)
		for _, doc := range library {
			w.apply("talks", tuesday, put(0, event(briefings.ReportID(doc[0]), doc[1])))
		}
		for _, test := range []struct {
			name string
			q    briefings.TextQuery
			want []string
		}{
			{"word", briefings.TextQuery{Terms: words("compromise")}, []string{"moscow"}},
			{"case", briefings.TextQuery{Terms: words("KREMLIN")}, []string{"moscow"}},
			{"stem", briefings.TextQuery{Terms: words("pledge")}, []string{"dublin"}},
			{"stem of the query", briefings.TextQuery{Terms: words("compromising")}, []string{"moscow"}},
			{"a word that is everywhere is a word", briefings.TextQuery{Terms: words("was")}, []string{"negotiation"}},
			{"all", briefings.TextQuery{Terms: words("putin", "witkoff")}, []string{"moscow"}},
			{"all, and one is missing", briefings.TextQuery{Terms: words("putin", "dublin")}, nil},
			{"any", briefings.TextQuery{Terms: words("putin", "dublin"), Any: true}, []string{"dublin", "moscow"}},
			{"accents in the text", briefings.TextQuery{Terms: words("micheal")}, []string{"dublin"}},
			{"accents in the query", briefings.TextQuery{Terms: words("Micheál")}, []string{"dublin"}},
			{"accents as marks", briefings.TextQuery{Terms: words("Michea\u0301l")}, []string{"dublin"}},
			{"letters that are typed as others", briefings.TextQuery{Terms: words("lodz", "skoda", "aero", "strasse", "erdogan")}, []string{"gaza"}},
			{"Cyrillic", briefings.TextQuery{Terms: words("УШАКОВ")}, []string{"ushakov"}},
			{"Cyrillic marks are letters", briefings.TextQuery{Terms: words("юрий")}, []string{"ushakov"}},
			{"Cyrillic without them is another word", briefings.TextQuery{Terms: words("юрии")}, nil},
			{"Cyrillic prefix", briefings.TextQuery{Terms: prefix("констр")}, []string{"ushakov"}},
			{"phrase", briefings.TextQuery{Terms: []briefings.SearchTerm{{Words: []string{"no", "compromise"}}}}, []string{"moscow"}},
			{"phrase in another order", briefings.TextQuery{Terms: []briefings.SearchTerm{{Words: []string{"compromise", "no"}}}}, nil},
			{"phrase with gaps", briefings.TextQuery{Terms: []briefings.SearchTerm{{Words: []string{"talked", "kremlin"}}}}, nil},
			{"phrase of small words", briefings.TextQuery{Terms: []briefings.SearchTerm{{Words: []string{"out", "of", "date"}}}}, []string{"plan"}},
			{"phrase with prefix", briefings.TextQuery{Terms: prefix("no", "compr")}, []string{"moscow"}},
			{"prefix", briefings.TextQuery{Terms: prefix("zelen")}, []string{"dublin"}},
			{"prefix that is the word", briefings.TextQuery{Terms: prefix("sabotage")}, []string{"sabotage"}},
			{"prefix beyond the stem", briefings.TextQuery{Terms: prefix("negotiat")}, []string{"negotiation"}},
			{"prefix far beyond the stem", briefings.TextQuery{Terms: prefix("negotiatio")}, []string{"negotiation"}},
			{"prefix within a suffix", briefings.TextQuery{Terms: prefix("happine")}, []string{"negotiation"}},
			{"prefix that ends like a plural", briefings.TextQuery{Terms: prefix("pres")}, []string{"business"}},
			{"prefix that ends like another plural", briefings.TextQuery{Terms: prefix("bus")}, []string{"business"}},
			{"plural is no short prefix", briefings.TextQuery{Terms: prefix("cities")}, nil},
			{"no prefix", briefings.TextQuery{Terms: words("zelen")}, nil},
			{"number", briefings.TextQuery{Terms: words("28")}, []string{"plan"}},
			{"hyphen", briefings.ParseTextQuery("28-point"), []string{"plan"}},
			{"host name", briefings.ParseTextQuery("whitehouse.gov"), []string{"plan"}},
			{"amount", briefings.ParseTextQuery("€125m"), []string{"dublin"}},
			{"no terms", briefings.TextQuery{}, nil},
			{"no words", briefings.TextQuery{Terms: []briefings.SearchTerm{{}, {Words: []string{"-", "\u0301", ""}}}}, nil},
			{"empty terms do not count", briefings.TextQuery{Terms: append(words("putin"), briefings.SearchTerm{})}, []string{"moscow"}},
		} {
			got := w.find("talks", test.q)
			slices.Sort(got)
			if !slices.Equal(got, test.want) {
				w.t.Errorf("%s: got %v, want %v", test.name, got, test.want)
			}
		}
	}},
	{"HostileTermsAreOnlyWords", func(w *world) {
		w.book("talks", monday)
		w.apply("talks", tuesday, put(0, event("r", "Everything is here: text OR words NEAR rowid.")))
		for _, s := range []string{`"`, `'`, `""""`, `a" OR "b`, `' OR 1=1 --`, `*`, `^a`, `text:a`, `a AND`, `NOT`, `NEAR(a b)`, `a <-> b`, `a:*`, `!a`, `(`, `)`, `\`, "a\x00b", "\xff\xfe", `$1`, `?`, `%`, `{text}:x`, `- -`, strings.Repeat("x", 5000), strings.Repeat("(", 500)} {
			for _, q := range []briefings.TextQuery{
				{Terms: words(s)}, {Terms: prefix(s)}, {Terms: words(s, s), Any: true}, {Terms: prefix("a", s)}, briefings.ParseTextQuery(s),
			} {
				q.Limit = 5
				if _, err := w.s.Search(w.ctx, "talks", q); err != nil {
					w.t.Errorf("%q: %v", s, err)
				}
			}
		}
		w.equal(w.find("talks", briefings.TextQuery{Terms: words("OR", "NEAR", "rowid", "NOT")}), nobody)
		w.equal(w.find("talks", briefings.TextQuery{Terms: words("OR", "NEAR", "rowid")}), []string{"r"})
	}},
	{"FindsWhatStands", func(w *world) {
		w.book("talks", monday)
		a := person("a", "Alpha")
		a.Aliases, a.Role = []string{"Omega"}, "envoy"
		w.apply("talks", monday, put(0, a), put(0, event("r", "first wording")), put(0, &briefings.Source{ID: "s", Name: "alpha source"}))
		w.equal(w.find("talks", briefings.TextQuery{Terms: words("omega", "envoy", "alpha")}), []string{"a"})
		w.apply("talks", tuesday, put(1, event("r", "second wording")))
		w.equal(w.find("talks", briefings.TextQuery{Terms: words("first")}), nobody)
		w.equal(w.find("talks", briefings.TextQuery{Terms: words("second")}), []string{"r"})
		w.equal(w.find("talks", briefings.TextQuery{Terms: words("wording")}), []string{"r"})
		w.apply("talks", wednesday, remove(2, event("r", "")))
		w.equal(w.find("talks", briefings.TextQuery{Terms: words("wording")}), nobody)
		w.apply("talks", thursday, put(3, event("r", "third wording")))
		w.equal(w.find("talks", briefings.TextQuery{Terms: words("wording")}), []string{"r"})
	}},
	{"AsOfFindsTheTextAsItStood", func(w *world) {
		w.book("talks", monday)
		w.apply("talks", monday, put(0, event("r", "first wording")))
		w.apply("talks", tuesday, put(1, event("r", "second wording")))
		w.apply("talks", wednesday, remove(2, event("r", "")))
		back := event("back", "wording brought in")
		back.Claim.Recorded = monday
		w.apply("talks", thursday, put(0, back))
		for _, test := range []struct {
			word string
			asOf time.Time
			want []string
		}{
			{"first", monday, []string{"r"}}, {"first", tuesday.Add(-time.Millisecond), []string{"r"}}, {"first", tuesday, nil},
			{"second", monday, nil}, {"second", tuesday, []string{"r"}}, {"second", wednesday, nil},
			{"wording", monday.Add(-time.Millisecond), nil}, {"brought", monday, []string{"back"}}, {"brought", time.Time{}, []string{"back"}},
			{"first", time.Time{}, nil},
		} {
			got := w.find("talks", briefings.TextQuery{Terms: words(test.word), AsOf: test.asOf})
			if !slices.Equal(got, test.want) {
				w.t.Errorf("%s as of %v: got %v, want %v", test.word, test.asOf, got, test.want)
			}
		}
	}},
	{"BestFirstAndAtMostLimit", func(w *world) {
		w.book("talks", monday)
		w.apply("talks", monday, put(0, event("much", "tariffs tariffs tariffs")))
		for _, id := range []briefings.ReportID{"a", "b", "c"} {
			w.apply("talks", tuesday, put(0, event(id, "tariffs are one thing among the many that were mentioned on the margins of a long day")))
		}
		got := w.find("talks", briefings.TextQuery{Terms: words("tariffs"), Limit: 2})
		w.equal([]any{len(got), got[0]}, []any{2, "much"})
		if _, err := w.s.Search(w.ctx, "talks", briefings.TextQuery{Terms: words("tariffs")}); err == nil {
			w.t.Error("a search without a limit is no error")
		}
		_, err := w.s.Search(w.ctx, "other", briefings.TextQuery{Terms: words("tariffs"), Limit: 1})
		w.fails(err, briefings.ErrNotFound)
	}},
}
