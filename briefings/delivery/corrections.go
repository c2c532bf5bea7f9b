package delivery

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/briefbot/briefbot/briefings"
)

// planCorrections plans the edits of posted copies of what was corrected.
func (e *Engine) planCorrections(ctx context.Context, book briefings.BookID, news News, stops map[Place]string, plan *Plan) error {
	if len(news.Corrected) == 0 {
		return nil
	}
	refs := make([]briefings.Ref, len(news.Corrected))
	for i, c := range news.Corrected {
		refs[i] = c.Ref
	}
	carriers, err := e.Ledger.Carriers(ctx, book, refs)
	if err != nil {
		return err
	}
	since := corrections{e: e, book: book, news: news, runs: map[RunKey]int64{}, of: map[int64][]Corrected{}}
	for _, d := range messagesOf(carriers) {
		if e.Senders[d.To.Platform] == nil {
			continue
		}
		parts, err := e.Ledger.Parts(ctx, book, d.Run, d.To.Platform)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(parts, func(p Part) bool { return p.Number == d.Part })
		if i < 0 {
			continue
		}
		// Not only what is news: an edit that is waiting, and superseded now, may have been
		// for what was corrected before.
		what, err := since.corrected(ctx, d.Run)
		if err != nil {
			return err
		}
		corrected, err := e.Author.Correct(ctx, book, parts[i], what, plan.At)
		if err != nil {
			return fmt.Errorf("write a correction: %w", err)
		}
		if len(corrected) == 0 {
			continue
		}
		seq := int64(0)
		for _, c := range what {
			if slices.ContainsFunc(parts[i].Shows, func(s Shown) bool { return s.Ref == c.Ref }) {
				seq = max(seq, c.Seq)
			}
		}
		run := NewRun{
			Run: Run{
				Key:  RunKey{"correction/" + string(IDIn(markerOf(d))), strconv.FormatInt(seq, 10)},
				Kind: Correction, State: Planned, Due: plan.At, Made: plan.At, Seq: seq, Zone: d.Zone,
			},
			Parts: corrected, OnUnknown: Resend, Owner: e.Owner, Deadline: plan.At.Add(StandardCatchup),
			To: []Target{{Place: d.To, Message: d.Message, Marker: markerOf(d), Thread: d.Thread, Refused: e.refused(d.To, stops)}},
		}
		if err := e.afterEdits(ctx, book, &run); err != nil {
			return err
		}
		plan.Supersede = append(plan.Supersede, run.Key.Source)
		plan.Runs = append(plan.Runs, run)
	}
	return nil
}

// afterEdits lets an edit wait for the earlier ones of its source that may still be applied:
// the platform could put the older text in place of the newer.
func (e *Engine) afterEdits(ctx context.Context, book briefings.BookID, run *NewRun) error {
	open, err := e.Ledger.Deliveries(ctx, book, DeliveryQuery{Source: run.Key.Source, States: []State{Sending, Unknown}})
	if err != nil {
		return err
	}
	for _, d := range open {
		if settled := d.settled(e.Timings); d.Op == Edit && settled.After(run.To[0].NotBefore) {
			run.To[0].NotBefore = settled
		}
	}
	return nil
}

// corrections are what was corrected after runs were made. Many messages are of one run.
type corrections struct {
	e    *Engine
	book briefings.BookID
	news News
	runs map[RunKey]int64
	of   map[int64][]Corrected
}

// corrected returns what was corrected after a run was made; where it is not known when
// that was, what is news.
func (c *corrections) corrected(ctx context.Context, key RunKey) ([]Corrected, error) {
	seq, ok := c.runs[key]
	if !ok {
		var err error
		if seq, err = c.e.madeFrom(ctx, c.book, key); err != nil {
			return nil, err
		}
		c.runs[key] = seq
	}
	if seq == 0 {
		return c.news.Corrected, nil
	}
	what, ok := c.of[seq]
	if !ok {
		news, err := c.e.Author.News(ctx, c.book, seq)
		if err != nil {
			return nil, fmt.Errorf("look for corrections: %w", err)
		}
		what = news.Corrected
		c.of[seq] = what
	}
	if len(what) == 0 {
		return c.news.Corrected, nil
	}
	return what, nil
}

// messagesOf returns, for each message that shows a record, the delivery that wrote it
// last: that posted it, or edited it.
func messagesOf(carriers []Carrier) []Delivery {
	var list []Delivery
	for _, c := range carriers {
		d := c.Delivery
		if d.Message == "" {
			continue
		}
		i := slices.IndexFunc(list, func(x Delivery) bool { return x.To == d.To && x.Message == d.Message })
		switch {
		case i < 0:
			list = append(list, d)
		case d.Moved.After(list[i].Moved):
			list[i] = d
		}
	}
	return list
}
