package slack

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
)

// event is something that happened, as far as it concerns us.
type event struct {
	Type   string `json:"type"`
	TeamID string `json:"team_id"`
	ID     string `json:"event_id"`
	Event  struct {
		Type        string `json:"type"`
		Subtype     string `json:"subtype"`
		User        string `json:"user"`
		Team        string `json:"team"`      // the author's, which may be
		UserTeam    string `json:"user_team"` // another in a channel that is shared
		BotID       string `json:"bot_id"`
		Text        string `json:"text"`
		Channel     string `json:"channel"`
		ChannelType string `json:"channel_type"`
		Timestamp   string `json:"ts"`
		Thread      string `json:"thread_ts"`
		Tab         string `json:"tab"`
		Tokens      struct {
			Bot []string `json:"bot"`
		} `json:"tokens"`
	} `json:"event"`
	// ContextTeamID and Authorizations say in which workspace the app has it, and
	// TeamID may be the home of a guest.
	ContextTeamID  string `json:"context_team_id"`
	Authorizations []struct {
		TeamID       string `json:"team_id"`
		EnterpriseID string `json:"enterprise_id"`
		UserID       string `json:"user_id"`
	} `json:"authorizations"`
}

// teams are the workspaces that Slack names, ours first.
func (e event) teams() []briefings.Workspace {
	var list []briefings.Workspace
	for _, a := range e.Authorizations {
		list = append(list, briefings.Workspace(a.TeamID), briefings.Workspace(a.EnterpriseID))
	}
	return append(list, briefings.Workspace(e.ContextTeamID), briefings.Workspace(e.TeamID))
}

// asks are the subtypes of messages that somebody writes. All others are about
// messages: that one was changed, deleted, or somebody joined.
var asks = []string{"", "file_share", "thread_broadcast", "me_message"}

// happened takes an event. What it does not know, it leaves alone.
func (s *Slack) happened(ctx context.Context, d delivery) {
	var e event
	if err := json.Unmarshal(d.body, &e); err != nil {
		s.log.Warn("an event that cannot be read", "err", err)
		return
	}
	w := d.app.workspace(e.teams()...)
	if w == nil {
		s.log.Warn("an event from a workspace that the config does not name", "workspace", e.teams(), "event", e.Event.Type)
		return
	}
	if id := e.key(); id != "" && !s.once.First(id) {
		s.log.Debug("an event came again", "event", id)
		return
	}
	switch in := e.Event; {
	case e.Type == "app_rate_limited":
		s.log.Warn("Slack holds events back: there were too many within an hour", "workspace", e.TeamID)
	case in.Type == "app_uninstalled":
		w.stop(&apiError{Code: "account_inactive"}, "the app has been uninstalled")
	case in.Type == "tokens_revoked" && slices.Contains(in.Tokens.Bot, w.user()):
		w.stop(&apiError{Code: "token_revoked"}, meaning("token_revoked"))
	case in.Type == "app_home_opened" && in.Tab != "messages":
		s.opened(ctx, e.place(w))
	case in.Type == "app_mention" && e.bySomeone(w):
		s.mentioned(ctx, w, e)
	case in.Type == "message" && (in.ChannelType == "im" || in.ChannelType == "" && direct(in.Channel)) && e.bySomeone(w) && slices.Contains(asks, in.Subtype):
		s.written(ctx, w, e)
	}
}

// bySomeone reports whether a person wrote it, and not a bot, which we may be.
func (e event) bySomeone(w *workspace) bool {
	in := e.Event
	return in.BotID == "" && in.User != "" && in.User != "USLACKBOT" && in.User != w.user()
}

// place is where the event was.
func (e event) place(w *workspace) place {
	in := e.Event
	return place{w: w, named: named(e.teams()), home: cmp.Or(in.UserTeam, in.Team), user: in.User, channel: in.Channel, thread: in.Thread}
}

// key is what makes the effect of an event come once; "" where it has nothing that
// tells it from others. The id alone would do for Slack itself.
func (e event) key() string {
	return strings.TrimSpace(e.ID + " " + e.Event.Channel + " " + e.Event.Timestamp)
}

// mentioned answers who mentions us in a channel: in the thread, before all what
// all may see, and otherwise to the person alone.
func (s *Slack) mentioned(ctx context.Context, w *workspace, e event) {
	me := w.user()
	if me == "" && len(e.Authorizations) > 0 {
		me = e.Authorizations[0].UserID
	}
	p := e.place(w)
	m := s.work(ctx, p, func(ctx context.Context) *message {
		there := p
		there.thread = cmp.Or(p.thread, e.Event.Timestamp)
		asked := s.said(p.team(), e, me)
		asked.Aloud = true
		return s.answer(ctx, there, "mention", asked)
	})
	s.tell(ctx, p, m)
}

// said is what somebody asks in a message.
func (s *Slack) said(team briefings.Workspace, e event, me string) bot.Request {
	said := addressed(e.Event.Text, me)
	text, accounts := transcribe(said)
	return bot.Request{Text: cmp.Or(s.bare(text), helpCommand), Accounts: accounts, Places: places(said, team), Event: e.key()}
}

// addressed is what somebody says to us, with Slack's markup: what stands behind our name, or where that
// is nothing, before it. Where our name is not there, the first that is there stands
// for it if nothing is before it.
func addressed(text, me string) string {
	before, after := text, ""
	for i, m := range references.FindAllStringSubmatchIndex(text, -1) {
		target := text[m[2]:m[3]]
		if !strings.HasPrefix(target, "@") {
			continue
		}
		if target == "@"+me || i == 0 && !strings.Contains(text, "<@"+me) && strings.TrimSpace(text[:m[0]]) == "" {
			before, after = text[:m[0]], text[m[1]:]
			break
		}
	}
	if after = strings.TrimLeft(after, " ,:"); words(after) != "" {
		return after
	}
	return before
}

// bare is a line without our own slash command, which people also type where Slack
// takes no commands.
func (s *Slack) bare(line string) string {
	n := len(s.opts.Command)
	if len(line) >= n && strings.EqualFold(line[:n], s.opts.Command) && (len(line) == n || line[n] == ' ') {
		return strings.TrimSpace(line[n:])
	}
	return line
}

// helpCommand is what somebody gets who says nothing but our name.
const helpCommand = "help"

// written answers a message in the person's conversation with us.
func (s *Slack) written(ctx context.Context, w *workspace, e event) {
	p := e.place(w)
	m := s.work(ctx, p, func(ctx context.Context) *message {
		book, err := s.book(ctx, p)
		if err == nil {
			var first bool
			if first, err = s.claim(ctx, book, e.key()); err == nil && !first {
				return nil
			}
		}
		if err != nil {
			m := s.sorry(p, err)
			return &m
		}
		return s.answer(ctx, p, "message", s.said(p.team(), e, w.user()))
	})
	s.tell(ctx, p, m)
}
