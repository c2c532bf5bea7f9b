package delivery

import (
	"sync"

	"github.com/briefbot/briefbot/briefings/civil"
)

// maxTimetables is how many timetables are kept before all are forgotten.
const maxTimetables = 10_000

// timetables keeps the timetables of schedules, by what they are made of.
type timetables struct {
	mu    sync.Mutex
	known map[[2]string]civil.Timetable
}

// of returns the timetable of a schedule.
func (t *timetables) of(s Schedule) (civil.Timetable, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	key := [2]string{s.Spec, s.Zone}
	if table, ok := t.known[key]; ok {
		return table, nil
	}
	table, err := TimetableOf(s.Spec, s.Zone)
	if err != nil {
		return civil.Timetable{}, err
	}
	if t.known == nil || len(t.known) >= maxTimetables {
		t.known = map[[2]string]civil.Timetable{}
	}
	t.known[key] = table
	return table, nil
}

// TimetableOf returns the timetable of a spec in a zone. The error is ErrInvalid with a
// sentence.
func TimetableOf(spec, zone string) (civil.Timetable, error) {
	s, err := civil.ParseSpec(spec)
	if err != nil {
		return civil.Timetable{}, err
	}
	loc, err := civil.Zone(zone)
	if err != nil {
		return civil.Timetable{}, err
	}
	return civil.Timetable{Spec: s, Zone: loc}, nil
}
