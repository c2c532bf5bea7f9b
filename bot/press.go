package bot

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// Press is something to press below an answer: the words on it, and the command
// that it stands for.
type Press struct {
	Label  string
	Choice briefings.Offered
	// Posts says that pressing it shows the answer to the whole channel.
	Posts bool
}

// The presses that every platform with buttons has beside a card's actions.
const (
	labelBack = "Back"
	labelPost = "Post to channel"
)

// Presses returns what can be pressed below one of the pages of a reply that was
// Offering, counted from 0: the card's actions, and to turn the page and to post
// it, where that is offered and postable. A press of the card's own begins on the
// first page.
func (r Reply) Presses(page, pages int, postable bool) (actions, own []Press) {
	if r.Card != nil {
		for _, a := range r.Card.Actions {
			actions = append(actions, Press{Label: a.Label, Choice: a.Invocation.Offered(0)})
		}
	}
	if r.Again.Command != "" {
		if page > 0 {
			own = append(own, Press{Label: labelBack, Choice: r.Again.Offered(page - 1)})
		}
		if page < pages-1 {
			own = append(own, Press{Label: fmt.Sprintf("More (%d of %d)", page+2, pages), Choice: r.Again.Offered(page + 1)})
		}
	}
	if postable && r.Post.Command != "" {
		own = append(own, Press{Label: labelPost, Choice: r.Post.Offered(page), Posts: true})
	}
	return actions, own
}

// OfferOf is the offer of presses, for whom it is made until it expires, in the
// order in which they are numbered.
func OfferOf(book briefings.BookID, who briefings.Actor, shared bool, presses ...[]Press) briefings.Offer {
	o := briefings.Offer{Book: book, Actor: who, Shared: shared}
	for _, list := range presses {
		for _, p := range list {
			o.Choices = append(o.Choices, p.Choice)
		}
	}
	return o
}

// Marks before the ordinal in the id of a press: what must be known before the
// offer is looked up. They give no right to anything.
const (
	markPost = "post"
	markMenu = "menu"
	markForm = "form"
)

// FormID is what a platform gives back with a form that was filled in: the token of
// the offer whose only choice is what the form submits.
func FormID(token string) string { return token + "." + markForm + "0" }

// ID is what a platform gives back when it is pressed: the token of the offer,
// and its ordinal there.
func (p Press) ID(token string, ordinal int) string {
	if p.Posts {
		return token + "." + markPost + strconv.Itoa(ordinal)
	}
	return token + "." + strconv.Itoa(ordinal)
}

// MenuID is what a platform gives back of a menu in which presses are chosen by
// their ordinals; first is the first of them.
func MenuID(token string, first int) string { return token + "." + markMenu + strconv.Itoa(first) }

// ParsePress reads what a platform gives back: the id, and where it is a menu's,
// the ordinal that was chosen. ok is false where it is none of ours.
func ParsePress(id, chosen string) (token string, ordinal int, posts, ok bool) {
	token, which, ok := strings.Cut(id, ".")
	if !ok {
		return "", 0, false, false
	}
	which, posts = strings.CutPrefix(which, markPost)
	which = strings.TrimPrefix(which, markForm)
	if strings.HasPrefix(which, markMenu) {
		which = chosen
	}
	ordinal, err := strconv.Atoi(which)
	return token, ordinal, posts, err == nil
}

// Pick returns what somebody chose by pressing: id and chosen are what the
// platform gave back (see ParsePress). The error has a sentence for the person, but
// where the store fails.
func (o *Offers) Pick(ctx context.Context, book briefings.BookID, who briefings.Actor, id, chosen string, now time.Time) (briefings.Offered, error) {
	token, ordinal, _, ok := ParsePress(id, chosen)
	if !ok {
		return briefings.Offered{}, briefings.Errorf(briefings.ErrNotFound, "That button is not one of this version's. Ask again.")
	}
	offer, err := o.Find(ctx, book, token, now)
	if err != nil {
		return briefings.Offered{}, err
	}
	return offer.Press(who, ordinal)
}

// Place says where the reply to a press goes.
type Place uint8

// The places.
const (
	InPlace Place = iota // in the place of what was pressed on, where one person sees that
	Aside                // beside it, which stays: it could not be done
	ForAll               // before everybody in the channel
)

// Place returns where the reply to a press goes. posts says that the button was one
// to post by, and alone that nobody else is in the conversation.
func (r Reply) Place(posts, alone bool) Place {
	switch {
	case r.Outcome == Refused || r.Outcome == Failed:
		return Aside
	case posts && r.Visibility == Shared && !alone:
		return ForAll
	default:
		return InPlace
	}
}
