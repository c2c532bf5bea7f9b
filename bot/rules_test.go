package bot_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
)

// section returns the labels and texts of a card's section, a line each.
func section(c *bot.Card, heading string) []string {
	var lines []string
	for _, s := range c.Sections {
		if s.Heading != heading {
			continue
		}
		for _, i := range s.Items {
			lines = append(lines, strings.TrimSpace(i.Label+" "+i.Text.String()))
		}
	}
	return lines
}

// port puts a track into the book, and gives back a maker of reports on it.
func port(t *testing.T, d *desk) func(id, date string, change func(*briefings.Report)) briefings.Edit {
	t.Helper()
	d.apply(now.Add(-time.Hour), briefings.Edit{Put: &briefings.Entry{ID: "port", Kind: briefings.Track, Name: "Port strike"}},
		briefings.Edit{Put: &briefings.Entry{ID: "union", Kind: briefings.Org, Name: "Dockers' union"}})
	return func(id, date string, change func(*briefings.Report)) briefings.Edit {
		r := &briefings.Report{ID: briefings.ReportID(briefings.MintSlug(id)), Kind: briefings.Event, Text: id, About: []briefings.EntryID{"port"}}
		if date != "" {
			r.Claim.Occurred = moment(t, date)
		}
		if change != nil {
			change(r)
		}
		return briefings.Edit{Put: r}
	}
}

func TestTimeline_KeepsApartWhatOnlyPerhapsLiesInTheSpan(t *testing.T) {
	d := openDesk(t)
	report := port(t, d)
	d.apply(now, report("before", "2026-11-01", nil), report("within", "2026-11-10", nil), report("some day", "2026-11", nil), report("after", "2026-11-20", nil))
	card := d.ask("/timeline port strike from:2026-11-05 to:2026-11-15").Card
	if got := section(card, "Newest first"); !slices.Equal(got, []string{"within"}) {
		t.Errorf("in the span: %q, want only what lies in it", got)
	}
	if got := section(card, "Perhaps in that time: the day is not known"); !slices.Equal(got, []string{"some day"}) {
		t.Errorf("perhaps in the span: %q", got)
	}
}

func TestComingUp_IsSoonestFirstAndSaysWhatIsOverdue(t *testing.T) {
	d := openDesk(t)
	report := port(t, d)
	expected := func(r *briefings.Report) { r.State = briefings.Expected }
	d.apply(now, report("overdue", "2026-11-20", expected), report("late", "2026-12-20", expected), report("soon", "2026-11-25", expected), report("some day", "", expected))
	want := []string{"Expected soon", "Expected late", "Expected some day", "Was due, outcome not recorded overdue"}
	for _, line := range []string{"/who port strike", "/status port strike", "/brief port strike"} {
		if got := section(d.ask(line).Card, "Coming up"); !slices.Equal(got, want) {
			t.Errorf("%s:\n got %q\nwant %q", line, got, want)
		}
	}
	card := d.ask("/upcoming").Card
	if got := section(card, "Next"); !slices.Equal(got, []string{"Expected soon"}) {
		t.Errorf("/upcoming shows %q next", got)
	}
	if got := section(card, "Was due, and the book does not say whether it happened"); !slices.Contains(got, "Expected overdue") {
		t.Errorf("/upcoming shows %q as overdue", got)
	}
}

func TestSource_ThatRepeatsAnotherIsNamedWithItsOrigin(t *testing.T) {
	d := openDesk(t)
	report := port(t, d)
	sourced := func(ids ...briefings.SourceID) func(*briefings.Report) {
		return func(r *briefings.Report) { r.Claim.Sources = ids }
	}
	d.apply(now,
		briefings.Edit{Put: &briefings.Source{ID: "wire", Name: "The Wire"}},
		briefings.Edit{Put: &briefings.Source{ID: "courier", Name: "The Courier", DerivesFrom: "wire"}},
		briefings.Edit{Put: &briefings.Source{ID: "echo", Name: "The Echo", DerivesFrom: "courier"}},
		report("one", "2026-11-10", sourced("courier", "echo")), report("two", "2026-11-11", sourced("wire")))
	card := d.ask("/timeline port strike").Card
	if got, want := section(card, "Sources"), []string{"[1] The Courier; The Echo, from The Wire"}; !slices.Equal(got, want) {
		t.Errorf("sources: %q, want %q", got, want)
	}
	if got := text(card); strings.Contains(got, "[2]") {
		t.Errorf("one origin counts as two sources:\n%s", got)
	}
}

