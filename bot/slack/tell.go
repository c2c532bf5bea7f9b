package slack

import (
	"context"
	"fmt"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/pages"
	"github.com/briefbot/briefbot/briefings"
)

var _ bot.Teller = (*Slack)(nil)

// Tell writes to somebody in their conversation with the bot. The error has a sentence
// where Slack does not let them be written to.
func (s *Slack) Tell(ctx context.Context, book briefings.BookID, who briefings.Actor, reply bot.Reply) error {
	w := s.workspaceOf(who.Workspace)
	if w == nil || who.User == "" {
		return briefings.Errorf(briefings.ErrNotFound, "Their Slack workspace is not one that the bot is in any more.")
	}
	ctx, cancel := context.WithTimeout(ctx, sayTime)
	defer cancel()
	p := place{w: w, named: who.Workspace, user: string(who.User)}
	a := newAnswer(reply, 0, inMessage)
	for i := range a.pages {
		m := a.pages[i]
		if i == len(a.pages)-1 { // all pages are there: nothing turns them
			actions, _ := reply.Presses(0, 1, false)
			m = s.offer(m, book, who, false, actions, nil)
		}
		if _, err := s.write(ctx, p, m); err != nil {
			return untold(err, w.name())
		}
	}
	return nil
}

// workspaceOf returns the workspace of an id; nil where it is none of ours.
func (s *Slack) workspaceOf(id briefings.Workspace) *workspace {
	for _, a := range s.apps {
		for _, w := range a.workspaces {
			if id != "" && w.team() == id {
				return w
			}
		}
	}
	return nil
}

// untold says why somebody could not be written to.
func untold(err error, me string) error {
	sentence := ""
	switch c := code(err); c {
	case "user_disabled":
		sentence = "Their account in Slack is deactivated."
	case "user_not_found", "users_not_found", "channel_not_found", "user_not_visible":
		sentence = "Slack does not know them in this workspace any more."
	case "cannot_dm_bot":
		sentence = "They are a bot, and Slack does not let bots write to each other."
	case "messages_tab_disabled":
		sentence = "The app takes no messages in this workspace. Whoever runs briefbot turns on the Messages tab under App Home."
	default:
		if sentence = fix(c, me); sentence == "" || !refused(err) {
			return fmt.Errorf("tell somebody: %w", err)
		}
	}
	return briefings.Errorf(briefings.ErrDenied, "%s", pages.Line(sentence))
}
