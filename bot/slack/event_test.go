package slack

import (
	"log/slog"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
)

// TestWorkspace_IsTheOneInWhichTheAppIsInstalled: Slack may name the home of a
// guest first.
func TestWorkspace_IsTheOneInWhichTheAppIsInstalled(t *testing.T) {
	c, err := newClient("")
	if err != nil {
		t.Fatal(err)
	}
	named := func(id briefings.Workspace) *workspace {
		return newWorkspace(Workspace{ID: id, Token: bot.NewSecret("x")}, c, slog.New(slog.DiscardHandler), time.Now)
	}
	one, two, unknown := named("T1"), named("T2"), named("")
	both, only, asking := &app{workspaces: []*workspace{one, two}}, &app{workspaces: []*workspace{one}}, &app{workspaces: []*workspace{unknown}}
	for name, x := range map[string]struct{ got, want *workspace }{
		"ours before the guest's":                {both.workspace("T1", "", "T9"), one},
		"by the organisation":                    {both.workspace("T9", "T2"), two},
		"another's":                              {both.workspace("T9"), nil},
		"nobody says, of two":                    {both.workspace("", ""), nil},
		"nobody says, of one":                    {only.workspace(""), one},
		"another's, of one":                      {only.workspace("T9"), nil},
		"as long as Slack has not said":          {asking.workspace("T9"), unknown},
		"what a guest presses, of one":           {only.shown("T9"), one},
		"what a guest presses, of two":           {both.shown("T9"), nil},
		"what is opened in ours, seen elsewhere": {both.shown("T2", "T1"), two},
	} {
		if x.got != x.want {
			t.Errorf("%s: not the workspace that it is", name)
		}
	}
	e := event{TeamID: "T9", ContextTeamID: "T8"}
	e.Authorizations = append(e.Authorizations, struct {
		TeamID       string `json:"team_id"`
		EnterpriseID string `json:"enterprise_id"`
		UserID       string `json:"user_id"`
	}{TeamID: "T1"})
	if both.workspace(e.teams()...) != one {
		t.Error("a mention by a guest is not of the channel's workspace")
	}
}

// TestAddressed_IsWhatStandsBehindOurName.
func TestAddressed_IsWhatStandsBehindOurName(t *testing.T) {
	s := &Slack{opts: Options{Command: "/brief"}}
	for text, want := range map[string]string{
		"<@U1> status talks":                "status talks",
		"<@U1>: who is Witkoff?":            "who is Witkoff?",
		"so, <@U1>, who leads?":             "who leads?",
		"who is Witkoff, <@U1>":             "who is Witkoff,",
		"<@U1>":                             "",
		"<@UOLD> who Witkoff":               "who Witkoff", // another id of ours
		"<@U2> said so, <@U1> who is that?": "who is that?",
		"<@U1> /brief status talks":         "status talks",
		"/brief":                            "",
		"/briefing":                         "/briefing",
		"who is <@U2|ann>":                  "who is @ann",
		"<#C1|desk> &amp; <https://a.example|a> &lt;b&gt;": "#desk & a <b>",
		"who <b>":  "who <b>",
		"a &lt; b": "a < b",
	} {
		if got := s.bare(words(addressed(text, "U1"))); got != want {
			t.Errorf("%q asks %q, want %q", text, got, want)
		}
	}
}
