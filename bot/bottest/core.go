package bottest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
)

// Core answers with known cards, so that adapters can be driven with any. Its
// commands are /card, /echo, /aloud, /slow, /nothing and /desk write; what they do is
// in their summaries. It reads a line as the bot does where no argument has both
// spaces and a name.
type Core struct {
	cards []Named

	mu   sync.Mutex
	last bot.Request
}

var _ bot.Core = (*Core)(nil)

// NewCore returns a core that knows the cards.
func NewCore(cards ...Named) *Core { return &Core{cards: cards} }

// Last returns the request that came last.
func (c *Core) Last() bot.Request {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.last
}

// Commands returns the command table.
func (c *Core) Commands() []bot.Command {
	one := func(name, summary string, typ bot.ArgType) []bot.Arg {
		return []bot.Arg{{Name: name, Summary: summary, Type: typ, Required: true}}
	}
	return []bot.Command{
		{Name: "card", Summary: "Shows a card of the corpus", Role: briefings.Reader, Args: one("name", "The name of the card", bot.EntryName)},
		{Name: "echo", Summary: "Says the same, privately", Role: briefings.Reader, Args: one("text", "What to say", bot.Words)},
		{Name: "aloud", Summary: "Says the same to everybody", Role: briefings.Reader, Args: one("text", "What to say", bot.Words)},
		{Name: "slow", Summary: "Answers after so many milliseconds", Role: briefings.Reader, Args: one("millis", "How many", bot.Whole)},
		{Name: "nothing", Summary: "Answers without a card", Role: briefings.Reader},
		{Name: "desk write", Summary: "Opens a form, and says what it was filled with", Role: briefings.Reader, Menu: MenuWrite, Args: []bot.Arg{
			{Name: bot.MessageText, Summary: "What stands in the form", Type: bot.Prose},
			{Name: bot.MessageLink, Summary: "Where it is from", Type: bot.Words},
			{Name: bot.MessagePosted, Summary: "When it was", Type: bot.Date},
			{Name: bot.MessageID, Summary: "Which message it is", Type: bot.Words},
			{Name: "kind", Summary: "What sort it is", Type: bot.Words, Choices: formKinds},
			{Name: "title", Summary: "What it is called", Type: bot.Words},
			{Name: "sent", Summary: "It was filled in", Type: bot.Flag},
		}},
		{Name: "desk clear", Summary: "Is another verb of the group", Role: briefings.Reader},
	}
}

// MenuWrite is what /desk write is called in the menu of a message.
const MenuWrite = "Write to the desk"

var formKinds = []string{"event", "status"}

// form is what /desk write opens.
func form(given bot.Invocation) *bot.Form {
	submit := bot.Invocation{Command: given.Command, Args: []bot.Value{{Name: "sent", Value: "true"}, {Name: "title"}, {Name: bot.MessageText}, {Name: "kind"}}}
	for _, name := range []string{bot.MessageLink, bot.MessagePosted, bot.MessageID} {
		if v := given.Get(name); v != "" {
			submit.Args = append(submit.Args, bot.Value{Name: name, Value: v})
		}
	}
	return &bot.Form{Title: "Write to the desk", Submit: submit, Fields: []bot.FormField{
		{Name: "title", Label: "Title", Hint: "In one line", Required: true, MaxRunes: 100},
		{Name: bot.MessageText, Label: "Text", Value: given.Get(bot.MessageText), Long: true, MaxRunes: bot.MaxTextRunes},
		{Name: "kind", Label: "Kind", Value: "status", Choices: []bot.Choice{{Value: "event", Label: "An event"}, {Value: "status", Label: "A status"}}},
	}}
}

// write answers /desk write.
func write(given bot.Invocation) bot.Reply {
	if given.Get("sent") == "" {
		return bot.Reply{Form: form(given)}
	}
	card := &bot.Card{Title: "Written"}
	for _, v := range given.Args {
		if v.Name != "sent" {
			card.Fields = append(card.Fields, bot.Field{Label: v.Name, Value: bot.T(v.Value)})
		}
	}
	return bot.Reply{Card: card}
}

