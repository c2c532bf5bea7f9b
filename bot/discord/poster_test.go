package discord_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/discord"
	"github.com/briefbot/briefbot/bot/discord/discordtest"
	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
)

// postroom is a server with a channel, somebody in it, and an adapter that posts there.
type postroom struct {
	t     *testing.T
	s     *discordtest.Server
	guild *discordtest.Guild
	ch    *discordtest.Channel
	ada   *discordtest.Client
	d     *discord.Discord
	to    delivery.Place
}

func newPostroom(t *testing.T) *postroom {
	t.Helper()
	o := openOffice(t)
	d := adapter(t, o.server)
	return &postroom{t, o.server, o.guild, o.ada.Channel(), o.ada, d, delivery.Place{Platform: discord.Platform, Workspace: briefings.Workspace(o.guild.ID), Channel: o.ada.Channel().ID}}
}

// message is a message that says something, as the ledger has it sent.
func (k *postroom) message(id string, lead string) delivery.Message {
	k.t.Helper()
	body, err := k.d.Compose("book", &bot.Card{Title: "The morning", Lead: []bot.Text{bot.T(lead)}})
	if err != nil {
		k.t.Fatal(err)
	}
	return delivery.Message{ID: delivery.ID(id), To: k.to, Op: delivery.Post, Body: body, Marker: delivery.MarkerOf(delivery.ID(id), 12), Nonce: "nonce" + id}
}

func (k *postroom) send(m delivery.Message) string {
	k.t.Helper()
	id, err := k.d.Send(k.t.Context(), m)
	if err != nil {
		k.t.Fatal(err)
	}
	return id
}

func classOf(err error) delivery.Class {
	var f *delivery.Failure
	if errors.As(err, &f) {
		return f.Class
	}
	return ""
}

func TestPoster_AMessageHasItsMarkerAndSaysThatItIsLate(t *testing.T) {
	k := newPostroom(t)
	m := k.message("abcdefghij", "Something is new. @everyone <@1> {{.}} \x01 ")
	m.Note = "due 09:00, posted 10:42 *x*"
	k.send(m)
	seen := k.ada.Messages()
	if len(seen) != 1 {
		t.Fatalf("%d messages", len(seen))
	}
	text := fmt.Sprintf("%+v", seen[0].Seen())
	for _, want := range []string{"Something is new", "edition 12 · abcdefghij", "due 09:00, posted 10:42"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in %s", want, text)
		}
	}
	if pings := seen[0].Seen().Pings; len(pings) > 0 {
		t.Errorf("it notifies %v", pings)
	}
}

func TestPoster_ACardThatIsTooMuchForOneMessageIsRefused(t *testing.T) {
	k := newPostroom(t)
	_, err := k.d.Compose("book", &bot.Card{Title: "x", Lead: []bot.Text{bot.T(strings.Repeat("Some words of it. ", 400))}})
	if !errors.Is(err, bot.ErrTooLong) {
		t.Error(err)
	}
}

func TestPoster_WhatIsPostedAgainWithItsNonceIsOneMessage(t *testing.T) {
	k := newPostroom(t)
	m := k.message("abcdefghij", "Once.")
	k.s.Fault(discordtest.Fault{Method: "POST", Path: "/messages$", Kind: discordtest.ResetAfter})
	_, err := k.d.Send(t.Context(), m)
	if classOf(err) != delivery.Unsure {
		t.Fatalf("a reset after it was applied: %v", err)
	}
	first := k.send(m)
	if all := k.ada.Messages(); len(all) != 1 || all[0].ID != first {
		t.Errorf("%d messages", len(all))
	}
}

