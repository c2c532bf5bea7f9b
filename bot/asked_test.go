package bot_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
)

func (d *desk) mention(text string) bot.Request {
	return bot.Request{
		Actor: briefings.Actor{Platform: "test", User: "reader"}, Role: briefings.Reader, Book: d.book, Via: "mention",
		Text: text, Now: now, Offering: true,
	}
}

// TestPrompt_StandsBeforeEveryCommandThatIsNamed: on Slack nobody can type /who.
func TestPrompt_StandsBeforeEveryCommandThatIsNamed(t *testing.T) {
	d := openDesk(t)
	for _, text := range []string{"help", "help who", "/whoo Witkoff", "who", "timeline since:yesterday", "positions x y page:2", "help xyzzy", "find ...", "home", "upcoming many"} {
		r := d.mention(text)
		r.Prompt = "/brief "
		card := d.bot.Handle(t.Context(), r).Card
		card.Actions = nil // their commands are for the adapter
		raw, err := json.Marshal(card)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range d.bot.Commands() {
			if c.Name != "brief" && strings.Contains(string(raw), "/"+c.Name) {
				t.Errorf("%q is answered with /%s:\n%s", text, c.Name, raw)
			}
		}
	}
}

func TestAloud_AnswersBeforeAllWhatAllMaySee(t *testing.T) {
	d := openDesk(t)
	for text, want := range map[string]bot.Visibility{
		"who Witkoff":                    bot.Shared,
		"home":                           bot.Shared,
		"who nobody-of-that-name-at-all": bot.Private, // who slipped need not be shown
		"upcoming many":                  bot.Private,
		"help":                           bot.Private,
	} {
		r := d.mention(text)
		r.Aloud = true
		reply := d.bot.Handle(t.Context(), r)
		if reply.Visibility != want {
			t.Errorf("%q is answered with visibility %d, want %d", text, reply.Visibility, want)
		}
		if want == bot.Shared && reply.Post.Command != "" {
			t.Errorf("%q is shown to all, and offers to be posted", text)
		}
	}
}

// TestHome_ShowsTheBoardWhatIsStaleAndHowToAsk: what waits the longest comes
// first, and a status that is stale says so on the board.
func TestHome_ShowsTheBoardWhatIsStaleAndHowToAsk(t *testing.T) {
	d := openDesk(t)
	r := d.mention("home")
	r.Now = now.Add(365 * 24 * time.Hour)
	card := d.bot.Handle(t.Context(), r).Card
	var headings []string
	for _, s := range card.Sections {
		headings = append(headings, s.Heading)
	}
	if got := strings.Join(headings, ", "); got != "Tracks and documents, Waiting to be checked, How to ask, Sources" {
		t.Fatalf("the board shows %s", got)
	}
	for _, item := range card.Sections[0].Items {
		if !strings.Contains(item.Meta.String(), "STALE since") && !strings.Contains(item.Text.String(), "No status") {
			t.Errorf("a year later %s is not STALE: %s", item.Label, item.Meta)
		}
	}
	if n := len(card.Sections[1].Items); n != 6 || !strings.Contains(card.Sections[1].Items[5].Text.String(), "more positions and roles") {
		t.Errorf("%d lines of what is stale; the last is %s", n, card.Sections[1].Items[n-1].Text)
	}
	if r.Now = recordedAt(t, d); len(d.bot.Handle(t.Context(), r).Card.Sections) != 3 {
		t.Error("what was recorded this minute waits to be checked")
	}
}

// recordedAt is when the book last learned something.
func recordedAt(t *testing.T, d *desk) time.Time {
	t.Helper()
	s, err := d.library.Snapshot(t.Context(), d.book)
	if err != nil {
		t.Fatal(err)
	}
	var last time.Time
	for _, r := range s.Timeline() {
		if r.Version.Recorded.After(last) {
			last = r.Version.Recorded
		}
	}
	return last
}

// TestHome_ShowsHowToAskByWhatIsInTheBook: an example that finds nothing teaches
// nothing.
func TestHome_ShowsHowToAskByWhatIsInTheBook(t *testing.T) {
	d := openDesk(t)
	if board := text(d.ask("home").Card); !strings.Contains(board, "/who Witkoff") {
		t.Errorf("the starter book is shown with:\n%s", board)
	}
	d.book = "port"
	d.apply(now.Add(-time.Hour),
		briefings.Edit{Put: &briefings.Book{ID: "port", Name: "The port"}},
		briefings.Edit{Put: &briefings.Entry{ID: "ada-byrne", Kind: briefings.Person, Name: "Ada Byrne"}},
		briefings.Edit{Put: &briefings.Entry{ID: "harbour-talks", Kind: briefings.Track, Name: "Harbour talks"}},
	)
	board := text(d.ask("home").Card)
	for _, want := range []string{"/who Ada Byrne", "/status talks", "/timeline talks"} {
		if !strings.Contains(board, want) {
			t.Errorf("%q is not in:\n%s", want, board)
		}
		if r := d.ask(want); r.Outcome != bot.Answered {
			t.Errorf("%q finds nothing: %s", want, text(r.Card))
		}
	}
	if strings.Contains(board, "Witkoff") {
		t.Errorf("an example is about another book:\n%s", board)
	}
}