func TestPlainQuestion_FindsItsCommand(t *testing.T) {
	d := openDesk(t)
	for line, want := range map[string]string{
		"what does Russia want":                   "Positions of Russia",
		"What do the Europeans want?":             "Positions of Europe",
		"what happened":                           "Timeline",
		"what's new?":                             "What changed",
		"what changed since yesterday?":           "What changed",
		"what next":                               "Coming up",
		"where do the talks stand":                "Peace talks on Ukraine",
		"what is the status of the 28-point plan": "Trump's peace plan",
		"who is Witkoff?":                         "Steve Witkoff",
		"hello":                                   "How to ask",
		"?":                                       "How to ask",
		"sources":                                 "Sources",
	} {
		if got := d.ask(line).Card.Title; got != want {
			t.Errorf("%q shows %q, want %q", line, got, want)
		}
	}
}

func TestPlainQuestion_ThatTheBookDoesNotAnswerIsNotFound(t *testing.T) {
	d := openDesk(t)
	for _, line := range []string{"weather in Kyiv", "Melania Trump", "how old is Putin", "who won the cup", "what is the capital of Mongolia"} {
		if reply := d.ask(line); reply.Outcome != bot.NotFound {
			t.Errorf("%q: outcome %d, want NotFound:\n%s", line, reply.Outcome, text(reply.Card))
		}
	}
}

func TestOpenQuestion_IsSaidToBeOpenWhereverItIsFound(t *testing.T) {
	d := openDesk(t)
	for _, line := range []string{"what is the adviser's name", "will Zelensky meet Trump?", "/find how many billions"} {
		reply := d.ask(line)
		for _, s := range reply.Card.Sections {
			for _, i := range s.Items {
				if s.Heading == "Not known" {
					continue
				}
				if got := i.Text.String(); strings.HasPrefix(got, "Whether") || strings.HasPrefix(got, "How many") {
					t.Errorf("%q shows what is not known as if it were: %q", line, got)
				}
			}
		}
	}
}

func TestWhatComesNext_IsNotPutInTheMouthOfTheStatusesSource(t *testing.T) {
	d := openDesk(t)
	for _, s := range d.ask("/upcoming").Card.Sections {
		if s.Heading != "What the tracks expect next" {
			continue
		}
		for _, i := range s.Items {
			if strings.Contains(i.Meta.String(), "according to") {
				t.Errorf("%s: %q is given as somebody's word: %s", i.Label, i.Text, i.Meta)
			}
		}
	}
}

func TestNamesakes_AreSaidWhereANameMayMeanOthers(t *testing.T) {
	d := openDesk(t)
	d.apply(now,
		briefings.Edit{Put: &briefings.Entry{ID: "rakoto", Kind: briefings.Person, Name: "Jean Rakoto", Aliases: []string{"Rakoto"}, Importance: 80}},
		briefings.Edit{Put: &briefings.Entry{ID: "lalao", Kind: briefings.Person, Name: "Lalao Rakoto"}})
	if got := text(d.ask("/who Rakoto").Card); !strings.HasPrefix(got, "Jean Rakoto") || !strings.Contains(got, "Also of that name: Lalao Rakoto.") {
		t.Errorf("/who Rakoto:\n%s", got)
	}
	if got := text(d.ask("/who Jean Rakoto").Card); strings.Contains(got, "Also of that name") {
		t.Errorf("/who Jean Rakoto names others:\n%s", got)
	}
}

func TestPositions_FullShowsWhatThePartyHeldBefore(t *testing.T) {
	d := openDesk(t)
	report := port(t, d)
	position := func(drift briefings.Drift) func(*briefings.Report) {
		return func(r *briefings.Report) {
			r.Kind, r.Subject, r.Issue, r.About, r.Drift = briefings.Position, "union", "port", nil, drift
		}
	}
	d.apply(now, report("No cuts.", "2026-11-01", position("")), report("Some cuts.", "2026-11-10", position(briefings.Softened)))
	brief, full := text(d.ask("/positions port strike").Card), text(d.ask("/positions port strike full").Card)
	if !strings.Contains(brief, "softened from “No cuts.” of 1 Nov 2026") {
		t.Errorf("the drift does not say from what:\n%s", brief)
	}
	if !strings.Contains(full, "Before, newest first") {
		t.Errorf("full does not show the position before:\n%s", full)
	}
}

