package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
)

// Correct writes what becomes of a posted message that shows records which say something
// else now, or were taken out of the book. See delivery.Author.
func (b *Bot) Correct(ctx context.Context, book briefings.BookID, part delivery.Part, what []delivery.Corrected, at time.Time) ([]delivery.Part, error) {
	now, err := b.library.Snapshot(ctx, book)
	if err != nil {
		return nil, err
	}
	card, err := Unpack(part.Card)
	if err != nil {
		return nil, err
	}
	v := newView(now, at)
	word := &Card{Title: "Correction", Kicker: now.Book.Name}
	told := Section{Heading: "What was said above"}
	for i := range card.Sections {
		for j := range card.Sections[i].Items {
			item := &card.Sections[i].Items[j]
			for _, w := range what {
				k := slices.IndexFunc(item.Shows, func(s delivery.Shown) bool { return s.Ref == w.Ref && s.Number < w.Number })
				if k < 0 {
					continue
				}
				was := item.Text
				v.correctItem(item, k, w, at)
				told.Items = append(told.Items, Item{Label: item.Label, Text: item.Text, Meta: T("it said: ").Plain(clip(was.String()))})
			}
		}
	}
	if len(told.Items) == 0 {
		return nil, nil
	}
	word.add(told)
	edited, err := b.shortenIfLong(book, part.Platform, card)
	if err != nil {
		return nil, err
	}
	edited.Number, edited.Op = 1, delivery.Edit
	said, err := b.shortenIfLong(book, part.Platform, word)
	if err != nil {
		return nil, err
	}
	said.Number, said.Threaded = 2, true
	said.Shows = nil // it tells of a moment, and is not corrected itself
	return []delivery.Part{edited, said}, nil
}

// isCorrection reports whether a change is of a report that may have been posted, so that
// what was posted is not true any more.
func isCorrection(n briefings.Net) bool {
	_, ok := cmpRecord(n.After, n.Before).(*briefings.Report)
	return ok && n.Before != nil && (n.After == nil || len(n.Said()) > 0)
}

// copies says on the card of a change in how many messages what was corrected was posted:
// they are corrected as well. What cannot be is told to the editor later, see Notice.
func (c *Call) copies(ctx context.Context, card *Card, revisions []briefings.Revision) {
	s := c.bot.scheduling.Load()
	if s == nil {
		return
	}
	var refs []briefings.Ref
	for _, n := range briefings.Nets(revisions) {
		if isCorrection(n) {
			refs = append(refs, n.Ref)
		}
	}
	if len(refs) == 0 {
		return
	}
	carriers, err := s.ledger.Carriers(ctx, c.Request.Book, refs)
	if err != nil { // the change is made: that it is not known where it stands is no failure of it
		c.bot.log.WarnContext(ctx, "it is not known where a correction was posted", "err", err)
		return
	}
	messages := map[delivery.Place]map[string]bool{}
	n := 0
	for _, x := range carriers {
		to, id := x.Delivery.To, x.Delivery.Message
		if messages[to] == nil {
			messages[to] = map[string]bool{}
		}
		if !messages[to][id] {
			messages[to][id], n = true, n+1
		}
	}
	switch n {
	case 0:
	case 1:
		card.notice(T("It was posted in a message, which is now corrected, and a word below it says so."))
	default:
		card.notice(T(fmt.Sprintf("It was posted in %d messages, which are now corrected, and a word below each says so.", n)))
	}
}

// correctItem makes an item say what the book says of a record now.
func (v view) correctItem(item *Item, shown int, w delivery.Corrected, at time.Time) {
	item.Shows = slices.Clone(item.Shows)
	item.Shows[shown].Number = w.Number
	when := briefings.At(at, briefings.Minute)
	r, ok := v.Record(w.Ref).(*briefings.Report)
	if shown > 0 { // it is what a status was before
		now, stands := v.Record(item.Shows[0].Ref).(*briefings.Report)
		if !stands {
			return
		}
		was := Text{}.Tag(retractedTag)
		if ok {
			was = T(r.Text)
		}
		item.Text = fromTo(was, now)
		item.Meta = Text{}.Tag("corrected").Plain(" ").When(when).Join(" · ", v.item(now).Meta.withoutCites())
		return
	}
	if !ok {
		if !strings.HasPrefix(item.Text.String(), retractedTag) {
			item.Text = append(Text{}.Tag(retractedTag).Plain(": "), item.Text...)
		}
		item.Meta = T("taken out of the book ").When(when)
		return
	}
	fresh := v.item(r)
	item.Text = fresh.Text
	item.Meta = Text{}.Tag("corrected").Plain(" ").When(when).Join(" · ", fresh.Meta.withoutCites())
}

// retractedTag is before what was taken back.
const retractedTag = "RETRACTED"

// withoutCites is a text without the numbers of sources: they are of another card.
func (t Text) withoutCites() Text {
	return slices.DeleteFunc(slices.Clone(t), func(s Span) bool {
		return s.Kind == Plain && len(s.Text) > 2 && s.Text[0] == '[' && s.Text[len(s.Text)-1] == ']'
	})
}

// shortenIfLong writes a card as one message, shortened where it is too long.
func (b *Bot) shortenIfLong(book briefings.BookID, p briefings.Platform, card *Card) (delivery.Part, error) {
	part, err := b.part(book, p, card)
	if errors.Is(err, ErrTooLong) {
		return b.shorten(book, p, card)
	}
	return part, err
}

// unchangedLine begins the line which says that nothing is new.
const unchangedLine = "No change as of "

// Unchanged writes into a posted edition that nothing is new. See delivery.Author.
func (b *Bot) Unchanged(_ context.Context, book briefings.BookID, part delivery.Part, ask delivery.EditionAsk) (delivery.Part, error) {
	card, err := Unpack(part.Card)
	if err != nil {
		return delivery.Part{}, err
	}
	card.Notices = slices.DeleteFunc(card.Notices, func(t Text) bool { return strings.HasPrefix(t.String(), unchangedLine) })
	card.notice(T(unchangedLine).When(briefings.At(ask.Due, briefings.Minute)).Plain("."))
	return b.shortenIfLong(book, part.Platform, card)
}

// hashOf is a digest of what a card says.
func hashOf(card []byte) string {
	sum := sha256.Sum256(card)
	return hex.EncodeToString(sum[:16])
}
