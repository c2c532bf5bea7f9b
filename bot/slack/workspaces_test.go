package slack_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/slack"
	"github.com/briefbot/briefbot/bot/slack/slacktest"
	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/store"
)

// bookOf has every workspace answered from one book.
func bookOf(book briefings.BookID) func(context.Context, briefings.Workspace) (briefings.BookID, error) {
	return func(context.Context, briefings.Workspace) (briefings.BookID, error) { return book, nil }
}

func marshal(t *testing.T, v any) []byte {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// addBook adds a book to a store.
func addBook(t *testing.T, s *store.Store, id briefings.BookID) {
	t.Helper()
	_, err := s.Apply(t.Context(), id, briefings.Change{
		Actor: briefings.Actor{Platform: "test", User: "desk"}, Via: "test", At: time.Now(), Why: "to have one",
		Edits: []briefings.Edit{{Put: &briefings.Book{ID: id, Name: string(id), Zone: "UTC"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// houses are two workspaces of one app, each with a book called "book-" and its
// id, and a reader who is called the same in both.
type houses struct {
	server  *slacktest.Server
	teams   []*slacktest.Team
	readers []*slacktest.Client
	core    *counted
	running *running
}

func openHouses(t *testing.T, change ...func(*slack.Options)) *houses {
	t.Helper()
	h := &houses{server: server(t), core: &counted{Core: corpus()}}
	for _, name := range []string{"One", "Two"} {
		team := h.server.NewTeam(name)
		h.teams = append(h.teams, team)
		h.readers = append(h.readers, reader(team, team.NewChannel("desk", team.Bot()), "ann"))
	}
	stores := emptyStore(t)
	for _, team := range h.teams {
		addBook(t, stores, briefings.BookID("book-"+strings.ToLower(team.ID)))
	}
	h.running = start(t, h.server, h.teams[0], h.core, append([]func(*slack.Options){func(o *slack.Options) {
		o.Apps[0].Workspaces = nil
		for _, team := range h.teams {
			o.Apps[0].Workspaces = append(o.Apps[0].Workspaces, slack.Workspace{ID: briefings.Workspace(team.ID), Token: bot.NewSecret(team.BotToken())})
		}
		o.Inbound = stores
		o.Book = func(_ context.Context, w briefings.Workspace) (briefings.BookID, error) {
			return briefings.BookID("book-" + strings.ToLower(string(w))), nil
		}
	}}, change...)...)
	eventually(t, "both workspaces know who they are", func() bool {
		return h.running.log.has("workspace="+h.teams[0].ID) && h.running.log.has("workspace="+h.teams[1].ID)
	})
	return h
}

// asked fails the test unless what came last to the core is of the workspace.
func (h *houses) asked(t *testing.T, team *slacktest.Team, c *slacktest.Client) {
	t.Helper()
	r := h.core.Last()
	if want := briefings.BookID("book-" + strings.ToLower(team.ID)); r.Book != want {
		t.Errorf("%s was answered from %s", team.Name, r.Book)
	}
	want := briefings.Actor{Platform: slack.Platform, Workspace: briefings.Workspace(team.ID), User: briefings.UserID(c.Person().ID)}
	if r.Actor != want {
		t.Errorf("the actor is %v, want %v", r.Actor, want)
	}
}

// TestWorkspaces_EachIsAnsweredFromItsOwnBook: by whatever way it is asked.
func TestWorkspaces_EachIsAnsweredFromItsOwnBook(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, way func(*slack.Options)) {
		h := openHouses(t, way)
		for i, team := range h.teams {
			c := h.readers[i]
			echo(t, c, "by command")
			h.asked(t, team, c)
			m, err := message(c.Say("<@" + team.Bot().ID + "> aloud by-mention"))
			see(t, m, err, "by-mention")
			h.asked(t, team, c)
			m, err = message(c.Person().DM().Say("echo by-message"))
			see(t, m, err, "by-message")
			h.asked(t, team, c)
			m, err = message(c.Command("/brief", "card every-field"))
			m = see(t, m, err, "Every field")
			_, err = press(c, m, "The small card")
			see(t, m, err)
			h.asked(t, team, c)
			if _, err := c.OpenHome(); err != nil {
				t.Error(err)
			}
			h.asked(t, team, c)
		}
	})
}

// command is a slash command as Slack sends it, from a workspace.
func command(team, user, channel, text string) []byte {
	return []byte(url.Values{
		"command": {"/brief"}, "text": {text}, "team_id": {team}, "user_id": {user}, "user_name": {"ann"}, "channel_id": {channel},
		"api_app_id": {"A0SLACKTEST"}, "trigger_id": {"none"},
	}.Encode())
}

// TestWorkspaces_OneThatTheConfigDoesNotNameIsToldSo: an app may be installed
// where nobody has a book for, and there is none to be read there.
func TestWorkspaces_OneThatTheConfigDoesNotNameIsToldSo(t *testing.T) {
	t.Parallel()
	ask := func(t *testing.T, h *slacktest.Server, core *counted) {
		t.Helper()
		before := core.calls.Load()
		status, answer, err := h.Hooks().Forge(slacktest.Forgery{To: slacktest.Commands, Body: command("TSTRANGER", "USTRANGER", "CSTRANGER", "echo inside")})
		if err != nil || status != http.StatusOK {
			t.Fatalf("%d %q, %v", status, answer, err)
		}
		if !bytes.Contains(answer, []byte("not one that I answer in")) || bytes.Contains(answer, []byte("inside")) {
			t.Errorf("a stranger is told %q", answer)
		}
		if n := core.calls.Load() - before; n > 0 {
			t.Errorf("the core was asked from %q", core.Last().Book)
		}
	}
	atOnce(t, map[string]func(*testing.T){
		"OfSeveral": func(t *testing.T) {
			h := openHouses(t, overHTTP)
			ask(t, h.server, h.core)
		},
		"BesideOneThatIsNamed": func(t *testing.T) {
			s := server(t)
			team, _ := newsroom(s)
			core := &counted{Core: corpus()}
			start(t, s, team, core, overHTTP, func(o *slack.Options) { o.Apps[0].Workspaces[0].ID = briefings.Workspace(team.ID) })
			ask(t, s, core)
		},
	})
}

// TestWorkspaces_AnEventOfAnUnknownOneHasNoEffect.
func TestWorkspaces_AnEventOfAnUnknownOneHasNoEffect(t *testing.T) {
	t.Parallel()
	h := openHouses(t, overHTTP)
	for _, event := range []map[string]any{
		{"type": "app_mention", "user": "USTRANGER", "channel": h.readers[0].Channel().ID, "text": "<@U1> aloud inside", "ts": "1.2"},
		{"type": "message", "channel_type": "im", "user": h.readers[0].Person().ID, "channel": "D1", "text": "echo inside", "ts": "1.3"},
		{"type": "app_home_opened", "tab": "home", "user": h.readers[0].Person().ID},
		{"type": "app_uninstalled"},
		{"type": "tokens_revoked", "tokens": map[string]any{"bot": []any{h.teams[0].Bot().ID, h.teams[1].Bot().ID}}},
	} {
		body := marshal(t, map[string]any{"type": "event_callback", "team_id": "TSTRANGER", "event_id": "Ev" + event["type"].(string), "event": event})
		if status, answer, err := h.server.Hooks().Forge(slacktest.Forgery{To: slacktest.Events, Body: body}); err != nil || status != http.StatusOK {
			t.Errorf("%v: %d %q, %v", event["type"], status, answer, err)
		}
	}
	if status, _, err := h.server.Hooks().Forge(slacktest.Forgery{To: slacktest.Interactivity, Body: payload(map[string]any{
		"type": "block_actions", "team": map[string]any{"id": "TSTRANGER"}, "user": map[string]any{"id": "USTRANGER"}, "actions": []any{map[string]any{"action_id": "x.0"}},
	})}); err != nil || status != http.StatusOK {
		t.Errorf("an action: %d, %v", status, err)
	}
	for _, c := range h.readers {
		echo(t, c, "next")
		m, err := message(c.Say("<@" + c.Person().Team().Bot().ID + "> aloud next-too"))
		see(t, m, err, "next-too")
	}
	if n := h.core.calls.Load(); n != 4 {
		t.Errorf("the core was asked %d times, want 4", n)
	}
}

// TestWorkspaces_CrossedTokensAreNoticed: an answer would otherwise be written
// into the wrong workspace.
func TestWorkspaces_CrossedTokensAreNoticed(t *testing.T) {
	t.Parallel()
	s := server(t)
	one, two := s.NewTeam("One"), s.NewTeam("Two")
	core := corpus()
	r := launch(t, s, one, core, func(o *slack.Options) {
		o.Apps[0].Workspaces = []slack.Workspace{
			{ID: briefings.Workspace(one.ID), Token: bot.NewSecret(two.BotToken())},
			{ID: briefings.Workspace(two.ID), Token: bot.NewSecret(one.BotToken())},
		}
	})
	eventually(t, "it is logged of both", func() bool {
		return r.log.has("the token belongs to the workspace "+two.ID+", and the config has it for "+one.ID) &&
			r.log.has("the token belongs to the workspace "+one.ID+", and the config has it for "+two.ID)
	})
	if !s.Socket().WaitConnections(2, patience) {
		t.Fatal("the adapter does not connect")
	}
	ann := reader(one, one.NewChannel("desk", one.Bot()), "ann")
	_, _ = ann.Command("/brief", "aloud here") // nothing can be posted, and that is said
	for _, r := range s.Requests() {
		if r.API != "auth.test" && r.API != "apps.connections.open" && r.API != "" {
			t.Errorf("%s was called", r.API)
		}
	}
}

// TestWorkspaces_TwoAppsEachOpenTheirOwn: over sockets.
func TestWorkspaces_TwoAppsEachOpenTheirOwn(t *testing.T) {
	t.Parallel()
	core := &counted{Core: corpus()}
	a := openTwoApps(t, core)
	for i, s := range a.servers {
		if !s.Socket().WaitConnections(2, patience) {
			t.Fatal("the adapter does not connect")
		}
		eventually(t, "it knows who it is", func() bool { return a.running.log.has("workspace=" + a.teams[i].ID) })
	}
	for i, c := range a.readers {
		echo(t, c, "hello")
		if r := core.Last(); r.Book != briefings.BookID("book-"+a.teams[i].ID) || r.Actor.Workspace != briefings.Workspace(a.teams[i].ID) {
			t.Errorf("%s was answered from %s, for %v", a.teams[i].ID, r.Book, r.Actor)
		}
		echo(t, c, "again")
	}
}
