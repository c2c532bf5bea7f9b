package slack

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"github.com/briefbot/briefbot/bot/pages"
)

// signed adds who has posted an answer, by what their account is called: a mention
// would notify them of what they have just done. Where Slack does not say it, it is
// a mention all the same. Somebody's own mention of us stands above its answer.
func signed(m message, p place, aloud bool) message {
	switch {
	case aloud:
		return m
	case p.name != "":
		return m.with(note("Posted by " + p.name))
	}
	small := slack.RichTextSectionTextStyle{Italic: true}
	return m.with(slack.NewRichTextBlock("", slack.NewRichTextSection(
		slack.NewRichTextSectionTextElement("Posted by ", &small), slack.NewRichTextSectionUserElement(p.user, &small))))
}

// note is a line of small words.
func note(words string) slack.Block {
	return slack.NewContextBlock("", label(words, maxText))
}

// with returns the message with more blocks below.
func (m message) with(more ...slack.Block) message {
	return message{Text: m.Text, above: slices.Concat(m.Blocks(), more)}
}

// postTime is how long somebody waits for a post. Where the rate limits want more,
// it is better to say so.
const postTime = 15 * time.Second

// post posts an answer into the channel where its button was pressed, once. The
// message is for the person, and nil where it was posted.
func (s *Slack) post(ctx context.Context, p place, key string, m message) *message {
	said := func(m message) *message { return &m }
	if !s.posted.begin(key) {
		return said(refusal("It has been posted already."))
	}
	ctx, cancel := context.WithTimeout(ctx, postTime)
	defer cancel()
	_, err := s.write(ctx, p, m)
	if err != nil {
		s.posted.fail(key)
		return said(s.unposted(p, err))
	}
	return nil
}

// unposted says to the person why a message could not be posted.
func (s *Slack) unposted(p place, err error) message {
	var e *apiError
	switch {
	case errors.As(err, &e) && e.limited():
		return refusal(fmt.Sprintf("Too much is being posted here at once. Try again in %d seconds.", int(math.Ceil(max(e.RetryAfter.Seconds(), 1)))))
	case refused(err):
		if sentence := fix(code(err), p.w.name()); sentence != "" {
			s.log.Warn("an answer could not be posted", "channel", p.channel, "user", p.user, "err", err)
			return refusal(sentence)
		}
		return s.sorry(p, fmt.Errorf("post: %w", err))
	default:
		s.log.Warn("it is not known whether an answer was posted", "channel", p.channel, "user", p.user, "err", err)
		return refusal("Slack did not say whether the message arrived. Look at the channel before you try again.")
	}
}

// fix says what is wrong and what to do about an error of Slack's; "" where there
// is nothing that people can do.
func fix(code, me string) string {
	if me == "" {
		me = "briefbot"
	}
	switch code {
	case "not_in_channel":
		return "I am not in this channel. Invite me with /invite @" + pages.Line(me) + ", and try again."
	case "channel_not_found":
		return "I cannot see this conversation. If it is a private channel, invite me with /invite @" + pages.Line(me) + ", and try again; between two people I cannot write."
	case "is_archived":
		return "This channel is archived, so nothing can be posted in it."
	case "restricted_action", "restricted_action_read_only_channel", "restricted_action_thread_only_channel", "restricted_action_thread_locked", "restricted_action_non_threadable_channel":
		return "This workspace lets only some post here. An admin can let the app, in the settings of the channel."
	case "user_not_in_channel":
		return "You are not in this channel, so that nothing can be shown to you in it."
	case "missing_scope", "not_allowed_token_type":
		return "I lack a right in this workspace. Whoever runs briefbot installs the app again with the scopes that ‘briefbot slack manifest’ prints; ‘briefbot doctor’ names the one that is missing."
	case "message_limit_exceeded", "ekm_access_denied", "messages_tab_disabled":
		return "This workspace does not let the app write now (" + code + "). An admin of the workspace can change that."
	case "invalid_auth", "token_revoked", "account_inactive", "not_authed", "token_expired", "org_login_required", "team_access_not_granted":
		return "I have no access to this workspace any more: " + meaning(code) + ". Whoever runs briefbot installs the app again, and gives me the new token."
	default:
		return ""
	}
}

// presses remembers what has been posted, so that two presses of one button are
// one post.
type presses struct {
	mu    sync.Mutex
	known map[string]bool
}

// maxPresses is how many are remembered before all are forgotten.
const maxPresses = 10_000

func newPresses() *presses { return &presses{known: map[string]bool{}} }

// begin takes note that it is being posted, and reports false where it was before.
func (p *presses) begin(key string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known[key] {
		return false
	}
	if len(p.known) >= maxPresses {
		clear(p.known)
	}
	p.known[key] = true
	return true
}

// fail takes note that it was not posted after all.
func (p *presses) fail(key string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.known, key)
}
