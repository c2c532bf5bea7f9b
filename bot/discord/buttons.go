package discord

import (
	"strconv"

	"github.com/bwmarrin/discordgo"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/pages"
	"github.com/briefbot/briefbot/briefings"
)

// mostButtons is how many actions are buttons; where there are more, most of
// them are in menus, so that a card is not a wall of buttons.
const mostButtons = 2 * maxRowButtons

const labelMore = "More to ask"

// answer is an answer that is to be shown, page by page.
type answer struct {
	reply  bot.Reply
	leaves []leaf
	page   int // which of the leaves is shown, from 0
	// postable is true where it may be offered to post the answer.
	postable bool
}

// newAnswer renders a reply.
func newAnswer(reply bot.Reply, page int) answer {
	a := answer{reply: reply, leaves: render(reply.Card, reply.Outcome), postable: true}
	a.page = min(max(page, 0), len(a.leaves)-1)
	return a
}

// refusal is the answer to what cannot be answered, in a sentence.
func refusal(sentence string) answer {
	return newAnswer(bot.Reply{
		Card:    &bot.Card{Title: "That did not work", Lead: []bot.Text{bot.T(sentence)}},
		Outcome: bot.Refused,
	}, 0)
}

// message is the page as a message, without buttons.
func (a answer) message() message {
	l := a.leaves[a.page]
	return message{Content: l.content, Embeds: l.embeds, Components: []row{}}
}

// dress returns the page as a message with its buttons, which are kept for the
// person, or where others see the message, for everybody in the server.
func (d *Discord) dress(a answer, book briefings.BookID, who briefings.Actor, shared bool) message {
	m := a.message()
	actions, own := a.reply.Presses(a.page, len(a.leaves), a.postable && !shared)
	if len(actions)+len(own) == 0 {
		return m
	}
	actions = actions[:min(len(actions), mostActions)]
	o := bot.OfferOf(book, who, shared, actions, own)
	o.Expires = d.opts.Now().Add(bot.OfferLife)
	m.Components = rows(d.opts.Offers.Keep(o), actions, own)
	return m
}

// mostActions is how many actions a message can offer: a row of buttons, three
// menus, and a row of our own.
const mostActions = maxRowButtons + (maxRows-2)*maxOptions

// rows sets the buttons. A button's id is the token and its ordinal.
func rows(token string, actions, own []bot.Press) []row {
	var list []row
	at := 0
	buttons := func(of []bot.Press) {
		for len(of) > 0 {
			n := min(len(of), maxRowButtons)
			var r row
			for _, x := range of[:n] {
				r.buttons = append(r.buttons, button{discordgo.ButtonComponent, discordgo.SecondaryButton, label(x, maxButtonLabel), x.ID(token, at)})
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
			m := &menu{Type: discordgo.SelectMenuComponent, CustomID: bot.MenuID(token, at), Placeholder: labelMore}
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

// pressed returns the id of what was pressed, and what was chosen where that is a
// menu.
func (in *interaction) pressed() (id, chosen string) {
	if len(in.Data.Values) == 1 {
		chosen = in.Data.Values[0]
	}
	return in.Data.CustomID, chosen
}

// label returns the words of a button, cut to what it holds.
func label(x bot.Press, most int) string {
	s := pages.Line(x.Label)
	if s == "" {
		s = "/" + x.Choice.Command
	}
	return pages.Clip(s, most)
}