func TestPoster_FindReadsTheHistoryToItsEnd(t *testing.T) {
	k := newPostroom(t)
	since := time.Now()
	want := k.send(k.message("abcdefghij", "This one."))
	k.s.SetRate("POST /channels/{channel_id}/messages", discordtest.Rate{})
	k.s.SetRate("GET /channels/{channel_id}/messages", discordtest.Rate{})
	for range 230 {
		k.ada.Say("something else")
	}
	other := k.message("bbcdefghij", "Another.")
	k.send(other)
	found, err := k.d.Find(t.Context(), delivery.Message{ID: "abcdefghij", To: k.to}, since)
	if err != nil || len(found) != 1 || found[0] != want {
		t.Errorf("found %v, %v; want %s", found, err, want)
	}
	if found, err := k.d.Find(t.Context(), delivery.Message{ID: "zzzzzzzzzz", To: k.to}, since); err != nil || len(found) != 0 {
		t.Errorf("found %v, %v", found, err)
	}
}

func TestPoster_AnEmptyHistoryIsNotTrustedWithoutTheRightToReadIt(t *testing.T) {
	k := newPostroom(t)
	k.send(k.message("abcdefghij", "This one."))
	k.ch.SetPermissions(k.s.Bot(), discordtest.BotPermissions&^discordtest.ReadMessageHistory)
	_, err := k.d.Find(t.Context(), delivery.Message{ID: "abcdefghij", To: k.to}, time.Now())
	if classOf(err) != delivery.Unreadable {
		t.Errorf("%v", err)
	}
	if k.d.CanRead(t.Context(), k.to) {
		t.Error("it says that it can read")
	}
}

func TestPoster_TheRestGoesIntoTheThreadAndIsFoundThere(t *testing.T) {
	k := newPostroom(t)
	root := k.send(k.message("abcdefghij", "The first part."))
	second := k.message("bbcdefghij", "The second part.")
	second.Thread = root
	id := k.send(second)
	third := k.message("cbcdefghij", "The third part.")
	third.Thread = root
	k.send(third)
	if n := len(k.ada.Messages()); n != 1 {
		t.Errorf("%d messages in the channel", n)
	}
	found, err := k.d.Find(t.Context(), second, time.Now())
	if err != nil || len(found) != 1 || found[0] != id {
		t.Errorf("found %v, %v; want %s", found, err, id)
	}
	if err := k.d.Delete(t.Context(), k.to, root, id); err != nil {
		t.Error(err)
	}
	if found, err := k.d.Find(t.Context(), second, time.Now()); err != nil || len(found) != 0 {
		t.Errorf("after it was taken back: %v, %v", found, err)
	}
}

func TestPoster_WithoutTheRightToStartAThreadTheRestIsAReply(t *testing.T) {
	k := newPostroom(t)
	root := k.send(k.message("abcdefghij", "The first part."))
	k.ch.SetPermissions(k.s.Bot(), discordtest.BotPermissions&^discordtest.CreatePublicThreads)
	second := k.message("bbcdefghij", "The second part.")
	second.Thread = root
	k.send(second)
	if n := len(k.ada.Messages()); n != 2 {
		t.Errorf("%d messages in the channel", n)
	}
}

func TestPoster_AnEditKeepsTheMarkerAndOneOfADeletedMessageSaysSo(t *testing.T) {
	k := newPostroom(t)
	m := k.message("abcdefghij", "What was thought.")
	id := k.send(m)
	edit := k.message("abcdefghij", "What is known.")
	edit.Op, edit.Target = delivery.Edit, id
	if _, err := k.d.Send(t.Context(), edit); err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf("%+v", k.ada.Messages()[0].Seen())
	if !strings.Contains(text, "What is known") || !strings.Contains(text, "abcdefghij") {
		t.Error(text)
	}
	if err := k.d.Delete(t.Context(), k.to, "", id); err != nil {
		t.Fatal(err)
	}
	if _, err := k.d.Send(t.Context(), edit); classOf(err) != delivery.Gone {
		t.Errorf("%v", err)
	}
}

