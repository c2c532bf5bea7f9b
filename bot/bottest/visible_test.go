package bottest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/briefbot/briefbot/bot"
)

func TestMissing_NamesWhatCannotBeSeen(t *testing.T) {
	card := &bot.Card{
		Title: "A title",
		Lead:  []bot.Text{bot.T("First sentence. Second on ").When(moment("2025-12-02")).Plain(".\nThird").Link("a story", "https://daily.example/x").Plain("!")},
	}
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"all, in other lines", "A title\nFirst\nsentence.\nPage 2\nSecond on 2 Dec 2025.\nThird (daily.example) a story!", nil},
		{"a sentence cut in two", "A title First sentence. Second on Page 2 2 Dec 2025. Third a story (daily.example)!", []string{"Secondon2Dec2025."}},
		{"a time more exact than known", "A title First sentence. Second on 2 Dec 2025 00:00 UTC. Third a story (daily.example)!", []string{"Secondon2Dec2025."}},
		{"a link without its host", "A title First sentence. Second on 2 Dec 2025. Third a story!", []string{"daily.example"}},
		{"nothing", "", []string{"Atitle", "Firstsentence.", "Secondon2Dec2025.", "Third", "astory", "daily.example", "!"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, p := range missing(card, Seen{Text: c.text}) {
				got = append(got, p.text)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("missing (-want +got):\n%s", diff)
			}
		})
	}
}

func TestContains_ALongTextMayBeParted(t *testing.T) {
	text := prose("parts", 4000)
	cut := letters(text[:1500]) + "page2" + letters(text[1500:])
	if !contains(cut, letters(text)) {
		t.Error("a text of 4000 bytes in two parts is said to be missing")
	}
	if contains(letters(text[:3000]), letters(text)) {
		t.Error("a text whose end is missing is said to be there")
	}
}
