package bot

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

func help(_ context.Context, c *Call) (Reply, error) {
	if c.Arg("command") != "" {
		return c.helpOn(strings.TrimPrefix(strings.TrimSpace(c.Arg("command")), "/"))
	}
	card := &Card{
		Title:  "How to ask",
		Kicker: c.Now.Book.Name,
		Lead: []Text{
			T(howTo(&c.Request)),
			T("Names may be mistyped, shortened, written in other scripts, or described: “us envoy”."),
		},
	}
	s := Section{Heading: "Commands"}
	groups := Section{Heading: "The desk"}
	seen := map[string]bool{}
	for _, cmd := range c.bot.commands {
		switch g := cmd.Group(); {
		case cmd.Role > c.Request.Role || seen[g]:
		case g != "":
			seen[g] = true
			var verbs []string
			for _, v := range c.bot.verbs(g, "", c.Request.Role) {
				verbs = append(verbs, v.Value)
			}
			groups.Items = append(groups.Items, Item{Label: c.typed(g) + " …", Text: T(strings.Join(verbs, ", ")), Meta: T(c.typed("help " + g))})
		default:
			s.Items = append(s.Items, Item{Label: c.typed(cmd.usage()), Text: T(cmd.Summary)})
		}
	}
	card.add(s, groups)
	options := Section{Heading: "With every question"}
	for _, a := range []Arg{asOf, full, share} {
		options.Items = append(options.Items, Item{Label: a.usage(), Text: T(a.Summary)})
	}
	card.add(options)
	for _, name := range []string{"who", "timeline"} {
		card.Actions = append(card.Actions, Action{"More on " + name, Invocation{"help", []Value{{"command", name}}}})
	}
	return Reply{Card: card}, nil
}

// howTo says how a command is given where this one was.
func howTo(r *Request) string {
	switch {
	case r.Prompt != "":
		return "Type " + r.Prompt + "and then a command, or just a name: it shows the page of that."
	case r.Invocation.Command != "":
		return "Pick a command and fill it in: names complete as you type."
	default:
		return "Type a command, with or without the slash, or just a name: it shows the page of that."
	}
}

func (c *Call) helpOn(name string) (Reply, error) {
	name = strings.ToLower(oneLine(name))
	if len(c.bot.groups[name]) > 0 {
		return c.helpOnGroup(name), nil
	}
	cmd := c.bot.byName[name]
	if cmd == nil {
		hint := ""
		if near := c.bot.nearVerb("/"+name, name); near != "" {
			hint = " Did you mean " + c.typed(near) + "?"
		}
		return Reply{}, briefings.Errorf(briefings.ErrNotFound, "There is no command %q.%s %s lists them all.", clip(name), hint, c.typed("help"))
	}
	card := &Card{Title: c.typed(cmd.usage()), Kicker: "for the role " + cmd.Role.String() + " and above", Lead: []Text{T(cmd.Summary + ".")}}
	args := Section{Heading: "What it takes"}
	for _, a := range cmd.Shown() {
		args.Items = append(args.Items, Item{Label: a.usage(), Text: T(a.Summary)})
	}
	examples := Section{Heading: "For example"}
	for _, e := range cmd.Examples {
		examples.Items = append(examples.Items, Item{Text: T(c.typed(e))})
	}
	card.add(args, examples)
	return Reply{Card: card}, nil
}

// helpOnGroup lists the verbs of a group that the asker may use.
func (c *Call) helpOnGroup(group string) Reply {
	card := &Card{Title: c.typed(group), Kicker: "and then one of these"}
	s := Section{Heading: "Commands"}
	for _, v := range c.bot.groups[group] {
		cmd := c.bot.byName[group+" "+v]
		if cmd.Role <= c.Request.Role {
			s.Items = append(s.Items, Item{Label: c.typed(cmd.usage()), Text: T(cmd.Summary), Meta: T("for example: " + c.typed(cmd.Examples[0]))})
		}
	}
	card.add(s)
	if len(s.Items) == 0 {
		card.Lead = []Text{T("None of them is for the role " + c.Request.Role.String() + ".")}
	}
	return Reply{Card: card}
}

// usage shows how a command is typed, behind the slash: "who name".
func (c *Command) usage() string {
	s := c.Name
	for i, a := range c.Args {
		switch {
		case a.Required:
			s += " " + a.Name
		case i == 0 && a.Type != Flag && !a.hidden:
			s += " [" + a.Name + "]"
		}
	}
	return s
}

// usage shows how an argument is typed: "from:date".
func (a *Arg) usage() string {
	if a.Type == Flag {
		return a.Name
	}
	return a.Name + ":" + a.Type.String()
}

func about(_ context.Context, c *Call) (Reply, error) {
	b := c.Now.Book
	card := &Card{Title: b.Name, Kicker: "briefing book"}
	if b.About != "" {
		card.Lead = []Text{T(b.About)}
	}
	entries, reports, sources := c.Now.Count()
	card.field("Holds", T(count(entries, "entry", "entries")+", "+count(reports, "report", "reports")+", "+count(sources, "source", "sources")))
	if newest := newestReport(c.Now); newest != nil {
		card.field("Newest report", Text{}.When(newest.Claim.Occurred).Plain(": "+newest.Text))
		card.field("Last recorded", Text{}.When(newView(c.Now, c.Request.Now).recorded(lastRecorded(c.Now))))
	}
	card.field("Its calendar", T(b.Location().String()))
	s := Section{Heading: "Sources"}
	for _, src := range c.Now.Contents().Sources {
		if len(s.Items) == pageLines {
			break
		}
		item := Item{Text: Text{}.Link(src.Name, src.URL)}
		if !src.Published.IsZero() {
			item.Meta = T("published ").When(src.Published)
		}
		s.Items = append(s.Items, item)
	}
	card.add(s)
	card.Footer = T("briefbot " + c.bot.version)
	card.Actions = []Action{{"How to ask", Invocation{"help", nil}}, {"The whole book on one page", Invocation{"brief", nil}}}
	return Reply{Card: card}, nil
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// newestReport returns the report of what happened last, or nil.
func newestReport(s *briefings.Snapshot) *briefings.Report {
	for _, r := range s.Timeline() {
		if !r.Open() && !r.Claim.Occurred.IsZero() {
			return r
		}
	}
	return nil
}

// lastRecorded returns when the book last learned something.
func lastRecorded(s *briefings.Snapshot) time.Time {
	var last time.Time
	for _, r := range s.Timeline() {
		if r.Version.Recorded.After(last) {
			last = r.Version.Recorded
		}
	}
	return last
}
