package slack

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/pages"
	"github.com/briefbot/briefbot/briefings"
	ledger "github.com/briefbot/briefbot/briefings/delivery"
)

// before is by how much earlier than what is looked for history is read: clocks differ.
const before = 5 * time.Minute

// historyPage is how many messages are asked for at once. Apps of the restricted class get
// 15, whatever they ask for.
const historyPage = 200

// Find looks for the messages with a marker. See delivery.Sender.
func (s *Slack) Find(ctx context.Context, m ledger.Message, since time.Time) ([]string, error) {
	w := s.workspaceOf(m.To.Workspace)
	if w == nil {
		return nil, s.gone()
	}
	channel, err := s.room(ctx, w, m.To)
	if err != nil {
		return nil, unread(err, w)
	}
	oldest := strconv.FormatInt(since.Add(-before).Unix(), 10)
	var ids []string
	for cursor := ""; ; {
		page, next, err := w.read(ctx, channel, m.Thread, oldest, cursor)
		if err != nil {
			return nil, unread(err, w)
		}
		for _, x := range page {
			if x.Metadata.EventType == deliveryEvent && x.Metadata.EventPayload["delivery"] == string(m.ID) && (x.User == "" || w.user() == "" || x.User == w.user()) {
				ids = append(ids, x.Timestamp)
			}
		}
		if cursor = next; cursor == "" {
			break
		}
	}
	slices.Sort(ids) // time stamps have one length
	return slices.Compact(ids), nil
}

// read returns a page of a channel's history, or of a thread's, and the cursor of the
// next.
func (w *workspace) read(ctx context.Context, channel, thread, oldest, cursor string) (page []slack.Message, next string, err error) {
	if thread == "" {
		err = w.call(ctx, "conversations.history", "", func(ctx context.Context) error {
			r, err := w.api.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{
				ChannelID: channel, Oldest: oldest, Cursor: cursor, Limit: historyPage, IncludeAllMetadata: true,
			})
			if err == nil {
				page, next = r.Messages, r.ResponseMetaData.NextCursor
			}
			return err
		})
		return page, next, err
	}
	err = w.call(ctx, "conversations.replies", "", func(ctx context.Context) error {
		list, more, cursor, err := w.api.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{
			ChannelID: channel, Timestamp: thread, Oldest: oldest, Cursor: cursor, Limit: historyPage, IncludeAllMetadata: true,
		})
		if page = list; more {
			next = cursor
		}
		return err
	})
	return page, next, err
}

// unread is that history could not be read: for good, where there is no right to.
func unread(err error, w *workspace) *ledger.Failure {
	f := failure(err, w, false)
	if f.Class == ledger.Closed {
		f.Class = ledger.Unreadable
		if code(err) == "missing_scope" {
			f.Advice = "The app may not read that channel's history. Whoever runs briefbot installs it again with the scopes that ‘briefbot slack manifest’ prints."
		}
	}
	return f
}

// CanRead reports whether the bot may read what was posted. See bot.Poster.
func (s *Slack) CanRead(ctx context.Context, p ledger.Place) bool {
	w := s.workspaceOf(p.Workspace)
	if w == nil {
		return false
	}
	channel, err := s.room(ctx, w, p)
	if err != nil {
		return false
	}
	_, _, err = w.read(ctx, channel, "", strconv.FormatInt(s.opts.Now().Unix(), 10), "")
	return err == nil
}

// channelInfo is a conversation as far as it concerns us.
type channelInfo struct {
	Channel struct {
		ID       string `json:"id"`
		Name     string `json:"name"`
		Member   bool   `json:"is_member"` // the bot is
		Private  bool   `json:"is_private"`
		Archived bool   `json:"is_archived"`
		Direct   bool   `json:"is_im"`
	} `json:"channel"`
}

// info asks Slack for a conversation.
func (w *workspace) info(ctx context.Context, channel string) (c channelInfo, err error) {
	err = w.call(ctx, "conversations.info", "", func(ctx context.Context) error {
		x, err := w.api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: channel})
		if err == nil {
			c.Channel.ID, c.Channel.Name, c.Channel.Member = x.ID, x.Name, x.IsMember
			c.Channel.Private, c.Channel.Archived, c.Channel.Direct = x.IsPrivate, x.IsArchived, x.IsIM
		}
		return err
	})
	return c, err
}

