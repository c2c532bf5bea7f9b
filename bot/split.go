package bot

import (
	"errors"
	"slices"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
)

// poster returns the adapter of a platform that posts, or nil.
func (b *Bot) poster(p briefings.Platform) Poster {
	b.reach.mu.Lock()
	defer b.reach.mu.Unlock()
	return b.reach.posters[p]
}

// part writes a card as one message of a platform. It returns ErrTooLong where it is
// too much. Of no platform, it is the card alone.
func (b *Bot) part(book briefings.BookID, p briefings.Platform, card *Card) (delivery.Part, error) {
	part := delivery.Part{Platform: p, Number: 1, Op: delivery.Post, Shows: card.shows()}
	var err error
	if part.Card, err = card.Pack(); err != nil {
		return part, err
	}
	if p == "" {
		return part, nil
	}
	poster := b.poster(p)
	if poster == nil {
		return part, briefings.Errorf(briefings.ErrNotFound, "%s is not served here.", p)
	}
	part.Body, err = poster.Compose(book, card)
	return part, err
}

// parts writes cards in as many messages of a platform as it takes: all but the first go
// into the thread below it.
func (b *Bot) parts(book briefings.BookID, p briefings.Platform, cards []*Card) ([]delivery.Part, error) {
	var parts []delivery.Part
	for _, card := range cards {
		for card != nil {
			part, rest, err := b.fit(book, p, card)
			if err != nil {
				return nil, err
			}
			part.Number, part.Threaded = len(parts)+1, len(parts) > 0
			parts, card = append(parts, part), rest
		}
	}
	return parts, nil
}

// fit writes as many of a card's items as one message holds, and returns the card of the
// others, nil for none.
func (b *Bot) fit(book briefings.BookID, p briefings.Platform, card *Card) (delivery.Part, *Card, error) {
	part, err := b.part(book, p, card)
	if !errors.Is(err, ErrTooLong) {
		return part, nil, err
	}
	most := 0 // items that fit
	for low, high := 1, card.items()-1; low <= high; {
		n := (low + high) / 2
		first, _ := card.cut(n)
		tried, err := b.part(book, p, first)
		switch {
		case errors.Is(err, ErrTooLong):
			high = n - 1
		case err != nil:
			return part, nil, err
		default:
			part, most, low = tried, n, n+1
		}
	}
	if most > 0 {
		_, rest := card.cut(most)
		return part, rest, nil
	}
	// One item alone is too long, or what stands before it: it is shortened.
	first, rest := card, (*Card)(nil)
	if card.items() > 1 {
		first, rest = card.cut(1)
	}
	part, err = b.shorten(book, p, first)
	return part, rest, err
}

// items counts the items of a card, but for the sources.
func (c *Card) items() int {
	n := 0
	for _, s := range c.Sections {
		if !s.Cited {
			n += len(s.Items)
		}
	}
	return n
}

// cut returns a card with the first n items, and one with the others. The sources are in
// both; actions and the footer are in the first.
func (c *Card) cut(n int) (first, rest *Card) {
	first, rest = new(Card), &Card{Title: c.Title, Kicker: c.Kicker}
	*first = *c
	first.Sections = nil
	for _, s := range c.Sections {
		if s.Cited {
			first.Sections, rest.Sections = append(first.Sections, s), append(rest.Sections, s)
			continue
		}
		k := min(n, len(s.Items))
		n -= k
		head, tail := s, s
		head.Items, tail.Items = s.Items[:k], s.Items[k:]
		first.add(head)
		rest.add(tail)
	}
	return first, rest
}

// shorten writes a card whose texts are cut until it fits.
func (b *Bot) shorten(book briefings.BookID, p briefings.Platform, card *Card) (delivery.Part, error) {
	for most := 2000; ; most /= 2 {
		part, err := b.part(book, p, card.clipped(most))
		if !errors.Is(err, ErrTooLong) || most < 20 {
			return part, err
		}
	}
}

// clipped is a card in which no text is longer than so many characters. Sources that it
// is too long for are left out.
func (c *Card) clipped(most int) *Card {
	out := &Card{Title: clipTo(c.Title, most), Kicker: clipTo(c.Kicker, most), Footer: clipText(c.Footer, most), Actions: c.Actions}
	for _, t := range c.Notices {
		out.Notices = append(out.Notices, clipText(t, most))
	}
	for _, t := range c.Lead {
		out.Lead = append(out.Lead, clipText(t, most))
	}
	for _, f := range c.Fields {
		out.Fields = append(out.Fields, Field{f.Label, clipText(f.Value, most)})
	}
	for _, s := range c.Sections {
		to := s
		to.Items = nil
		for _, i := range s.Items {
			to.Items = append(to.Items, Item{clipTo(i.Label, most), clipText(i.Text, most), clipText(i.Meta, most), i.Shows})
		}
		if !s.Cited || most >= 200 {
			out.Sections = append(out.Sections, to)
		}
	}
	return out
}

// clipText cuts a text to so many characters, with an ellipsis.
func clipText(t Text, most int) Text {
	var out Text
	for _, s := range t {
		if most <= 0 {
			return out.Plain("…")
		}
		if n := len([]rune(s.Text)); n > most {
			s.Text = clipTo(s.Text, most)
		}
		most -= max(len([]rune(s.Text)), 1)
		out = append(out, s)
	}
	return slices.Clip(out)
}
