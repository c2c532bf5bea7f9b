package delivery

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// NoticePlace is the setting that says where admins are told what failed, as Place.String
// writes it; "" for nowhere.
const NoticePlace = "notices"

// How admins are told.
const (
	noticeEvery = time.Hour      // at most once for each place that fails
	noticeOld   = 24 * time.Hour // what failed before is in the list of failures only
)

// planNotices tells admins what was not delivered and will not be by itself, and
// editors whose corrections did not arrive.
func (e *Engine) planNotices(ctx context.Context, book briefings.BookID) error {
	now := e.Now()
	failed, err := e.Ledger.Deliveries(ctx, book, DeliveryQuery{States: []State{Dead}, Since: now.Add(-noticeOld)})
	if err != nil {
		return err
	}
	missed, err := e.missed(ctx, book, now)
	if err != nil {
		return err
	}
	passed, err := e.superseded(ctx, book, now)
	if err != nil {
		return err
	}
	if failed = append(append(failed, missed...), passed...); len(failed) == 0 {
		return nil
	}
	said, err := e.Ledger.Setting(ctx, book, NoticePlace)
	if err != nil {
		return err
	}
	plan := Plan{At: now}
	if to, err := ParsePlace(said); err == nil {
		for place, list := range byPlace(failed) {
			if place != to || to.Direct() { // where nothing arrives no notice does
				if err := e.planNotice(ctx, book, "notice/"+to.Digest(e.secret)+"/"+place.Digest(e.secret), to, list, &plan); err != nil {
					return err
				}
			}
		}
	}
	for _, d := range failed {
		if d.Kind == Correction {
			if err := e.tellEditor(ctx, book, d, &plan); err != nil {
				return err
			}
		}
	}
	if len(plan.Runs) == 0 {
		return nil
	}
	return e.Ledger.Commit(ctx, book, plan)
}

// missed returns the slots that nobody was there for, as deliveries that failed.
func (e *Engine) missed(ctx context.Context, book briefings.BookID, now time.Time) ([]Delivery, error) {
	runs, err := e.Ledger.Runs(ctx, book, RunQuery{Kind: Digest, States: []RunState{Missed}, Since: now.Add(-noticeOld)})
	if err != nil || len(runs) == 0 {
		return nil, err
	}
	schedules, err := e.Ledger.Schedules(ctx, book)
	if err != nil {
		return nil, err
	}
	places := map[string][]Place{}
	for _, s := range schedules {
		places[string(s.ID)] = s.Places
	}
	var list []Delivery
	for _, r := range runs {
		for _, p := range places[r.Key.Source] {
			list = append(list, Delivery{Run: r.Key, Kind: r.Kind, To: p, State: Dead, Due: r.Due, Moved: r.Made, Class: string(Missed), Detail: r.Reason, Zone: r.Zone})
		}
	}
	return list, nil
}

// superseded returns the editions that did not reach a place before the next was due. There
// is nothing to be done about one: the next tells what was in it.
func (e *Engine) superseded(ctx context.Context, book briefings.BookID, now time.Time) ([]Delivery, error) {
	runs, err := e.Ledger.Runs(ctx, book, RunQuery{Kind: Digest, States: []RunState{Superseded}, Since: now.Add(-noticeOld)})
	if err != nil {
		return nil, err
	}
	var list []Delivery
	for _, r := range runs {
		left, err := e.Ledger.Deliveries(ctx, book, DeliveryQuery{Run: &r.Key, States: []State{Replaced}})
		if err != nil {
			return nil, err
		}
		for _, d := range left {
			if d.Part == 1 && d.Op == Post {
				d.ID = ""
				list = append(list, d)
			}
		}
	}
	return list, nil
}

// byPlace sorts what failed by where. Notices that fail are in the list of failures
// only.
func byPlace(failed []Delivery) map[Place][]Delivery {
	places := map[Place][]Delivery{}
	for _, d := range failed {
		if d.Kind != Notice {
			places[d.To] = append(places[d.To], d)
		}
	}
	return places
}

// planNotice plans one notice of a place, unless there was one within the hour, or
// nothing is new since.
func (e *Engine) planNotice(ctx context.Context, book briefings.BookID, source string, to Place, failed []Delivery, plan *Plan) error {
	if e.Senders[to.Platform] == nil {
		return nil
	}
	last, err := e.Ledger.Runs(ctx, book, RunQuery{Source: source, Limit: 1})
	if err != nil {
		return err
	}
	var fresh []Delivery
	for _, d := range failed {
		if len(last) == 0 || d.Moved.After(last[0].Made) {
			fresh = append(fresh, d)
		}
	}
	if len(fresh) == 0 || len(last) > 0 && plan.At.Sub(last[0].Made) < noticeEvery {
		return nil
	}
	return e.addNotice(ctx, book, RunKey{source, strconv.FormatInt(plan.At.UnixMilli(), 10)}, to, fresh, plan)
}

// addNotice adds a notice to the plan.
func (e *Engine) addNotice(ctx context.Context, book briefings.BookID, key RunKey, to Place, failed []Delivery, plan *Plan) error {
	text, err := e.Author.Notice(ctx, book, failed, to.Platform, plan.At)
	if err != nil {
		return fmt.Errorf("write a notice: %w", err)
	}
	plan.Runs = append(plan.Runs, NewRun{
		Run:   Run{Key: key, Kind: Notice, State: Planned, Due: plan.At, Made: plan.At, Seq: text.Seq, Hash: text.Hash},
		Parts: text.Parts, To: []Target{{Place: to}}, OnUnknown: Resend, Owner: e.Owner, Deadline: plan.At.Add(StandardCatchup),
	})
	return nil
}

// tellEditor tells whoever corrected something that a copy of it could not be.
func (e *Engine) tellEditor(ctx context.Context, book briefings.BookID, d Delivery, plan *Plan) error {
	seq, err := strconv.ParseInt(d.Run.Slot, 10, 64)
	if err != nil || e.Editor == nil {
		return nil
	}
	key := RunKey{"editor/" + string(d.ID), d.Run.Slot}
	told, err := e.Ledger.Runs(ctx, book, RunQuery{Source: key.Source, Limit: 1})
	if err != nil || len(told) > 0 {
		return err
	}
	who, err := e.Editor(ctx, book, seq)
	if errors.Is(err, briefings.ErrNotFound) || who.User == "" || e.Senders[who.Platform] == nil {
		return nil
	}
	if err != nil {
		return err
	}
	return e.addNotice(ctx, book, key, Direct(who), []Delivery{d}, plan)
}
