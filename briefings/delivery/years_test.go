package delivery_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
)

// What schedules are made of in TestEngine_InYearsEverySlotIsAccountedForOnce: zones with
// unusual transitions among them, and times in their gaps and overlaps.
var (
	yearZones = []string{
		"UTC", "Europe/Dublin", "Europe/Kyiv", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Asia/Gaza", "Pacific/Chatham",
		"America/Nuuk", "Africa/Casablanca", "Asia/Beirut", "Atlantic/Azores", "America/Sao_Paulo", "Asia/Kathmandu", "Pacific/Kiritimati",
	}
	yearSpecs = []string{
		"0 8 * * *", "30 2 * * *", "0 0 * * *", "15 1 * * *", "0 8 * * 1-5", "30 17 * * 1,4", "0 9,18 * * *", "45 2 * * 0",
		"0 12 1 * *", "0 6 29 2 *", "0 7 31 * *", "0 */6 * * *", "30 1-3 * * *", "0 10 1-7 * 1",
	}
)

// era is a time in which a schedule was not changed.
type era struct {
	spec     string
	from, to time.Time
}

// chronicle is a schedule with all that it ever was.
type chronicle struct {
	delivery.Schedule
	eras []era
}

// slots counts the slots that were due in the eras, and calls see with each.
func (c chronicle) slots(t *testing.T, see func(slot string)) {
	t.Helper()
	for _, e := range c.eras {
		table, err := delivery.TimetableOf(e.spec, c.Zone)
		if err != nil {
			t.Fatal(err)
		}
		slot, due, ok := table.First(e.from)
		for ; ok && !due.After(e.to); slot, due, ok = table.Next(slot) {
			see(string(slot))
		}
	}
}

// TestEngine_InYearsEverySlotIsAccountedForOnce lets years pass, in which schedules are
// edited, paused and resumed, and the engine is stopped for hours: then every slot has one
// run, or is counted in one, and each edition is in its channel once. There are a few
// schedules and weeks of them, or 200 and as many years as BRIEFBOT_TEST_YEARS says.
func TestEngine_InYearsEverySlotIsAccountedForOnce(t *testing.T) {
	schedules, length := 20, 5*24*time.Hour
	if slow {
		schedules, length = 10, 24*time.Hour
	}
	years := 0
	if _, err := fmt.Sscan(os.Getenv("BRIEFBOT_TEST_YEARS"), &years); err == nil {
		schedules, length = 200, time.Duration(years)*365*24*time.Hour
	}
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(time.Date(2026, 3, 1, 3, 7, 0, 0, time.UTC)))
		h := newHouse(t)
		h.author.parts = 1
		h.timings = delivery.Standard
		h.timings.Tick = time.Hour // cron rings, as it does; the tick is for when it does not
		random := rand.New(rand.NewPCG(7, 7))
		pick := func(list []string) string { return list[random.IntN(len(list))] }
		chronicles := make([]chronicle, schedules)
		for i := range chronicles {
			c := &chronicles[i]
			to := []delivery.Place{news, desk}[i%2]
			to.Channel = fmt.Sprint("c", i)
			spec := yearSpecs[i%len(yearSpecs)]
			c.Schedule = h.schedule(fmt.Sprint("s", i), spec, yearZones[i%len(yearZones)], delivery.Options{Catchup: time.Duration(1+random.IntN(20)) * time.Hour}, to)
			c.eras = []era{{spec: spec, from: time.Now()}}
		}
		began, edits, pauses, restarts := time.Now(), 0, 0, 0
		r := h.start(h.store)
		for time.Since(began) < length {
			time.Sleep(time.Duration(random.Int64N(int64(2 * 36 * time.Hour / time.Duration(1+schedules/20)))))
			if random.IntN(6) == 0 { // the process is not there for a while
				r.stop()
				time.Sleep(time.Duration(random.Int64N(int64(30 * time.Hour))))
				r = h.start(h.store)
				restarts++
				continue
			}
			c := &chronicles[random.IntN(schedules)]
			now := time.Now()
			list, err := h.store.Schedules(t.Context(), book)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range list {
				if s.ID == c.ID {
					c.Schedule = s
				}
			}
			if !c.NextDue.After(now) { // its slot is to be written down first
				continue
			}
			spec := c.Spec
			switch {
			case c.State == delivery.Paused: // it is resumed, as /digest resume does
				c.State = delivery.Active
			case random.IntN(2) == 0:
				c.State = delivery.Paused
				pauses++
			default:
				spec = pick(yearSpecs)
				edits++
			}
			table, err := delivery.TimetableOf(spec, c.Zone)
			if err != nil {
				t.Fatal(err)
			}
			if c.State == delivery.Active {
				c.Spec, c.Cursor = spec, ""
				_, c.NextDue, _ = table.First(now)
			}
			s, err := h.store.PutSchedule(t.Context(), book, briefings.Deed{At: now}, c.Schedule)
			if errors.Is(err, briefings.ErrConflict) { // the planner was quicker
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			c.Schedule = s
			c.eras[len(c.eras)-1].to = now
			c.eras = append(c.eras, era{spec: spec, from: now})
			r.Wake()
		}
		time.Sleep(31 * time.Hour) // longer than any window
		end := time.Now()
		r.stop()
		h.accounted(chronicles, end)
		t.Logf("%d schedules over %.1f years: %d edits, %d pauses, %d restarts", schedules, end.Sub(began).Hours()/24/365, edits, pauses, restarts)
	})
}

