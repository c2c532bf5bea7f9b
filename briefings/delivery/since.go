package delivery

import (
	"context"
	"errors"
	"slices"

	"github.com/briefbot/briefbot/briefings"
)

// since is what the readers of a platform have read last.
type since struct {
	last      Run
	platforms []briefings.Platform
}

// mostBehind is of how many places it is looked up what reached them, where the last
// edition did not.
const mostBehind = 20

// sinces returns the last edition that was posted, and which one reached every place of
// each platform: an edition tells what changed since then, so that readers of a place that
// was not reached for a while miss nothing. What a platform does not take as it is does not
// count: it may never take it.
func (e *Engine) sinces(ctx context.Context, book briefings.BookID, s Schedule, to []Target) (last Run, list []since, err error) {
	last, err = e.Ledger.LastSent(ctx, book, string(s.ID), nil)
	if errors.Is(err, briefings.ErrNotFound) {
		return Run{}, nil, nil
	}
	if err != nil {
		return last, nil, err
	}
	missed, err := e.Ledger.Deliveries(ctx, book, DeliveryQuery{Run: &last.Key, States: []State{Pending, Sending, Unknown, Reconciling, Dead, Replaced, Dropped}})
	if err != nil {
		return last, nil, err
	}
	reached, looked := map[briefings.Platform]Run{}, 0
	for _, d := range missed {
		if d.Part > 1 || d.Op != Post || d.Class == string(Faulty) || looked == mostBehind || !slices.ContainsFunc(to, func(t Target) bool { return t.Place == d.To && t.Refused == "" }) {
			continue
		}
		looked++
		before, err := e.Ledger.LastSent(ctx, book, string(s.ID), &d.To)
		if errors.Is(err, briefings.ErrNotFound) {
			continue
		}
		if err != nil {
			return last, nil, err
		}
		if r, ok := reached[d.To.Platform]; !ok || before.Made.Before(r.Made) {
			reached[d.To.Platform] = before
		}
	}
	for _, p := range platformsOf(s.Places, e.Senders) {
		r, ok := reached[p]
		if !ok {
			r = last
		}
		i := slices.IndexFunc(list, func(x since) bool { return x.last.Key == r.Key })
		if i < 0 {
			list, i = append(list, since{last: r}), len(list)
		}
		list[i].platforms = append(list[i].platforms, p)
	}
	if len(list) == 0 { // none is served: what is written is seen in the history alone
		list = append(list, since{last: last})
	}
	return last, list, nil
}

// oldest is the revision from which on an edition tells what changed, 0 for the first.
func oldest(sinces []since) (seq int64) {
	for i, x := range sinces {
		if i == 0 || x.last.Seq < seq {
			seq = x.last.Seq
		}
	}
	return seq
}

// write has an edition written, for each platform since what its readers have read. It is
// quiet where all of it is.
func (e *Engine) write(ctx context.Context, book briefings.BookID, ask EditionAsk, sinces []since) (Text, error) {
	if len(sinces) == 0 { // the first
		return e.Author.Edition(ctx, book, ask)
	}
	var all Text
	for i, x := range sinces {
		ask.Since, ask.SinceDue, ask.Platforms = x.last.Seq, x.last.Due, x.platforms
		text, err := e.Author.Edition(ctx, book, ask)
		if err != nil {
			return Text{}, err
		}
		if i > 0 {
			text.Quiet = text.Quiet && all.Quiet
			text.Parts = slices.Concat(all.Parts, text.Parts)
		}
		all = text
	}
	return all, nil
}