func TestPoster_EachFailureIsOfItsClass(t *testing.T) {
	for name, c := range map[string]struct {
		fault discordtest.Fault
		want  delivery.Class
	}{
		"502 not applied":     {discordtest.Fault{Kind: discordtest.StatusBefore}, delivery.Unsure},
		"502 applied":         {discordtest.Fault{Kind: discordtest.StatusAfter}, delivery.Unsure},
		"reset before":        {discordtest.Fault{Kind: discordtest.ResetBefore}, delivery.Unsure},
		"truncated":           {discordtest.Fault{Kind: discordtest.Truncated}, delivery.Unsure},
		"HTML":                {discordtest.Fault{Kind: discordtest.HTML, Status: http.StatusServiceUnavailable}, delivery.Unsure},
		"429":                 {discordtest.Fault{Kind: discordtest.RateLimited, RetryAfter: 2 * time.Second}, delivery.Limited},
		"429 of all":          {discordtest.Fault{Kind: discordtest.RateLimited, RetryAfter: 2 * time.Second, Global: true}, delivery.Limited},
		"429 as HTML":         {discordtest.Fault{Kind: discordtest.RateLimited, RetryAfter: 2 * time.Second, AsHTML: true}, delivery.Limited},
		"401":                 {discordtest.Fault{Kind: discordtest.ErrorCode, Status: 401}, delivery.Locked},
		"unknown channel":     {discordtest.Fault{Kind: discordtest.ErrorCode, Status: 404, Code: 10003}, delivery.Closed},
		"no access":           {discordtest.Fault{Kind: discordtest.ErrorCode, Status: 403, Code: 50001}, delivery.Closed},
		"no permission":       {discordtest.Fault{Kind: discordtest.ErrorCode, Status: 403, Code: 50013}, delivery.Closed},
		"a form body of ours": {discordtest.Fault{Kind: discordtest.ErrorCode, Status: 400, Code: 50035}, delivery.Faulty},
	} {
		t.Run(name, func(t *testing.T) {
			k := newPostroom(t)
			m := k.message("abcdefghij", "x")
			c.fault.Method, c.fault.Path = "POST", "/messages$"
			k.s.Fault(c.fault)
			_, err := k.d.Send(t.Context(), m)
			if got := classOf(err); got != c.want {
				t.Errorf("%s, want %s: %v", got, c.want, err)
			}
			var f *delivery.Failure
			if errors.As(err, &f) && c.want == delivery.Limited && (f.RetryAfter < time.Second || (f.Lane != "") != c.fault.Global) {
				t.Errorf("after %s, lane %q", f.RetryAfter, f.Lane)
			}
			if c.want == delivery.Closed && f.Advice == "" {
				t.Error("nobody is told what to do")
			}
		})
	}
	t.Run("not reached", func(t *testing.T) {
		k := newPostroom(t)
		m := k.message("abcdefghij", "x")
		d := adapter(t, k.s, func(o *discord.Options) { o.BaseURL = "http://127.0.0.1:1" })
		if _, err := d.Send(t.Context(), m); classOf(err) != delivery.Unreached {
			t.Error(err)
		}
	})
}