// TestDays_AreThoseOfTheBook asks from far west of a book that is kept east.
func TestDays_AreThoseOfTheBook(t *testing.T) {
	d := openDesk(t)
	book := *mustSnapshot(t, d).Book
	book.Zone = "Asia/Tokyo"
	tokyo := book.Location()
	d.apply(now, briefings.Edit{Base: book.Version.Number, Put: &book})
	report := port(t, d)
	recorded := time.Date(2026, 11, 10, 0, 0, 0, 0, tokyo)
	d.apply(now, report("xyzzy", "2026-11-09", func(r *briefings.Report) { r.Claim.Recorded = recorded }))
	west, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		t.Fatal(err)
	}
	ask := func(line string) string {
		r := d.request(bot.Request{Text: line})
		r.Zone = west
		return text(d.bot.Handle(t.Context(), r).Card)
	}
	if got := ask("/timeline as_of:2026-11-09 full"); strings.Contains(got, "xyzzy") {
		t.Errorf("as of the day before, the book knows:\n%s", got)
	}
	if got := ask("/timeline as_of:2026-11-10 full"); !strings.Contains(got, "xyzzy") {
		t.Errorf("as of the day, the book does not know:\n%s", got)
	}
	if got := ask("/changes since:2026-11-10"); !strings.Contains(got, "xyzzy") || !strings.Contains(got, "recorded 10 Nov 2026") {
		t.Errorf("since the day, nothing is new:\n%s", got)
	}
}

func mustSnapshot(t *testing.T, d *desk) *briefings.Snapshot {
	t.Helper()
	s, err := d.library.Snapshot(t.Context(), d.book)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestPositions_ReadsAnIssueAndAPartyInWords(t *testing.T) {
	d := openDesk(t)
	for _, line := range []string{"/positions donbas russia", "/positions russia donbas", "/positions issue:donbas party:russia"} {
		if got, want := d.ask(line).Card.Title, "Positions: Russia on Donbas"; got != want {
			t.Errorf("%s shows %q, want %q", line, got, want)
		}
	}
}

func TestTimeline_RefusesASpanThatEndsBeforeItBegins(t *testing.T) {
	d := openDesk(t)
	reply := d.ask("/timeline from:2025-12-02 to:2025-11-30")
	if reply.Outcome != bot.Refused || !strings.Contains(text(reply.Card), "Swap the two") {
		t.Errorf("outcome %d:\n%s", reply.Outcome, text(reply.Card))
	}
}

func TestPages_TurnBack(t *testing.T) {
	d := openDesk(t)
	reply := d.handle(bot.Request{Text: "/timeline page:2", Lines: 5})
	for _, a := range reply.Card.Actions {
		if a.Label == "Previous page" && a.Invocation.Get("page") == "1" {
			return
		}
	}
	t.Errorf("the second page does not lead back: %v", reply.Card.Actions)
}

func TestLongQuestion_IsNotEchoedWhole(t *testing.T) {
	d := openDesk(t)
	for _, line := range []string{"/who ", "/find ", "/brief ", "/status ", "/timeline ", "/positions ", "/changes ", "/upcoming ", "/help ", "/about ", "/", ""} {
		if got := text(d.ask(line + strings.Repeat("xyzzy ", 300)).Card); len(got) > 1000 {
			t.Errorf("%s with 1,800 letters gives a card of %d", line, len(got))
		}
	}
}

// TestWho_NameOfAnythingGoesBeforeWhatSomebodyIs: it asks after people first, but
// not after whoever is described by the name.
func TestWho_NameOfAnythingGoesBeforeWhatSomebodyIs(t *testing.T) {
	d := openDesk(t)
	for line, want := range map[string]string{
		"/who the talks":            "Peace talks on Ukraine",
		"/who Ukriane":              "Ukraine",
		"/who us envoy":             "Steve Witkoff",
		"/who irish prime minister": "Micheal Martin",
		"/who Witkof":               "Steve Witkoff",
	} {
		if got := d.ask(line).Card.Title; got != want {
			t.Errorf("%s shows %q, want %q", line, got, want)
		}
	}
}
