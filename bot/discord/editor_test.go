package discord_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/discord"
	"github.com/briefbot/briefbot/bot/discord/discordtest"
	"github.com/briefbot/briefbot/briefings"
)

// What the desk does on Discord with the real bot: what other tests show of the core
// and of the adapter, each by itself, from one end to the other.

// openBureau is a newsroom whose owner has given roles, by way of Discord's, and
// somebody who has each. Whoever is told something is told it in Discord.
func openBureau(t *testing.T) (n *newsroom, editor, contributor *discordtest.Client, editors *discordtest.Role) {
	t.Helper()
	n = openNewsroom(t)
	n.core.Reach(adapter(t, n.server, func(o *discord.Options) { o.Book = bookOf(n.book) }))
	owner := n.join("olga")
	n.guild.MakeManager(owner.Person())
	clients := map[string]*discordtest.Client{}
	for _, role := range []string{"editor", "contributor"} {
		r := n.guild.NewRole(role + "s")
		n.sees(n.ask(owner, "desk roles", "to", r.ID, "role", role), role+"s", role)
		clients[role] = n.join("the " + role)
		n.guild.GiveRoles(clients[role].Person(), r)
		if role == "editor" {
			editors = r
		}
	}
	return n, clients["editor"], clients["contributor"], editors
}

// bookOf is one book for all servers.
func bookOf(book briefings.BookID) func(context.Context, briefings.Workspace) (briefings.BookID, error) {
	return func(context.Context, briefings.Workspace) (briefings.BookID, error) { return book, nil }
}

// seq is the number of the book's newest revision.
func (n *newsroom) seq() int64 {
	n.t.Helper()
	m, err := n.store.Marks(n.t.Context(), n.book)
	if err != nil {
		n.t.Fatal(err)
	}
	return m.Seq
}

// form returns the form that something opened.
func (n *newsroom) form(m *discordtest.Message) *discordtest.Modal {
	n.t.Helper()
	if m.Modal == nil {
		n.t.Fatalf("no form opens, but:\n%s", m.Seen().Text)
	}
	return m.Modal
}

// send fills in a form and sends it.
func (n *newsroom) send(c *discordtest.Client, form *discordtest.Modal, values ...string) *discordtest.Message {
	n.t.Helper()
	filled := map[string]string{}
	for i := 0; i < len(values); i += 2 {
		filled[values[i]] = values[i+1]
	}
	m, err := c.Submit(form, filled)
	if err != nil {
		n.t.Fatalf("the form is not sent: %v", err)
	}
	return m
}

func TestEditor_ChangesTheBookByAFormOfTwoParts(t *testing.T) {
	n, editor, _, _ := openBureau(t)
	choices, err := editor.Complete("book edit", "what", "witk")
	if err != nil || len(choices) == 0 {
		t.Fatalf("offered: %v, %v", choices, err)
	}
	before := n.seq()
	first := n.form(n.ask(editor, "book edit", "what", choices[0].Value.(string)))
	if first.Fields[0].Value != "Steve Witkoff" {
		t.Errorf("in the form is %q", first.Fields[0].Value)
	}
	kept := n.send(editor, first, "role", "envoy of **many** things")
	n.sees(kept, "Part 1 of 2 is kept")
	if n.seq() != before {
		t.Error("half of a form is saved")
	}
	second := n.form(n.press(editor, kept, "Go on"))
	done := n.send(editor, second, "open", "Who pays?\nWho knows?")
	n.sees(done, "envoy of **many** things", "Who pays?")
	if n.seq() != before+1 || done.ID != kept.ID {
		t.Errorf("%d revisions; in its place: %v", n.seq()-before, done.ID == kept.ID)
	}
	n.sees(n.ask(n.reader, "who", "name", "Witkoff"), "envoy of **many** things")
	n.sees(n.press(editor, done, "Undo"), "Undone")
}

// TestEditor_WhoLostTheRoleMeanwhileChangesNothing: neither by a form that is open, nor
// by a button that is there. That they tried is in the audit.
func TestEditor_WhoLostTheRoleMeanwhileChangesNothing(t *testing.T) {
	n, editor, _, editors := openBureau(t)
	kept := n.send(editor, n.form(n.ask(editor, "book edit", "what", "Witkoff")), "role", "another")
	form := n.form(n.press(editor, kept, "Go on"))
	before := n.seq()
	n.guild.TakeRoles(editor.Person(), editors)
	n.sees(n.send(editor, form), "is for the role editor")
	n.sees(n.press(editor, kept, "Save"), "is for the role editor")
	if n.seq() != before {
		t.Error("the book was changed")
	}
	rows, err := n.store.Audit(t.Context(), n.book, briefings.AuditQuery{Limit: 20})
	if err != nil {
		t.Fatal(err)
	}
	denied := 0
	for _, r := range rows {
		if r.Outcome == briefings.Denied && string(r.Actor.User) == editor.Person().ID {
			denied++
		}
	}
	if denied != 2 {
		t.Errorf("%d refused attempts are in the audit, want 2", denied)
	}
	n.guild.GiveRoles(editor.Person(), editors)
	n.sees(n.press(editor, kept, "Save"), "another")
}

