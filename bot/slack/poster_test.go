package slack_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/slack"
	"github.com/briefbot/briefbot/bot/slack/slacktest"
	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
)

// postroom is a workspace with a channel, somebody in it, and an adapter that posts.
type postroom struct {
	t *testing.T
	*office
	to delivery.Place
}

func newPostroom(t *testing.T) *postroom {
	t.Helper()
	t.Parallel()
	o := openOffice(t, corpus())
	var scopes []string
	for _, s := range slack.Scopes() {
		scopes = append(scopes, s.Name)
	}
	o.team.SetScopes(scopes...) // what the manifest asks for is enough, and all
	return &postroom{t, o, delivery.Place{Platform: slack.Platform, Workspace: briefings.Workspace(o.team.ID), Channel: o.desk.ID}}
}

func (k *postroom) message(id, lead string) delivery.Message {
	k.t.Helper()
	body, err := k.running.Compose("book", &bot.Card{Title: "The morning", Lead: []bot.Text{bot.T(lead)}})
	if err != nil {
		k.t.Fatal(err)
	}
	return delivery.Message{ID: delivery.ID(id), To: k.to, Op: delivery.Post, Body: body, Marker: delivery.MarkerOf(delivery.ID(id), 12)}
}

func (k *postroom) send(m delivery.Message) string {
	k.t.Helper()
	for {
		id, err := k.running.Send(k.t.Context(), m)
		var f *delivery.Failure
		if errors.As(err, &f) && f.Class == delivery.Limited {
			time.Sleep(f.RetryAfter)
			continue
		}
		if err != nil {
			k.t.Fatal(err)
		}
		return id
	}
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
	m := k.message("abcdefghij", "Something is new. <!channel> <@U1> {{.}} & ")
	m.Note = "due 09:00, posted 10:42 *x*"
	k.send(m)
	seen := k.ann.Messages()
	if len(seen) != 1 {
		t.Fatalf("%d messages", len(seen))
	}
	text := fmt.Sprintf("%+v", seen[0].Seen())
	for _, want := range []string{"Something is new", "edition 12 · abcdefghij", "due 09:00, posted 10:42"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in %s", want, text)
		}
	}
	if err := inertIn(seen[0].Seen()); err != nil {
		t.Error(err)
	}
}

func TestPoster_ACardThatIsTooMuchForOneMessageIsRefused(t *testing.T) {
	k := newPostroom(t)
	_, err := k.running.Compose("book", &bot.Card{Title: "x", Lead: []bot.Text{bot.T(strings.Repeat("Some words of it. ", 1000))}})
	if !errors.Is(err, bot.ErrTooLong) {
		t.Error(err)
	}
}

func TestPoster_WhatMayHaveBeenPostedIsFound(t *testing.T) {
	k := newPostroom(t)
	since := time.Now()
	m := k.message("abcdefghij", "Once.")
	k.server.Fault(slacktest.Fault{Path: "chat.postMessage$", Kind: slacktest.ResetAfter})
	if _, err := k.running.Send(t.Context(), m); classOf(err) != delivery.Unsure {
		t.Fatalf("a reset after it was applied: %v", err)
	}
	found, err := k.running.Find(t.Context(), m, since)
	if err != nil || len(found) != 1 || len(k.ann.Messages()) != 1 {
		t.Errorf("found %v, %v", found, err)
	}
	other := m
	other.ID = "zzzzzzzzzz"
	if found, err := k.running.Find(t.Context(), other, since); err != nil || len(found) != 0 {
		t.Errorf("another is found: %v, %v", found, err)
	}
}

func TestPoster_FindReadsTheHistoryToItsEnd(t *testing.T) {
	k := newPostroom(t)
	since := time.Now()
	m := k.message("abcdefghij", "This one.")
	want := k.send(m)
	for range 230 {
		if _, err := k.ann.Post("something else"); err != nil {
			t.Fatal(err)
		}
	}
	found, err := k.running.Find(t.Context(), m, since)
	if err != nil || len(found) != 1 || found[0] != want {
		t.Errorf("found %v, %v; want %s", found, err, want)
	}
}