// Handle answers a request.
func (c *Core) Handle(ctx context.Context, r bot.Request) bot.Reply {
	c.mu.Lock()
	c.last = r
	c.mu.Unlock()
	command, arg := read(r)
	if command == "desk write" {
		given := r.Invocation
		if given.Command == "" {
			given = bot.Invocation{Command: command, Args: []bot.Value{{Name: bot.MessageText, Value: arg}}}
		}
		reply := write(given)
		if r.Offering {
			reply.Again = given
		}
		return reply
	}
	reply := c.answer(ctx, command, arg)
	if r.Offering {
		reply.Again = bot.Invocation{Command: command}
		for _, known := range c.Commands() {
			if known.Name == command && len(known.Args) > 0 {
				reply.Again.Args = []bot.Value{{Name: known.Args[0].Name, Value: arg}}
			}
		}
	}
	return reply
}

func (c *Core) answer(ctx context.Context, command, arg string) bot.Reply {
	switch command {
	case "card":
		for _, n := range c.cards {
			if n.Name == arg {
				return bot.Reply{Card: n.Card}
			}
		}
		return bot.Reply{Card: &bot.Card{Title: "There is no card " + arg}, Outcome: bot.NotFound}
	case "echo":
		return bot.Reply{Card: &bot.Card{Title: "Echo", Lead: []bot.Text{bot.T(arg)}}}
	case "aloud":
		return bot.Reply{Card: &bot.Card{Title: "Aloud", Lead: []bot.Text{bot.T(arg)}}, Visibility: bot.Shared}
	case "slow":
		millis, err := time.ParseDuration(arg + "ms")
		if err != nil {
			return bot.Reply{Card: &bot.Card{Title: "How slow?"}, Outcome: bot.Refused}
		}
		select {
		case <-ctx.Done():
			return bot.Reply{Card: &bot.Card{Title: "Given up"}, Outcome: bot.Failed}
		case <-time.After(millis):
			return bot.Reply{Card: &bot.Card{Title: "Slow", Lead: []bot.Text{bot.T("At last.")}}}
		}
	case "nothing":
		return bot.Reply{}
	case "desk clear":
		return bot.Reply{Card: &bot.Card{Title: "Cleared"}}
	default:
		return bot.Reply{Card: &bot.Card{Title: fmt.Sprintf("There is no command %q", command)}, Outcome: bot.Refused}
	}
}

// read returns the command of a request and its one argument.
func read(r bot.Request) (command, arg string) {
	if r.Invocation.Command != "" {
		for _, v := range r.Invocation.Args {
			arg = v.Value
		}
		return r.Invocation.Command, arg
	}
	command, arg, _ = strings.Cut(strings.TrimPrefix(strings.TrimSpace(r.Text), "/"), " ")
	arg = strings.TrimSpace(arg)
	if command == "desk" {
		verb, rest, _ := strings.Cut(arg, " ")
		command, arg = command+" "+verb, strings.TrimSpace(rest)
	}
	if name, value, ok := strings.Cut(arg, ":"); ok && (name == "name" || name == "text" || name == "millis") {
		arg = strings.Trim(value, `"`)
	}
	return command, arg
}

// Complete returns the names of cards that begin with what was typed.
func (c *Core) Complete(_ context.Context, _ bot.Request, arg, typed string) []bot.Choice {
	var choices []bot.Choice
	for _, n := range c.cards {
		if arg == "name" && strings.HasPrefix(n.Name, typed) && len(choices) < 25 {
			choices = append(choices, bot.Choice{Value: n.Name, Label: "the card " + n.Name})
		}
	}
	return choices
}

// CompleteLine completes the command, and the name of a card.
func (c *Core) CompleteLine(ctx context.Context, r bot.Request) (from int, choices []bot.Choice) {
	if typed, ok := strings.CutPrefix(r.Text, "/card "); ok {
		return len(r.Text) - len(typed), c.Complete(ctx, r, "name", typed)
	}
	for _, command := range c.Commands() {
		if strings.HasPrefix("/"+command.Name, r.Text) {
			choices = append(choices, bot.Choice{Value: "/" + command.Name, Label: command.Summary})
		}
	}
	return 0, choices
}