// accounted fails the test unless each slot of the chronicles has one run, or is counted
// in one, and each edition is in its channel once.
func (h *house) accounted(chronicles []chronicle, end time.Time) {
	t := h.t
	states := map[delivery.RunState]int{}
	due, counted, sent := 0, 0, 0
	for _, c := range chronicles {
		c.eras[len(c.eras)-1].to = end
		runs, err := h.store.Runs(t.Context(), book, delivery.RunQuery{Source: string(c.ID), Limit: 1 << 20})
		if err != nil {
			t.Fatal(err)
		}
		found := map[string]int{}
		more := 0
		for _, r := range runs {
			found[r.Key.Slot]++
			more += r.More
			states[r.State]++
		}
		missing := 0
		c.slots(t, func(slot string) {
			due++
			if found[slot] == 1 {
				delete(found, slot)
			} else {
				missing++
			}
		})
		if missing != more {
			t.Errorf("%s %q in %s: %d slots have no run, and %d are counted", c.Name, c.Spec, c.Zone, missing, more)
		}
		if len(found) > 0 {
			t.Errorf("%s %q in %s has runs of slots that never were due: %v", c.Name, c.Spec, c.Zone, found)
		}
		counted += more
		deliveries, err := h.store.Deliveries(t.Context(), book, delivery.DeliveryQuery{Source: string(c.ID), Limit: 1 << 20})
		if err != nil {
			t.Fatal(err)
		}
		there := map[delivery.ID]int{}
		for _, m := range h.platforms[c.Places[0].Platform].all(c.Places[0]) {
			there[delivery.IDIn(m.marker)]++
		}
		for _, d := range deliveries {
			switch {
			case d.State == delivery.Sent && there[d.ID] == 1:
				sent++
				delete(there, d.ID)
			case d.State == delivery.Sent:
				t.Errorf("%s: %s is in its channel %d times", c.Name, d.Run.Slot, there[d.ID])
			case d.State != delivery.Replaced && d.State != delivery.Dead:
				t.Errorf("%s: %s is %s", c.Name, d.Run.Slot, d.State)
			}
		}
		if len(there) > 0 {
			t.Errorf("%s: %d messages are of no delivery", c.Name, len(there))
		}
	}
	t.Logf("%d slots were due: %v, %d more are counted in those; %d editions were posted", due, states, counted, sent)
}