func TestPoster_HistoryIsNotTrustedWhereItMayNotBeRead(t *testing.T) {
	k := newPostroom(t)
	m := k.message("abcdefghij", "This one.")
	k.send(m)
	k.desk.Kick(k.team.Bot())
	if _, err := k.running.Find(t.Context(), m, time.Now()); classOf(err) != delivery.Unreadable {
		t.Errorf("where it is not a member: %v", err)
	}
	if k.running.CanRead(t.Context(), k.to) {
		t.Error("it says that it can read")
	}
	if _, err := k.running.Send(t.Context(), m); classOf(err) != delivery.Closed {
		t.Errorf("and it posts: %v", err)
	}
}

func TestPoster_TheRestGoesIntoTheThreadAndIsFoundThere(t *testing.T) {
	k := newPostroom(t)
	root := k.send(k.message("abcdefghij", "The first part."))
	second := k.message("bbcdefghij", "The second part.")
	second.Thread = root
	id := k.send(second)
	found, err := k.running.Find(t.Context(), second, time.Now())
	if err != nil || len(found) != 1 || found[0] != id {
		t.Errorf("found %v, %v; want %s", found, err, id)
	}
	if err := k.running.Delete(t.Context(), k.to, root, id); err != nil {
		t.Error(err)
	}
	if found, err := k.running.Find(t.Context(), second, time.Now()); err != nil || len(found) != 0 {
		t.Errorf("after it was taken back: %v, %v", found, err)
	}
}

func TestPoster_AnEditKeepsTheMarkerAndOneOfADeletedMessageSaysSo(t *testing.T) {
	k := newPostroom(t)
	m := k.message("abcdefghij", "What was thought.")
	id := k.send(m)
	edit := k.message("abcdefghij", "What is known.")
	edit.Op, edit.Target = delivery.Edit, id
	k.send(edit)
	text := fmt.Sprintf("%+v", k.ann.Messages()[0].Seen())
	if !strings.Contains(text, "What is known") || !strings.Contains(text, "abcdefghij") {
		t.Error(text)
	}
	if found, err := k.running.Find(t.Context(), m, time.Now()); err != nil || len(found) != 1 {
		t.Errorf("found %v, %v", found, err)
	}
	if err := k.running.Delete(t.Context(), k.to, "", id); err != nil {
		t.Fatal(err)
	}
	if _, err := k.running.Send(t.Context(), edit); classOf(err) != delivery.Gone {
		t.Errorf("%v", err)
	}
}

func TestPoster_DirectMessagesReachAPersonAndAreFound(t *testing.T) {
	k := newPostroom(t)
	m := k.message("abcdefghij", "For you.")
	m.To = delivery.Direct(account(k.ann.Person()))
	id := k.send(m)
	if n := len(k.ann.Person().DM().Messages()); n != 1 {
		t.Errorf("%d messages to them", n)
	}
	found, err := k.running.Find(t.Context(), m, time.Now())
	if err != nil || len(found) != 1 || found[0] != id {
		t.Errorf("found %v, %v", found, err)
	}
}

