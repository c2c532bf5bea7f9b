package discord

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/bwmarrin/discordgo"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/pages"
	"github.com/briefbot/briefbot/briefings"
)

// mostButtons is how many actions are buttons; where there are more, most of
// them are in menus, so that a card is not a wall of buttons.
const mostButtons = 2 * maxRowButtons

// The buttons of our own.
const (
	labelBack = "Back"
	labelPost = "Post to channel"
	labelMore = "More to ask"
)

// answer is an answer that is to be shown, page by page.
type answer struct {
	reply  bot.Reply
	leaves []leaf
	// again is the command that gives the answer once more.
	again bot.Invocation
	page  int // which of the leaves is shown, from 0
	// postable is true where it may be offered to post the answer.
	postable bool
}

// newAnswer renders a reply to the command.
func newAnswer(reply bot.Reply, asked bot.Invocation, page int) answer {
	a := answer{reply: reply, leaves: render(reply.Card, reply.Outcome), again: reply.Again}
	if a.again.Command == "" {
		a.again = asked
	}
	a.page = min(max(page, 0), len(a.leaves)-1)
	a.postable = reply.Post.Command != ""
	return a
}

// refusal is the answer to what cannot be answered, in a sentence.
func refusal(sentence string) answer {
	return newAnswer(bot.Reply{
		Card:    &bot.Card{Title: "That did not work", Lead: []bot.Text{bot.T(sentence)}},
		Outcome: bot.Refused,
	}, bot.Invocation{}, 0)
}

// message is the page as a message, without buttons.
func (a answer) message() message {
	l := a.leaves[a.page]
	return message{Content: l.content, Embeds: l.embeds, Components: []row{}}
}

// offered is something to press, and the words on it.
type offered struct {
	label  string
	choice briefings.Offered
	mark   string // markPost, where it posts
}

// Marks before the ordinal in an id: what must be known before the offer is
// looked up. They give no right to anything.
const (
	markPost = "post"
	markMenu = "menu"
)

// dress returns the page as a message with its buttons, which are kept for the
// person, or where others see the message, for everybody in the server.
func (d *Discord) dress(a answer, book briefings.BookID, who briefings.Actor, shared bool) message {
	m := a.message()
	var actions, own []offered
	if a.reply.Card != nil {
		for _, act := range a.reply.Card.Actions {
			actions = append(actions, offered{label: act.Label, choice: act.Invocation.Offered(0)})
		}
	}
	if n := len(a.leaves); n > 1 && a.again.Command != "" {
		if a.page > 0 {
			own = append(own, offered{labelBack, a.again.Offered(a.page - 1), ""})
		}
		if a.page < n-1 {
			own = append(own, offered{fmt.Sprintf("More (%d of %d)", a.page+2, n), a.again.Offered(a.page + 1), ""})
		}
	}
	if a.postable && !shared {
		own = append(own, offered{labelPost, a.reply.Post.Offered(a.page), markPost})
	}
	if len(actions)+len(own) == 0 {
		return m
	}
	actions = actions[:min(len(actions), mostActions)]
	o := briefings.Offer{Book: book, Actor: who, Shared: shared, Expires: d.opts.Now().Add(bot.OfferLife)}
	for _, x := range append(actions[:len(actions):len(actions)], own...) {
		o.Choices = append(o.Choices, x.choice)
	}
	m.Components = rows(d.opts.Offers.Keep(o), actions, own)
	return m
}

// mostActions is how many actions a message can offer: a row of buttons, three
// menus, and a row of our own.
const mostActions = maxRowButtons + (maxRows-2)*maxOptions

// rows sets the buttons. A button's id is the token and its ordinal.
func rows(token string, actions, own []offered) []row {
	var list []row
	at := 0
	buttons := func(of []offered) {
		for len(of) > 0 {
			n := min(len(of), maxRowButtons)
			var r row
			for _, x := range of[:n] {
				r.buttons = append(r.buttons, button{discordgo.ButtonComponent, discordgo.SecondaryButton, label(x, maxButtonLabel), token + "." + x.mark + strconv.Itoa(at)})
				at++
			}
			list, of = append(list, r), of[n:]
		}
	}
	if len(actions) <= mostButtons {
		buttons(actions)
	} else {
		buttons(actions[:maxRowButtons])
		for rest := actions[maxRowButtons:]; len(rest) > 0; {
			n := min(len(rest), maxOptions)
			m := &menu{Type: discordgo.SelectMenuComponent, CustomID: token + "." + markMenu + strconv.Itoa(at), Placeholder: labelMore}
			for _, x := range rest[:n] {
				m.Options = append(m.Options, option{label(x, maxOptionLabel), strconv.Itoa(at)})
				at++
			}
			list, rest = append(list, row{menu: m}), rest[n:]
		}
	}
	buttons(own)
	return list
}

// pressed returns the token and the ordinal of what was pressed or chosen, and
// whether it posts; ok is false where it is none of ours.
func (in *interaction) pressed() (token string, ordinal int, posts, ok bool) {
	token, which, ok := strings.Cut(in.Data.CustomID, ".")
	if !ok {
		return "", 0, false, false
	}
	which, posts = strings.CutPrefix(which, markPost)
	if strings.HasPrefix(which, markMenu) {
		if len(in.Data.Values) != 1 {
			return "", 0, false, false
		}
		which = in.Data.Values[0]
	}
	ordinal, err := strconv.Atoi(which)
	return token, ordinal, posts, err == nil
}

// label returns the words of a button, cut to what it holds.
func label(x offered, most int) string {
	s := pages.Line(x.label)
	if s == "" {
		s = "/" + x.choice.Command
	}
	return pages.Clip(s, most)
}
