package slack

import (
	"strconv"

	"github.com/slack-go/slack"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/pages"
	"github.com/briefbot/briefbot/briefings"
)

// mostButtons is how many actions are buttons; where there are more, the rest is
// in menus, so that a message is not a wall of buttons.
const mostButtons = 10

// mostActions is how many actions a message can offer.
const mostActions = mostButtons + 3*maxOptions

const labelMore = "More to ask"

// answer is a reply that is to be shown, page by page.
type answer struct {
	reply bot.Reply
	pages []message
	kept  *rendered // where pages are of it
	page  int       // which of the pages is shown, from 0
	// postable is true where it may be offered to post the answer.
	postable bool
}

// newAnswer renders a reply.
func newAnswer(reply bot.Reply, page int, on surface) answer {
	a := answer{reply: reply, pages: render(reply.Card, on)}
	a.page = min(max(page, 0), len(a.pages)-1)
	return a
}

// quick returns the answer to a command that one person sees: its first page with
// its buttons, and as it stands in the acknowledgement.
func (s *Slack) quick(a answer, book briefings.BookID, who briefings.Actor) message {
	actions, own := a.reply.Presses(0, len(a.pages), a.postable)
	if !a.reply.Lasting || len(actions)+len(own) == 0 || len(actions) > mostActions {
		return s.dress(a, book, who, false)
	}
	o := bot.OfferOf(book, who, false, actions, own)
	o.Expires = s.opts.Now().Add(bot.OfferLife)
	token := s.opts.Offers.Keep(o)
	ack, err := a.kept.ack(s.kept.mark, token, actions, own)
	if err != nil {
		return s.dress(a, book, who, false)
	}
	return message{Text: a.pages[0].Text, above: a.pages[0].above, below: func() []slack.Block { return rows(token, actions, own) }, ack: ack}
}

// refusal is the answer to what cannot be answered, in a sentence.
func refusal(sentence string) message {
	return render(&bot.Card{Title: "That did not work", Lead: []bot.Text{bot.T(sentence)}}, inMessage)[0]
}

// dress returns the page that is shown as a message with its buttons, which are
// kept for the person, or where others see the message, for everybody with the
// book.
func (s *Slack) dress(a answer, book briefings.BookID, who briefings.Actor, shared bool) message {
	m := a.pages[a.page]
	actions, own := a.reply.Presses(a.page, len(a.pages), a.postable && !shared)
	return s.offer(m, book, who, shared, actions, own)
}

// offer returns the message with something to press.
func (s *Slack) offer(m message, book briefings.BookID, who briefings.Actor, shared bool, actions, own []bot.Press) message {
	if len(actions)+len(own) == 0 {
		return m
	}
	actions = actions[:min(len(actions), mostActions)]
	o := bot.OfferOf(book, who, shared, actions, own)
	o.Expires = s.opts.Now().Add(bot.OfferLife)
	return m.with(rows(s.opts.Offers.Keep(o), actions, own)...)
}

// rows sets the buttons. A button's id is the token and its ordinal.
func rows(token string, actions, own []bot.Press) []slack.Block {
	var list []slack.Block
	at := 0
	buttons := func(of []bot.Press) {
		if len(of) == 0 {
			return
		}
		row := slack.NewActionBlock("")
		for _, p := range of {
			row.Elements.ElementSet = append(row.Elements.ElementSet, slack.NewButtonBlockElement(p.ID(token, at), "", wording(p, maxButton)))
			at++
		}
		list = append(list, row)
	}
	buttons(actions[:min(len(actions), mostButtons)])
	for rest := actions[min(len(actions), mostButtons):]; len(rest) > 0; {
		n := min(len(rest), maxOptions)
		var options []*slack.OptionBlockObject
		for i, p := range rest[:n] {
			options = append(options, slack.NewOptionBlockObject(strconv.Itoa(at+i), wording(p, maxOption), nil))
		}
		menu := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, label(labelMore, maxOption), bot.MenuID(token, at), options...)
		list = append(list, slack.NewActionBlock("", menu))
		at, rest = at+n, rest[n:]
	}
	buttons(own)
	return list
}

// wording is the words of a button, cut to what it holds.
func wording(p bot.Press, most int) *slack.TextBlockObject {
	s := pages.Line(p.Label)
	if s == "" {
		s = p.Choice.Command
	}
	return label(s, most)
}
