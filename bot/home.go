package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// homeStale is how many stale claims the board names; there may be hundreds.
const homeStale = 5

// homeExamples are the commands whose first examples the board shows.
var homeExamples = []string{"who", "status", "timeline", "positions", "changes"}

// home is the board: how to ask, where everything stands, and what nobody has
// checked for the longest time. Platforms with a page of their own show it there.
func home(ctx context.Context, c *Call) (Reply, error) {
	v, err := c.view(ctx)
	if err != nil {
		return Reply{}, err
	}
	card := &Card{Title: v.Book.Name, Kicker: "briefing book"}
	if v.Book.About != "" {
		card.Lead = append(card.Lead, T(v.Book.About))
	}
	ask := Section{Heading: "How to ask"}
	for _, name := range homeExamples {
		if cmd := c.bot.byName[name]; cmd != nil && cmd.Role <= c.Request.Role {
			ask.Items = append(ask.Items, Item{Label: c.typed(v.example(cmd)), Text: T(cmd.Summary)})
		}
	}
	card.add(v.board(c.Flag("full")), c.waitingForDesk(v), v.goneStale(), ask)
	v.sign(card)
	card.notice(v.notice)
	card.Actions = []Action{
		{"What is new", Invocation{"changes", nil}},
		{"What comes next", Invocation{"upcoming", nil}},
		{"Who wants what", Invocation{"positions", nil}},
		{"One page", Invocation{"brief", nil}},
		{"Every command", Invocation{"help", nil}},
	}
	if c.Request.Role >= briefings.Editor {
		card.Actions = append(card.Actions, Action{"The queue", Invocation{"review queue", nil}})
	}
	return Reply{Card: card}, nil
}

// homeQueue is how many suggestions the board names.
const homeQueue = 3

// waitingForDesk lists what waits for the asker, if they are of the desk.
func (c *Call) waitingForDesk(v view) Section {
	s := Section{Heading: "Waiting for the desk"}
	if c.Request.Role < briefings.Editor || !v.AsOf.IsZero() {
		return s
	}
	queue := v.Queue()
	for _, x := range queue[:min(len(queue), homeQueue)] {
		s.Items = append(s.Items, Item{Label: string(x.Kind), Text: T(v.suggestionTitle(x)), Meta: Text{}.When(v.recorded(x.Made))})
	}
	if more := len(queue) - len(s.Items); more > 0 {
		s.Items = append(s.Items, Item{Text: T(fmt.Sprintf("And %s.", count(more, "more", "more")))})
	}
	return s
}

// example is the first example of a command, or where it names something that is
// not in the book, the same of something that is.
func (v view) example(cmd *Command) string {
	_, name, named := strings.Cut(cmd.Examples[0], " ")
	if !named || len(cmd.Args) == 0 || cmd.Args[0].Type != EntryName || v.Resolve(name).Page != nil {
		return cmd.Examples[0]
	}
	kinds := cmd.Args[0].Kinds
	if cmd.Name == "who" {
		kinds = whoKinds
	}
	for _, p := range v.Pages(kinds...) {
		return cmd.Name + " " + p.Entry.Name
	}
	return cmd.Name
}

// goneStale lists the positions and roles that are stale, those first that have
// been for the longest time. The board says it of statuses itself.
func (v view) goneStale() Section {
	type claim struct {
		since time.Time
		item  Item
	}
	var list []claim
	add := func(r briefings.Record, label, text string) {
		if stale := v.freshness(r); stale != nil {
			list = append(list, claim{v.Book.StaleSince(r), Item{Label: label, Text: T(text), Meta: stale}})
		}
	}
	for _, r := range v.Timeline() {
		if r.Kind == briefings.Position && v.current(r) {
			add(r, v.head(r), r.Text)
		}
	}
	for _, p := range v.Pages(briefings.Person, briefings.Org) {
		if p.Entry.Role != "" {
			add(p.Entry, p.Entry.Name, p.Entry.Role)
		}
	}
	slices.SortStableFunc(list, func(a, b claim) int { return a.since.Compare(b.since) })
	s := Section{Heading: "Waiting to be checked"}
	for _, c := range list[:min(len(list), homeStale)] {
		s.Items = append(s.Items, c.item)
	}
	if more := len(list) - len(s.Items); more > 0 {
		s.Items = append(s.Items, Item{Text: T(fmt.Sprintf("And %s, not verified in time.", count(more, "more position or role", "more positions and roles")))})
	}
	return s
}
