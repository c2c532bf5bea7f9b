package slack

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/briefbot/briefbot/bot"
)

// TestRank_WhoIsOfTheWorkspaceOrItsOrganisationIsNotFromOutside.
func TestRank_WhoIsOfTheWorkspaceOrItsOrganisationIsNotFromOutside(t *testing.T) {
	alone, inOrg := []string{"T1", ""}, []string{"T1", "E1"}
	for name, c := range map[string]struct {
		r    rank
		ours []string
		home string
		want bool
	}{
		"a member":                                    {rank{teams: []string{"T1", ""}}, alone, "T1", false},
		"a member, and the event does not say":        {rank{teams: []string{"T1", ""}}, alone, "", false},
		"a guest":                                     {rank{teams: []string{"T1"}, guest: true}, alone, "T1", true},
		"of elsewhere":                                {rank{teams: []string{"T9", ""}}, alone, "T9", true},
		"of elsewhere, and the event says ours":       {rank{teams: []string{"T9"}}, alone, "T1", true},
		"a member, and the event says elsewhere":      {rank{teams: []string{"T1", ""}}, alone, "T9", true},
		"of another organisation":                     {rank{teams: []string{"T9", "E9", "T9"}}, inOrg, "T9", true},
		"of another workspace of the organisation":    {rank{teams: []string{"T2", "E1", "T2"}}, inOrg, "T2", false},
		"whose team is the organisation":              {rank{teams: []string{"E1", "E1", "T1", "T2"}}, inOrg, "T2", false},
		"in the workspace, by the organisation's ids": {rank{teams: []string{"E1", "E1", "T1"}}, alone, "E1", false},
		"not known, and the event says ours":          {rank{unknown: true}, alone, "T1", false},
		"not known, and the event says elsewhere":     {rank{unknown: true}, alone, "T9", true},
		"not known at all":                            {rank{unknown: true}, alone, "", true},
		"before Slack has said who we are":            {rank{teams: []string{"T1"}}, []string{"", ""}, "T1", true},
	} {
		if got := c.r.outside(c.ours, c.home); got != c.want {
			t.Errorf("%s: outside is %t", name, got)
		}
	}
}

// TestTranscribe_NamesWhomSlackNames: nobody else, and nobody for somebody else.
func TestTranscribe_NamesWhomSlackNames(t *testing.T) {
	type all = map[string]bot.AccountRef
	for in, want := range map[string]struct {
		text     string
		accounts all
	}{
		"who is <@U1|ann>":                         {"who is @ann", all{"@ann": {ID: "U1", Name: "ann"}}},
		"who is <@U1>":                             {"who is @U1", all{"@U1": {ID: "U1"}}},
		"<!subteam^S1|@desk> editor":               {"@desk editor", all{"@desk": {Group: true, ID: "S1", Name: "desk"}}},
		"<!subteam^S1> editor":                     {"@S1 editor", all{"@S1": {Group: true, ID: "S1"}}},
		"<@U1|ann> and <@U2|ann>":                  {"@ann and @U2", all{"@ann": {ID: "U1", Name: "ann"}, "@U2": {ID: "U2", Name: "ann"}}},
		"<@U1|ann> and <@U1|ann>":                  {"@ann and @ann", all{"@ann": {ID: "U1", Name: "ann"}}},
		"<@U1|a&amp;b>":                            {"@a&b", all{"@a&b": {ID: "U1", Name: "a&b"}}},
		"&lt;@U1|ann&gt; &lt;!subteam^S1&gt;":      {"<@U1|ann> <!subteam^S1>", nil},
		"&amp;lt;@U1&amp;gt;":                      {"&lt;@U1&gt;", nil},
		"@ann <!channel> <!here|here>":             {"@ann channel here", nil},
		"<@> <!subteam^> <#C1|desk> <https://a.b>": {"@ subteam^ #desk https://a.b", nil},
	} {
		text, accounts := transcribe(in)
		if diff := cmp.Diff(want.text, text); diff != "" {
			t.Errorf("%q (-want +got):\n%s", in, diff)
		}
		if diff := cmp.Diff(want.accounts, accounts); diff != "" {
			t.Errorf("%q names (-want +got):\n%s", in, diff)
		}
	}
}

// TestVerbOf_ACommandIsTheVerbOrTheGroupThatItIsCalledLike.
func TestVerbOf_ACommandIsTheVerbOrTheGroupThatItIsCalledLike(t *testing.T) {
	table := []bot.Command{{Name: "who"}, {Name: "book status"}, {Name: "book add"}, {Name: "as-of"}}
	for name, want := range map[string]string{
		"who": "who", "Who": "who", "book": "book", "book-status": "book status", "book_add": "book add", "as-of": "as-of",
		"status": "", "desk": "", "book-gone": "", "": "",
	} {
		if got := verbOf(table, name); got != want {
			t.Errorf("/%s means %q, want %q", name, got, want)
		}
	}
}
