package bot

import (
	"fmt"
	"strconv"

	"github.com/briefbot/briefbot/briefings"
)

// pageLines is how many lines one page of a long answer shows, unless the
// request says otherwise.
const pageLines = 10

// paged returns the page of the reports that was asked for, and tells the card
// which it is and how to turn it. full shows them all.
func (c *Call) paged(card *Card, reports []*briefings.Report) []*briefings.Report {
	from, to := c.turn(card, len(reports))
	return reports[from:to]
}

// turn returns the bounds of the page that was asked for among n lines.
func (c *Call) turn(card *Card, n int) (from, to int) {
	lines := c.Request.Lines
	if lines <= 0 {
		lines = pageLines
	}
	if c.Flag("full") || n <= lines {
		return 0, n
	}
	pages := (n + lines - 1) / lines
	page := min(c.Whole("page", 1), pages)
	card.Kicker = fmt.Sprintf("%s · page %d of %d", card.Kicker, page, pages)
	if page < pages {
		card.Actions = append(card.Actions, Action{"Next page", c.Invocation().With("page", strconv.Itoa(page+1))})
	}
	if page > 1 {
		card.Actions = append(card.Actions, Action{"Previous page", c.Invocation().With("page", strconv.Itoa(page-1))})
	}
	return (page - 1) * lines, min(page*lines, n)
}

// fill puts the page of the sections that was asked for on the card.
func (c *Call) fill(card *Card, sections []Section) {
	n := 0
	for _, s := range sections {
		n += len(s.Items)
	}
	from, to := c.turn(card, n)
	at := 0
	for _, s := range sections {
		lo, hi := max(from-at, 0), min(to-at, len(s.Items))
		at += len(s.Items)
		if lo < hi {
			card.add(Section{Heading: s.Heading, Items: s.Items[lo:hi]})
		}
	}
}
