package slack

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/pages"
	"github.com/briefbot/briefbot/briefings"
)

// maxSkew is how far the clock of this machine may be from Slack's. Signatures
// are good for five minutes, and times in answers would be wrong by it.
const maxSkew = 5 * time.Second

// Examine asks Slack about all that the adapter needs, and returns what it found,
// in the order in which it matters. It changes nothing, and works beside a running
// bot.
func (s *Slack) Examine(ctx context.Context, _ []bot.Command) []bot.Finding {
	defer s.client.close()
	e := examination{s: s, ctx: ctx}
	e.address()
	for _, a := range s.apps {
		for _, w := range a.workspaces {
			e.workspace(w)
		}
		if s.opts.Mode == Socket && !e.away {
			e.socket(a)
		}
	}
	if s.opts.Mode == HTTP {
		e.listen()
	}
	return e.found
}

// examination is what has been found so far.
type examination struct {
	s       *Slack
	ctx     context.Context
	clocked bool
	away    bool // Slack does not answer, and that has been said
	found   []bot.Finding
}

func (e *examination) add(level bot.Level, subject, message, fix string) {
	e.found = append(e.found, bot.Finding{Level: level, Subject: subject, Message: message, Fix: fix})
}

// address warns where tokens would go over the network as they are.
func (e *examination) address() {
	u := e.s.client.root
	if u.Scheme != "http" {
		return
	}
	if ip := net.ParseIP(u.Hostname()); u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
		e.add(bot.Notice, "Address", "The tokens go to "+u.Host+" without encryption.", "Write base_url with https://, unless that network is your own.")
	}
}

// unanswered is what an error means to the operator.
func unanswered(err error) string {
	var e *apiError
	switch {
	case fatal(err):
		m := meaning(code(err))
		return strings.ToUpper(m[:1]) + m[1:] + "."
	case errors.As(err, &e) && e.Code == "" && e.Status == 0 && e.cause != nil:
		return fmt.Sprintf("Slack cannot be reached: %v.", e.cause)
	default:
		return err.Error() + "."
	}
}

// away reports whether Slack was not reached at all.
func away(err error) bool {
	var e *apiError
	return errors.As(err, &e) && e.Code == "" && e.Status == 0
}

// workspace looks at a bot token, what it may do, and the book of its workspace.
func (e *examination) workspace(w *workspace) {
	subject := "Slack token"
	if w.given != "" {
		subject += " of " + string(w.given)
	}
	var seen http.Header
	api := e.s.client.api(w.token, bot.Secret{}, slack.OptionOnResponseHeaders(func(_ string, h http.Header) { seen = h }))
	who, err := api.AuthTestContext(e.ctx)
	if err = explain(err); err != nil {
		e.away = away(err)
		fix := ""
		if e.away {
			fix = "See whether this machine can reach " + e.s.client.root.Scheme + "://" + e.s.client.root.Host + "."
		}
		if fatal(err) {
			fix = "Copy the Bot User OAuth Token (xoxb-…) from OAuth & Permissions, after installing the app."
		}
		e.add(bot.Problem, subject, unanswered(err), fix)
		return
	}
	if who.TeamID == "" && who.UserID == "" {
		e.add(bot.Problem, subject, "Slack does not say whose it is, as it does of a bot token.", "Copy the Bot User OAuth Token (xoxb-…) from OAuth & Permissions.")
		return
	}
	if w.given != "" && who.TeamID != "" && briefings.Workspace(who.TeamID) != w.given {
		e.add(bot.Problem, subject, fmt.Sprintf("It belongs to the workspace %s, and the config has it for %s.", who.TeamID, w.given), "Write the id and the token of one workspace together.")
		return
	}
	e.add(bot.Good, subject, fmt.Sprintf("It is the bot %s in %s.", pages.Line(cmp.Or(who.User, who.UserID)), pages.Line(cmp.Or(who.Team, who.TeamID))), "")
	e.clock(seen)
	e.scopes(subject, seen)
	team := briefings.Workspace(who.TeamID)
	book, err := e.s.opts.Book(e.ctx, team)
	subject = "Workspace " + pages.Line(cmp.Or(who.Team, who.TeamID))
	switch {
	case err == nil:
		e.add(bot.Good, subject, fmt.Sprintf("It is answered from the book %s.", book), "")
	case errors.Is(err, briefings.ErrNotFound):
		e.add(bot.Problem, subject, "It has no book.", fmt.Sprintf("Add [[slack.workspace]] with id = %q and a book to the config.", who.TeamID))
	default:
		e.add(bot.Problem, subject, "Its book cannot be looked up while the database fails.", "")
	}
}

// clock compares this machine's clock with Slack's, once.
func (e *examination) clock(seen http.Header) {
	theirs, err := http.ParseTime(seen.Get("Date"))
	if err != nil || e.clocked {
		return
	}
	e.clocked = true
	if skew := e.s.opts.Now().Sub(theirs).Abs(); skew > maxSkew {
		e.add(bot.Problem, "Clock", fmt.Sprintf("This machine's clock is %s away from Slack's.", skew.Round(time.Second)), "Set it, and keep it right with NTP.")
		return
	}
	e.add(bot.Good, "Clock", "It agrees with Slack's.", "")
}

// scopes looks whether the token has what the manifest asks for.
func (e *examination) scopes(subject string, seen http.Header) {
	granted := strings.FieldsFunc(seen.Get("X-Oauth-Scopes"), func(r rune) bool { return r == ',' || r == ' ' })
	if len(granted) == 0 {
		return // a stand-in for Slack does not say
	}
	var missing, why []string
	for _, scope := range Scopes() {
		if !slices.Contains(granted, scope.Name) {
			missing = append(missing, scope.Name)
			why = append(why, scope.Name+": "+scope.Reason)
		}
	}
	if len(missing) > 0 {
		e.add(bot.Problem, subject, "It lacks "+strings.Join(missing, ", ")+".", "Add the scopes under OAuth & Permissions, and install the app again ("+strings.Join(why, "; ")+").")
		return
	}
	e.add(bot.Good, subject, "It has every scope that is needed.", "")
}

// socket looks whether a connection could be opened. It opens none, since events
// of a running bot would come to it.
func (e *examination) socket(a *app) {
	_, _, err := e.s.client.api(bot.Secret{}, a.token).StartSocketModeContext(e.ctx)
	if err = explain(err); err != nil {
		fix := ""
		if fatal(err) || code(err) == "missing_scope" || code(err) == "not_allowed_token_type" {
			fix = "Make an app-level token with the scope connections:write under Basic Information, and see that Socket Mode is on."
		}
		e.add(bot.Problem, "Socket Mode", unanswered(err), fix)
		return
	}
	e.add(bot.Good, "Socket Mode", "Slack lets us connect.", "")
}

// listen looks whether the address can be listened on, or is by a running bot.
func (e *examination) listen() {
	l, err := new(net.ListenConfig).Listen(e.ctx, "tcp", e.s.opts.Listen)
	if err == nil {
		_ = l.Close()
		e.add(bot.Good, "HTTP", "It can listen on "+e.s.opts.Listen+".", "")
		return
	}
	e.add(bot.Notice, "HTTP", fmt.Sprintf("It cannot listen on %s: %v.", e.s.opts.Listen, err), "That is so while briefbot runs. Otherwise look at listen, below [slack].")
}
