package slack_test

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/slack"
	"github.com/briefbot/briefbot/bot/slack/slacktest"
	"github.com/briefbot/briefbot/briefings"
)

// findings are what Examine found, a line each.
type findings []string

func examine(t *testing.T, s *slacktest.Server, team *slacktest.Team, change ...func(*slack.Options)) findings {
	t.Helper()
	a, _ := adapter(t, s, team, change...)
	var lines findings
	for _, f := range a.Examine(t.Context(), corpus().Commands()) {
		line := fmt.Sprintf("%s %s: %s %s", f.Level, f.Subject, f.Message, f.Fix)
		if strings.Contains(line, "canary") {
			t.Errorf("a secret is in %q", line)
		}
		if f.Level == bot.Problem && f.Fix == "" && !strings.Contains(line, "answered") && !strings.Contains(line, "reached") && !strings.Contains(line, "database") {
			t.Errorf("there is no way out of %q", line)
		}
		lines = append(lines, line)
	}
	return lines
}

// has fails the test unless a line begins with the one words and has the others.
func (l findings) has(t *testing.T, begin string, words ...string) {
	t.Helper()
	for _, line := range l {
		if strings.HasPrefix(line, begin) && !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(line, w) }) {
			return
		}
	}
	t.Errorf("%q with %q is not in\n%s", begin, words, strings.Join(l, "\n"))
}

// problems counts what is wrong.
func (l findings) problems() int {
	n := 0
	for _, line := range l {
		if strings.HasPrefix(line, "PROBLEM") {
			n++
		}
	}
	return n
}

func TestExamine_FindsNothingWhereAllIsWellAndChangesNothing(t *testing.T) {
	t.Parallel()
	s := server(t)
	team, _ := newsroom(s)
	for _, way := range []func(*slack.Options){overSockets, overHTTP, func(o *slack.Options) { o.Apps[0].Workspaces[0].ID = briefings.Workspace(team.ID) }} {
		found := examine(t, s, team, way)
		if n := found.problems(); n > 0 {
			t.Errorf("%d problems:\n%s", n, strings.Join(found, "\n"))
		}
		found.has(t, "ok Slack token", "It is the bot briefbot in Newsroom.")
		found.has(t, "ok Slack token", "every scope")
		found.has(t, "ok Clock")
		found.has(t, "ok Workspace Newsroom", "the book book")
	}
	examine(t, s, team).has(t, "ok Socket Mode")
	examine(t, s, team, overHTTP).has(t, "ok HTTP", "127.0.0.1:0")
	for _, r := range s.Requests() {
		if r.API != "auth.test" && r.API != "apps.connections.open" {
			t.Errorf("it called %s", r.API)
		}
	}
	if n := s.Socket().Served(); n > 0 {
		t.Errorf("it connected %d times, and would take events from a running bot", n)
	}
}

func TestExamine_WorksBesideARunningBot(t *testing.T) {
	t.Parallel()
	o := openOffice(t, corpus(), overHTTP)
	found := examine(t, o.server, o.team, overHTTP, func(q *slack.Options) { q.Listen = o.running.Address() })
	found.has(t, "note HTTP", "cannot listen on "+o.running.Address(), "while briefbot runs")
	if found.problems() > 0 {
		t.Errorf("problems:\n%s", strings.Join(found, "\n"))
	}
	echo(t, o.ann, "next")
}