func TestPoster_EachFailureIsOfItsClass(t *testing.T) {
	for name, c := range map[string]struct {
		fault slacktest.Fault
		want  delivery.Class
	}{
		"502 not applied":      {slacktest.Fault{Kind: slacktest.StatusBefore}, delivery.Unsure},
		"502 applied":          {slacktest.Fault{Kind: slacktest.StatusAfter}, delivery.Unsure},
		"reset before":         {slacktest.Fault{Kind: slacktest.ResetBefore}, delivery.Unsure},
		"truncated":            {slacktest.Fault{Kind: slacktest.Truncated}, delivery.Unsure},
		"HTML":                 {slacktest.Fault{Kind: slacktest.HTML, Status: http.StatusServiceUnavailable}, delivery.Unsure},
		"internal_error":       {slacktest.Fault{Kind: slacktest.ErrorCode, Code: "internal_error"}, delivery.Unsure},
		"fatal_error, applied": {slacktest.Fault{Kind: slacktest.ErrorAfter, Code: "fatal_error"}, delivery.Unsure},
		"429":                  {slacktest.Fault{Kind: slacktest.RateLimited, RetryAfter: 2 * time.Second}, delivery.Limited},
		"ratelimited":          {slacktest.Fault{Kind: slacktest.ErrorCode, Code: "ratelimited"}, delivery.Limited},
		"service_unavailable":  {slacktest.Fault{Kind: slacktest.ErrorCode, Code: "service_unavailable"}, delivery.Unsure},
		"token_revoked":        {slacktest.Fault{Kind: slacktest.ErrorCode, Code: "token_revoked"}, delivery.Locked},
		"channel_not_found":    {slacktest.Fault{Kind: slacktest.ErrorCode, Code: "channel_not_found"}, delivery.Closed},
		"is_archived":          {slacktest.Fault{Kind: slacktest.ErrorCode, Code: "is_archived"}, delivery.Closed},
		"restricted_action":    {slacktest.Fault{Kind: slacktest.ErrorCode, Code: "restricted_action"}, delivery.Closed},
		"invalid_blocks":       {slacktest.Fault{Kind: slacktest.ErrorCode, Code: "invalid_blocks"}, delivery.Faulty},
	} {
		t.Run(name, func(t *testing.T) {
			k := newPostroom(t)
			m := k.message("abcdefghij", "x")
			c.fault.Path = "chat.postMessage$"
			k.server.Fault(c.fault)
			_, err := k.running.Send(t.Context(), m)
			if got := classOf(err); got != c.want {
				t.Errorf("%s, want %s: %v", got, c.want, err)
			}
			var f *delivery.Failure
			if errors.As(err, &f) && c.want == delivery.Closed && f.Advice == "" {
				t.Error("nobody is told what to do")
			}
		})
	}
}

func TestPoster_MayPostAsksForBoth(t *testing.T) {
	k := newPostroom(t)
	if err := k.running.MayPost(t.Context(), account(k.ann.Person()), k.to); err != nil {
		t.Fatal(err)
	}
	stranger := k.team.NewPerson("mallory")
	if err := k.running.MayPost(t.Context(), account(stranger), k.to); !errors.Is(err, briefings.ErrDenied) {
		t.Errorf("who is not in the channel: %v", err)
	}
	secret := k.team.NewPrivateChannel("secret", k.ann.Person())
	elsewhere := k.to
	elsewhere.Channel = secret.ID
	if err := k.running.MayPost(t.Context(), account(k.ann.Person()), elsewhere); !errors.Is(err, briefings.ErrDenied) || !strings.Contains(err.Error(), "/invite") {
		t.Errorf("where the bot is not: %v", err)
	}
	open := k.team.NewChannel("open", k.ann.Person())
	elsewhere.Channel = open.ID
	if err := k.running.MayPost(t.Context(), account(k.ann.Person()), elsewhere); !errors.Is(err, briefings.ErrDenied) || !strings.Contains(err.Error(), "/invite") {
		t.Errorf("where the bot is not: %v", err)
	}
}

func TestPoster_AChannelIsFoundByItsNameAndItsID(t *testing.T) {
	k := newPostroom(t)
	for _, words := range []string{"#desk", "desk", k.desk.ID, "#" + k.desk.ID} {
		got, err := k.running.Channel(t.Context(), account(k.ann.Person()), words)
		if err != nil || got.Place != k.to || got.Name != "#desk" {
			t.Errorf("%q: %+v, %v", words, got, err)
		}
	}
	for _, words := range []string{"#nowhere", "C0NOWHERE1"} {
		if got, err := k.running.Channel(t.Context(), account(k.ann.Person()), words); !errors.Is(err, briefings.ErrNotFound) {
			t.Errorf("%q: %+v, %v", words, got, err)
		}
	}
}

