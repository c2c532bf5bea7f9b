package pages_test

import (
	"fmt"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/pages"
)

// Who says so stays with what is said, and each page names its sources.
func ExampleSet() {
	card := &bot.Card{
		Title: "Talks",
		Sections: []bot.Section{
			{Heading: "Latest", Items: []bot.Item{
				{Label: "Kyiv", Text: bot.T("The talks go on."), Meta: bot.T("says the desk [1]")},
				{Label: "Moscow", Text: bot.T("There is no date yet."), Meta: bot.T("says the ministry [2]")},
			}},
			{Heading: "Sources", Cited: true, Items: []bot.Item{
				{Label: "[1]", Text: bot.T("The Daily")},
				{Label: "[2]", Text: bot.T("The Weekly")},
			}},
		},
	}
	marks := map[pages.Kind]string{pages.Heading: "# ", pages.Item: "- ", pages.Meta: "  ", pages.Source: "  "}
	line := func(k pages.Kind, text []pages.Stretch) string {
		s := marks[k]
		for _, st := range text {
			s += st.Text
		}
		return s
	}
	list := pages.Set(card, pages.Options{
		Room:     80,
		CiteRoom: 40,
		Size:     func(k pages.Kind, text []pages.Stretch) int { return len(line(k, text)) },
	})
	for i, p := range list {
		fmt.Printf("%s, part %d of %d\n", p.Title, i+1, len(list))
		for _, b := range p.Blocks {
			fmt.Println(line(b.Kind, b.Text))
		}
	}
	// Output:
	// Talks, part 1 of 3
	// # Latest
	// - Kyiv: The talks go on.
	//   says the desk [1]
	//   [1]: The Daily
	// Talks, part 2 of 3
	// # Latest (continued)
	// - Moscow: There is no date yet.
	//   says the ministry [2]
	//   [2]: The Weekly
	// Talks, part 3 of 3
	// # Sources
	// - [1]: The Daily
	// - [2]: The Weekly
}

func ExampleClip() {
	fmt.Println(pages.Clip("Timeline: Steve Witkoff", 20))
	// Output: Timeline: Steve W…
}