// TestEditor_TheFormOfEachRecordOpens: all parts of it, in the bounds of Discord, and
// what stands there can be sent as it is.
func TestEditor_TheFormOfEachRecordOpens(t *testing.T) {
	n, editor, _, _ := openBureau(t)
	before := n.seq()
	contents, err := n.store.Load(t.Context(), n.book, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, e := range contents.Entries {
		ids = append(ids, string(e.ID))
	}
	for i, r := range contents.Reports {
		if i%5 == 0 { // some of each kind: they are in the order of time
			ids = append(ids, string(r.ID))
		}
	}
	for _, id := range ids {
		m := n.ask(editor, "book edit", "what", id)
		if m.Modal == nil {
			t.Errorf("%s: no form opens, but:\n%s", id, m.Seen().Text)
			continue
		}
		kept := n.send(editor, m.Modal)
		if m = n.press(editor, kept, "Go on"); m.Modal == nil {
			t.Errorf("%s: no second part opens, but:\n%s", id, m.Seen().Text)
		}
	}
	if n.seq() != before {
		t.Error("to look at a form changed the book")
	}
}

func TestEditor_MakesAReportOfAMessage(t *testing.T) {
	n, editor, contributor, _ := openBureau(t)
	m := n.reader.Say("Witkoff met Putin in Moscow. @everyone")
	for _, c := range []struct {
		who *discordtest.Client
		see string
	}{{editor, "Added: event"}, {contributor, "in the queue of the desk"}} {
		opened, err := c.who.MessageMenu("Add to book", m)
		if err != nil {
			t.Fatal(err)
		}
		form := n.form(opened)
		got := map[string]string{}
		for _, f := range form.Fields {
			got[f.CustomID] = f.Value
		}
		if got[bot.MessageText] != m.Content || !strings.HasSuffix(got[bot.MessageLink], "/"+m.ID) || got[bot.MessagePosted] == "" || !strings.Contains(got["about"], "Steve Witkoff") {
			t.Errorf("in the form is %q", got)
		}
		before := n.seq()
		done := n.send(c.who, form)
		n.sees(done, c.see, "Witkoff met Putin")
		if n.seq() == before || !done.Ephemeral || len(done.Seen().Pings) > 0 {
			t.Errorf("%d revisions, private %v, it notifies %q", n.seq()-before, done.Ephemeral, done.Seen().Pings)
		}
	}
	opened, err := n.reader.MessageMenu("Add to book", m)
	if err != nil {
		t.Fatal(err)
	}
	n.sees(opened, "is for the role contributor")
	explained, err := n.reader.MessageMenu("Brief me", m)
	if err != nil {
		t.Fatal(err)
	}
	n.sees(explained, "Steve Witkoff", "Putin")
}

// TestContributor_IsToldWhatBecameOfIt: in a direct message, and where they take none,
// the editor hears of that.
func TestContributor_IsToldWhatBecameOfIt(t *testing.T) {
	n, editor, contributor, _ := openBureau(t)
	for _, refuses := range []bool{false, true} {
		contributor.Person().RefuseDMs(refuses)
		n.sees(n.ask(contributor, "suggest", "what", "Witkoff", "field", "role", "value", "envoy"), "Suggested")
		dm := contributor.Person().DM()
		told := len(dm.Messages())
		done := n.press(editor, n.ask(editor, "review queue"), "Reject")
		done = n.send(editor, n.form(done), "why", "no source *says* so")
		if refuses {
			n.sees(done, "could not be told: Discord does not let me write to them")
			continue
		}
		n.sees(done, "has been told")
		all := dm.Messages()
		if len(all) != told+1 {
			t.Fatalf("they are told %d times", len(all)-told)
		}
		n.sees(all[told], "no source *says* so")
	}
}

// TestEditor_WhatComesSeveralTimesIsDoneOnce: to two processes at the same time, which
// share a store.
func TestEditor_WhatComesSeveralTimesIsDoneOnce(t *testing.T) {
	n, editor, _, _ := openBureau(t)
	start(t, n.server, n.core, func(o *discord.Options) { o.Book = bookOf(n.book) })
	if !n.server.Gateway().WaitConnected(2, patience) {
		t.Fatal("the second does not connect")
	}
	n.server.Deliver(3)
	for i, value := range []string{"71", "72"} {
		before := n.seq()
		m := n.ask(editor, "book set", "what", "Witkoff", "field", "importance", "value", value)
		n.sees(m, value)
		time.Sleep(2500 * time.Millisecond) // as long as the other may wait
		if got := n.seq() - before; got != 1 {
			t.Errorf("%d revisions, want one", got)
		}
		if got := len(editor.Messages()); got != i+1 {
			t.Errorf("%d messages, want %d", got, i+1)
		}
		if !slices.ContainsFunc(editor.Messages(), func(x *discordtest.Message) bool { return x.ID == m.ID && x.Edits == 0 }) {
			t.Error("the first answer was written over")
		}
	}
}
