package delivery

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// compose has the edition of a run written, and says where it goes. It counts the
// edition in the schedule, unless nothing is posted.
func (e *Engine) compose(ctx context.Context, book briefings.BookID, s *Schedule, run *NewRun, deadline time.Time, stops map[Place]string) error {
	to := make([]Target, len(s.Places))
	for i, place := range s.Places {
		to[i] = Target{Place: place, Refused: e.refused(place, stops)}
	}
	last, sinces, err := e.sinces(ctx, book, *s, to)
	if err != nil {
		return err
	}
	ask := EditionAsk{
		Schedule: *s, Number: s.Edition + 1, Slot: run.Key.Slot, Due: run.Due, Now: run.Made,
		Platforms: platformsOf(s.Places, e.Senders),
	}
	text, err := e.write(ctx, book, ask, sinces)
	if err != nil {
		return fmt.Errorf("write the edition: %w", err)
	}
	run.Seq, run.Since, run.Hash = text.Seq, oldest(sinces), text.Hash
	run.OnUnknown, run.Deadline = s.Options.OnUnknown, deadline
	if run.Made.Sub(run.Due) <= e.Timings.LookFirst {
		run.Owner = e.Owner
	}
	if text.Quiet {
		switch s.Options.WhenEmpty {
		case Skip:
			run.State, run.Reason = Skipped, "unchanged"
			return nil
		case EditLast:
			done, err := e.editLast(ctx, book, ask, last, run)
			if err != nil || done {
				return err
			}
		}
	}
	s.Edition++
	run.Edition, run.Parts, run.To = s.Edition, text.Parts, to
	return nil
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