func TestPoster_DirectMessagesAreEditedFoundAndAnsweredInTheirThread(t *testing.T) {
	k := newPostroom(t)
	since := time.Now()
	k.to = delivery.Direct(account(k.ann.Person()))
	m := k.message("abcdefghij", "For you.")
	id := k.send(m)
	edit := k.message("bbcdefghij", "For you, corrected.")
	edit.Op, edit.Target, edit.Marker = delivery.Edit, id, m.Marker
	k.send(edit)
	word := k.message("cbcdefghij", "A correction.")
	word.Thread = id
	k.send(word)
	dm := k.ann.Person().DM().Messages()
	if len(dm) != 2 || !strings.Contains(dm[0].Seen().Text, "For you, corrected.") || dm[1].ThreadTS != id {
		t.Errorf("the conversation: %+v", dm)
	}
	for _, m := range []delivery.Message{m, word} {
		if found, err := k.running.Find(t.Context(), m, since); err != nil || len(found) != 1 {
			t.Errorf("%s is found as %v, %v", m.ID, found, err)
		}
	}
	if err := k.running.Delete(t.Context(), k.to, "", id); err != nil {
		t.Error(err)
	}
}

func TestRender_AChannelIsShownByItsNameAndAnotherPlatformsInWords(t *testing.T) {
	k := newPostroom(t)
	m := k.message("abcdefghij", "x")
	hostile := k.to
	hostile.Channel = "!channel>"
	lead := bot.T("It goes to ").Room(k.to).Plain(", ").Room(delivery.Place{Platform: "discord", Workspace: "1", Channel: "2"}).Plain(" and ").Room(hostile)
	var err error
	if m.Body, err = k.running.Compose("book", &bot.Card{Title: "Digest", Lead: []bot.Text{lead}}); err != nil {
		t.Fatal(err)
	}
	k.send(m)
	seen := k.ann.Messages()[0].Seen()
	if !strings.Contains(seen.Text, "It goes to #desk, the channel discord/1/2 and the channel slack/") {
		t.Error(seen.Text)
	}
	if err := inertIn(seen, slacktest.Mention); err != nil || len(seen.Formats) != 1 {
		t.Errorf("%v, %+v", err, seen.Formats)
	}
}

// TestPoster_BeforeSlackHasSaidWhoWeAreNothingIsGivenUp: a start posts what was missed at
// once, and which workspace a token is of Slack says a moment later.
func TestPoster_BeforeSlackHasSaidWhoWeAreNothingIsGivenUp(t *testing.T) {
	for id, want := range map[briefings.Workspace]delivery.Class{"": delivery.Unreached, "T2": delivery.Closed} {
		s, err := slack.New(slack.Options{
			Mode: slack.HTTP, Listen: "127.0.0.1:0", BaseURL: "http://127.0.0.1:1", Now: time.Now,
			Apps:   []slack.App{{SigningSecret: bot.NewSecret(secret), Workspaces: []slack.Workspace{{ID: id, Token: bot.NewSecret(botToken)}}}},
			Book:   func(context.Context, briefings.Workspace) (briefings.BookID, error) { return "book", nil },
			Offers: bot.NewOffers(nil, nil), Inbound: bookStore(t),
		})
		if err != nil {
			t.Fatal(err)
		}
		m := delivery.Message{ID: "abcdefghij", To: delivery.Place{Platform: slack.Platform, Workspace: "T1", Channel: "C1"}, Op: delivery.Post}
		if _, err := s.Send(t.Context(), m); classOf(err) != want {
			t.Errorf("of %q: %v, want %s", id, err, want)
		}
		if _, err := s.Find(t.Context(), m, time.Now()); classOf(err) != want {
			t.Errorf("of %q it is looked for: %v, want %s", id, err, want)
		}
	}
}