func TestPoster_MayPostAsksForBothRights(t *testing.T) {
	k := newPostroom(t)
	ada := briefings.Actor{Platform: discord.Platform, Workspace: k.to.Workspace, User: briefings.UserID(k.ada.Person().ID)}
	if err := k.d.MayPost(t.Context(), ada, k.to); err != nil {
		t.Fatal(err)
	}
	stranger := k.s.NewPerson("Mallory")
	if err := k.d.MayPost(t.Context(), briefings.Actor{Platform: discord.Platform, Workspace: k.to.Workspace, User: briefings.UserID(stranger.ID)}, k.to); !errors.Is(err, briefings.ErrDenied) {
		t.Errorf("a stranger: %v", err)
	}
	k.ch.SetPermissions(k.ada.Person(), discordtest.ViewChannel)
	if err := k.d.MayPost(t.Context(), ada, k.to); !errors.Is(err, briefings.ErrDenied) {
		t.Errorf("who may only look: %v", err)
	}
	k.ch.SetPermissions(k.ada.Person(), discordtest.MemberPermissions)
	k.guild.Silence(k.ada.Person(), time.Now().Add(time.Hour))
	if err := k.d.MayPost(t.Context(), ada, k.to); !errors.Is(err, briefings.ErrDenied) {
		t.Errorf("whom a moderator has silenced: %v", err)
	}
	k.guild.Silence(k.ada.Person(), time.Now().Add(-time.Hour))
	for _, in := range []bool{false, true} {
		var people []*discordtest.Person
		if in {
			people = append(people, k.ada.Person())
		}
		thread := k.guild.NewPrivateThread(k.ch, "in private", people...)
		err := k.d.MayPost(t.Context(), ada, delivery.Place{Platform: discord.Platform, Workspace: k.to.Workspace, Channel: thread.ID})
		if in && err != nil || !in && !errors.Is(err, briefings.ErrDenied) {
			t.Errorf("into a private thread, of which she is: %t: %v", in, err)
		}
	}
	k.ch.SetPermissions(k.s.Bot(), discordtest.ViewChannel)
	d := adapter(t, k.s)
	if err := d.MayPost(t.Context(), ada, k.to); !errors.Is(err, briefings.ErrDenied) || !strings.Contains(err.Error(), "Send Messages") {
		t.Errorf("where the bot may only look: %v", err)
	}
	direct := delivery.Place{Platform: discord.Platform, User: "1"}
	if err := d.MayPost(t.Context(), ada, direct); !errors.Is(err, briefings.ErrDenied) {
		t.Errorf("somebody else's direct messages: %v", err)
	}
}

func TestPoster_AChannelIsFoundByItsMentionInItsOwnServerAlone(t *testing.T) {
	k := newPostroom(t)
	ada := briefings.Actor{Platform: discord.Platform, Workspace: k.to.Workspace, User: briefings.UserID(k.ada.Person().ID)}
	for _, words := range []string{k.ch.ID, "<#" + k.ch.ID + ">"} {
		got, err := k.d.Channel(t.Context(), ada, words)
		if err != nil || got.Place != k.to || got.Name != "#"+k.ch.Name {
			t.Errorf("%q: %+v, %v", words, got, err)
		}
	}
	ada.Workspace = "1"
	for _, words := range []string{k.ch.ID, "#" + k.ch.Name, "123456789012345678"} {
		if got, err := k.d.Channel(t.Context(), ada, words); !errors.Is(err, briefings.ErrNotFound) {
			t.Errorf("%q: %+v, %v", words, got, err)
		}
	}
}

func TestRender_AChannelIsShownByItsNameAndAnotherPlatformsInWords(t *testing.T) {
	k := newPostroom(t)
	m := k.message("abcdefghij", "x")
	hostile := k.to
	hostile.Channel = "@everyone>"
	lead := bot.T("It goes to ").Room(k.to).Plain(", ").Room(delivery.Place{Platform: "slack", Workspace: "T1", Channel: "C1"}).Plain(" and ").Room(hostile)
	var err error
	if m.Body, err = k.d.Compose("book", &bot.Card{Title: "Digest", Lead: []bot.Text{lead}}); err != nil {
		t.Fatal(err)
	}
	k.send(m)
	seen := k.ada.Messages()[0]
	text, mentions := seen.Seen().Text, 0
	for _, f := range seen.Seen().Formats {
		if f.Kind == discordtest.Mention {
			mentions++
		}
	}
	if !strings.Contains(text, "It goes to #") || !strings.Contains(text, "the channel slack/T1/C1") || mentions != 1 || len(seen.Seen().Pings) > 0 {
		t.Errorf("%s, %+v", text, seen.Seen().Formats)
	}
}