func TestExamine_NamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	s := server(t, func(o *slacktest.Options) { o.NoRateLimits = true }) // it is looked at more often than Slack allows
	team, _ := newsroom(s)
	other := s.NewTeam("Others")
	look := func(change func(*slack.Options)) findings { t.Helper(); return examine(t, s, team, change) }
	token := func(value string) func(*slack.Options) {
		return func(o *slack.Options) { o.Apps[0].Workspaces[0].Token = bot.NewSecret(value) }
	}

	look(token("xoxb-canary-wrong")).has(t, "PROBLEM Slack token", "Slack does not know the token.", "Bot User OAuth Token", "xoxb-")
	look(token(appToken)).has(t, "PROBLEM Slack token")
	look(func(o *slack.Options) { o.Apps[0].Workspaces[0].ID = briefings.Workspace(other.ID) }).
		has(t, "PROBLEM Slack token of "+other.ID, "belongs to the workspace "+team.ID, "for "+other.ID)
	look(func(o *slack.Options) {
		o.Apps[0].Workspaces[0].ID, o.Apps[0].Workspaces[0].Token = briefings.Workspace(other.ID), bot.NewSecret(other.BotToken())
	}).
		has(t, "ok Slack token of "+other.ID, "in Others")

	for _, scope := range slack.Scopes() {
		team.SetScopes(without(scope.Name)...)
		found := look(overSockets)
		found.has(t, "PROBLEM Slack token", "It lacks "+scope.Name+".", scope.Reason, "install the app again")
		if n := found.problems(); n != 1 {
			t.Errorf("without %s: %d problems", scope.Name, n)
		}
	}
	team.SetScopes("commands")
	look(overSockets).has(t, "PROBLEM Slack token", "It lacks chat:write, app_mentions:read, im:history, channels:history, groups:history, channels:read, groups:read, im:write, users:read, files:read, files:write, usergroups:read.")
	team.SetScopes(without()...)

	for _, skew := range []time.Duration{-time.Hour, time.Hour} {
		look(func(o *slack.Options) { o.Now = func() time.Time { return time.Now().Add(skew) } }).has(t, "PROBLEM Clock", "away from Slack's", "NTP")
	}
	look(func(o *slack.Options) {
		o.Book = func(context.Context, briefings.Workspace) (briefings.BookID, error) {
			return "", briefings.Errorf(briefings.ErrNotFound, "It has no book.")
		}
	}).has(t, "PROBLEM Workspace Newsroom: It has no book.", "[[slack.workspace]]", team.ID)
	look(func(o *slack.Options) {
		o.Book = func(context.Context, briefings.Workspace) (briefings.BookID, error) {
			return "", fmt.Errorf("open /srv/hidden: %w", context.DeadlineExceeded)
		}
	}).has(t, "PROBLEM Workspace Newsroom", "database")

	look(func(o *slack.Options) { o.Apps[0].Token = bot.NewSecret("xapp-canary-wrong") }).
		has(t, "PROBLEM Socket Mode: Slack does not know the token.", "app-level token", "connections:write")
	s.Socket().RefuseOpen("missing_scope", -1)
	look(overSockets).has(t, "PROBLEM Socket Mode", "missing_scope", "connections:write")
	s.Socket().RefuseOpen("", 0)

	look(func(o *slack.Options) { o.BaseURL = "http://127.0.0.1:1" }).has(t, "PROBLEM Slack token: Slack cannot be reached")
	look(func(o *slack.Options) { o.BaseURL = "http://slack.invalid" }).has(t, "note Address: The tokens go to slack.invalid without encryption.")
	s.Fault(slacktest.Fault{Path: "auth.test$", Kind: slacktest.HTML, Status: 503})
	look(overSockets).has(t, "PROBLEM Slack token", "Slack answered 503")
	team.Revoke()
	look(overSockets).has(t, "PROBLEM Slack token", "The token has been revoked.")
	team.Restore()
	team.Deactivate()
	look(overSockets).has(t, "PROBLEM Slack token", "removed from the workspace")
}

// TestExamine_ATokenInThePlaceOfAnotherIsNoticed: they look alike to people.
func TestExamine_ATokenInThePlaceOfAnotherIsNoticed(t *testing.T) {
	t.Parallel()
	s := server(t)
	team, _ := newsroom(s)
	found := examine(t, s, team, func(o *slack.Options) { o.Apps[0].Token = bot.NewSecret(team.BotToken()) })
	found.has(t, "PROBLEM Socket Mode", "app-level token")
	if v := s.Violations(); len(v) == 0 { // that is what was made here
		t.Error("the stand-in did not notice")
	}
}

func TestExamine_AnAddressThatSomebodyElseHasIsSaid(t *testing.T) {
	t.Parallel()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	s := server(t)
	team, _ := newsroom(s)
	examine(t, s, team, overHTTP, func(o *slack.Options) { o.Listen = l.Addr().String() }).has(t, "note HTTP", l.Addr().String())
}