// MayPost returns ErrDenied with a sentence unless the asker may write in the place, and
// the bot may post there. See bot.Poster.
func (s *Slack) MayPost(ctx context.Context, asker briefings.Actor, p ledger.Place) error {
	denied := func(format string, args ...any) error { return briefings.Errorf(briefings.ErrDenied, format, args...) }
	if p.Direct() {
		if p.User != asker.User {
			return denied("Only people themselves can have something sent to their direct messages.")
		}
		return nil
	}
	w := s.workspaceOf(p.Workspace)
	if w == nil || p.Workspace != asker.Workspace {
		return denied("That channel is in another workspace.")
	}
	c, err := w.info(ctx, p.Channel)
	switch {
	case code(err) == "channel_not_found":
		return denied("I cannot see that channel. If it is private, invite me with /invite @%s.", cmp.Or(w.name(), "briefbot"))
	case err != nil && refused(err):
		return denied("%s", cmp.Or(fix(code(err), w.name()), "Slack does not let me look at that channel ("+code(err)+")."))
	case err != nil:
		return err
	case c.Channel.Archived:
		return denied("That channel is archived.")
	case !c.Channel.Member:
		return denied("I am not in that channel. Invite me there with /invite @%s.", cmp.Or(w.name(), "briefbot"))
	}
	in, err := w.has(ctx, p.Channel, string(asker.User))
	if err != nil {
		return err
	}
	if !in {
		return denied("You are not in that channel, so I do not post there for you.")
	}
	return nil
}

// has reports whether somebody is in a conversation.
func (w *workspace) has(ctx context.Context, channel, user string) (bool, error) {
	for cursor := ""; ; {
		var members []string
		err := w.call(ctx, "conversations.members", "", func(ctx context.Context) (err error) {
			members, cursor, err = w.api.GetUsersInConversationContext(ctx, &slack.GetUsersInConversationParameters{ChannelID: channel, Cursor: cursor, Limit: 200})
			return err
		})
		if err != nil || slices.Contains(members, user) {
			return err == nil, err
		}
		if cursor == "" {
			return false, nil
		}
	}
}

var channelID = regexp.MustCompile(`^#?([CG][A-Z0-9]{6,})$`)

// maxListed is how many pages of channels are looked through for a name.
const maxListed = 20

// Channel finds the channel that somebody means by its name or id. See bot.Poster.
func (s *Slack) Channel(ctx context.Context, asker briefings.Actor, words string) (bot.PlaceRef, error) {
	unknown := briefings.Errorf(briefings.ErrNotFound, "I know no channel %q here. Write it with #, and pick it from what Slack offers; a private one must have invited me.", pages.Clip(pages.Line(words), 50))
	w := s.workspaceOf(asker.Workspace)
	if w == nil {
		return bot.PlaceRef{}, unknown
	}
	ref := func(id, name string) bot.PlaceRef {
		return bot.PlaceRef{Place: ledger.Place{Platform: Platform, Workspace: asker.Workspace, Channel: id}, Name: "#" + pages.Line(name)}
	}
	if m := channelID.FindStringSubmatch(words); m != nil {
		c, err := w.info(ctx, m[1])
		switch {
		case err == nil:
			return ref(m[1], c.Channel.Name), nil
		case refused(err):
			return bot.PlaceRef{}, unknown
		default:
			return bot.PlaceRef{}, err
		}
	}
	name := strings.ToLower(strings.TrimPrefix(words, "#"))
	for cursor, n := "", 0; n < maxListed; n++ {
		var list []slack.Channel
		err := w.call(ctx, "conversations.list", "", func(ctx context.Context) (err error) {
			list, cursor, err = w.api.GetConversationsContext(ctx, &slack.GetConversationsParameters{Cursor: cursor, Limit: 200, ExcludeArchived: true, Types: []string{"public_channel", "private_channel"}})
			return err
		})
		if err != nil && refused(err) {
			return bot.PlaceRef{}, briefings.Errorf(briefings.ErrNotFound, "I cannot look channels up by their names here. Write it with #, and pick it from what Slack offers, or give its id.")
		}
		if err != nil {
			return bot.PlaceRef{}, err
		}
		for _, c := range list {
			if strings.ToLower(c.Name) == name {
				return ref(c.ID, c.Name), nil
			}
		}
		if cursor == "" {
			break
		}
	}
	return bot.PlaceRef{}, unknown
}

// places are the channels that Slack says are named in what somebody typed, by the words
// that stand for them there (see transcribe).
func places(s string, w briefings.Workspace) map[string]bot.PlaceRef {
	var found map[string]bot.PlaceRef
	for _, m := range references.FindAllStringSubmatch(s, -1) {
		if target, label := m[1], m[2]; len(target) > 1 && target[0] == '#' {
			if found == nil {
				found = map[string]bot.PlaceRef{}
			}
			shown := "#" + cmp.Or(label, target[1:])
			found[shown] = bot.PlaceRef{Place: ledger.Place{Platform: Platform, Workspace: w, Channel: target[1:]}, Name: pages.Line(shown)}
		}
	}
	return found
}
