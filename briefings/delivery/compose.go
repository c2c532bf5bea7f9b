package delivery

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// compose has the edition of a run written, and says where it goes. It counts the
// edition in the schedule, unless nothing is posted.
func (e *Engine) compose(ctx context.Context, book briefings.BookID, s *Schedule, run *NewRun, deadline time.Time, stops map[Place]string) error {
	for _, place := range s.Places {
		run.To = append(run.To, Target{Place: place, Refused: e.refused(place, stops)})
	}
	last, sinces, err := e.sinces(ctx, book, *s, run.To)
	if err != nil {
		return err
	}
	ask := EditionAsk{
		Schedule: *s, Number: s.Edition + 1, Slot: run.Key.Slot, Due: run.Due, Now: run.Made,
		Since: last.Seq, SinceDue: last.Due, Platforms: platformsOf(s.Places, e.Senders),
	}
	text, err := e.write(ctx, book, ask, sinces)
	if err != nil {
		return fmt.Errorf("write the edition: %w", err)
	}
	run.Seq, run.Since, run.Hash = text.Seq, ask.Since, text.Hash
	run.OnUnknown, run.Deadline = s.Options.OnUnknown, deadline
	if run.Made.Sub(run.Due) <= e.Timings.LookFirst {
		run.Owner = e.Owner
	}
	if text.Quiet {
		switch s.Options.WhenEmpty {
		case Skip:
			run.State, run.Reason, run.To = Skipped, "unchanged", nil
			return nil
		case EditLast:
			to := run.To
			run.To = nil
			done, err := e.editLast(ctx, book, ask, last, run)
			if err != nil || done {
				return err
			}
			run.To = to
		}
	}
	s.Edition++
	run.Edition, run.Parts = s.Edition, text.Parts
	return nil
}

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
// was not reached for a while miss nothing.
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
		if d.Part > 1 || d.Op != Post || looked == mostBehind || !slices.ContainsFunc(to, func(t Target) bool { return t.Place == d.To && t.Refused == "" }) {
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
	return last, list, nil
}

// write has an edition written, for each platform since what its readers have read. It is
// quiet where all of it is.
func (e *Engine) write(ctx context.Context, book briefings.BookID, ask EditionAsk, sinces []since) (Text, error) {
	if len(sinces) < 2 {
		if len(sinces) == 1 {
			ask.Since, ask.SinceDue = sinces[0].last.Seq, sinces[0].last.Due
		}
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
			text.Parts = append(all.Parts, text.Parts...)
		}
		all = text
	}
	return all, nil
}

// platformsOf returns the platforms of places that are served.
func platformsOf(places []Place, senders map[briefings.Platform]Sender) []briefings.Platform {
	var list []briefings.Platform
	for _, p := range places {
		if senders[p.Platform] != nil && !slices.Contains(list, p.Platform) {
			list = append(list, p.Platform)
		}
	}
	return list
}

// editLast makes the run an edit of the last edition where it was posted. It reports
// false where there is none that can be edited: then a line is posted.
func (e *Engine) editLast(ctx context.Context, book briefings.BookID, ask EditionAsk, last Run, run *NewRun) (bool, error) {
	if last.Key == (RunKey{}) {
		return false, nil
	}
	posted, err := e.Ledger.Deliveries(ctx, book, DeliveryQuery{Run: &last.Key, States: []State{Sent}})
	if err != nil {
		return false, err
	}
	for _, platform := range ask.Platforms {
		parts, err := e.Ledger.Parts(ctx, book, last.Key, platform)
		if err != nil {
			return false, err
		}
		if len(parts) == 0 {
			continue
		}
		part, err := e.Author.Unchanged(ctx, book, parts[0], ask)
		if err != nil {
			return false, fmt.Errorf("write that nothing is new: %w", err)
		}
		part.Platform, part.Number, part.Op = platform, 1, Edit
		run.Parts = append(run.Parts, part)
		for _, d := range posted {
			if d.To.Platform == platform && d.Part == 1 && d.Message != "" {
				run.To = append(run.To, Target{Place: d.To, Message: d.Message, Marker: markerOf(d), Thread: d.Thread})
			}
		}
	}
	if len(run.To) == 0 {
		run.Parts = nil
		return false, nil
	}
	run.Reason = "unchanged: the last edition says so"
	return true, nil
}

// markerOf is what marks the message of a delivery.
func markerOf(d Delivery) string {
	if d.Marker != "" {
		return d.Marker
	}
	return MarkerOf(d.ID, d.Edition)
}

// RunNow plans an edition of a schedule now, beside its slots. What asks for it again
// with the same event asks for the same run.
func (e *Engine) RunNow(ctx context.Context, book briefings.BookID, id ScheduleID, event string) (RunKey, error) {
	schedules, err := e.Ledger.Schedules(ctx, book)
	if err != nil {
		return RunKey{}, err
	}
	i := slices.IndexFunc(schedules, func(s Schedule) bool { return s.ID == id })
	if i < 0 {
		return RunKey{}, briefings.Errorf(briefings.ErrNotFound, "That schedule is not there any more. /digest list shows those that are.")
	}
	s, now := schedules[i], e.Now()
	stops, err := e.Ledger.Stops(ctx, book)
	if err != nil {
		return RunKey{}, err
	}
	s.Options.WhenEmpty = Always
	run := NewRun{Run: Run{Key: RunKey{string(s.ID), ByHand + event}, Kind: Digest, State: Planned, Reason: "asked for", Due: now, Made: now, Zone: s.Zone}}
	if err := e.compose(ctx, book, &s, &run, now.Add(time.Hour), stops); err != nil {
		return RunKey{}, err
	}
	s.Options.WhenEmpty = schedules[i].Options.WhenEmpty
	err = e.Ledger.Commit(ctx, book, Plan{At: now, Runs: []NewRun{run}, Schedules: []Schedule{s}})
	if err == nil {
		signal(e.more)
	}
	return run.Key, err
}
