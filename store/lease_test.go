package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/briefbot/briefbot/briefings/delivery"
	"github.com/briefbot/briefbot/store"
	"github.com/briefbot/briefbot/store/storetest"
)

// The clocks of two machines may differ by more than a lease: what counts is the one
// that they share.
func TestLedger_LeasesOfPostgresRunByItsClock(t *testing.T) {
	ctx := context.Background()
	dsn := storetest.Postgres(t)
	seed(t, dsn)
	s := open(t, dsn, store.Options{})
	db := raw(t, dsn)
	ahead, behind := noon.AddDate(10, 0, 0), noon.AddDate(-10, 0, 0)
	run := benchRun("s", "1", benchChannel)
	run.Deadline = time.Time{}
	if err := s.Commit(ctx, "talks", delivery.Plan{At: behind, Runs: []delivery.NewRun{run}}); err != nil {
		t.Fatal(err)
	}
	work := func(now time.Time) []delivery.Job {
		jobs, err := s.Work(ctx, "talks", benchPlatforms, now, 10)
		if err != nil {
			t.Fatal(err)
		}
		return jobs
	}
	job := work(behind)[0]
	claimed := job.Delivery
	claimed.State = delivery.Sending
	const length = 500 * time.Millisecond
	if made, err := s.Move(ctx, "talks", []delivery.Move{{From: job.Delivery, To: claimed, Lease: length, At: behind}}); err != nil || !made[0] {
		t.Fatal(made, err)
	}
	var clock int64
	if err := db.QueryRow("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)").Scan(&clock); err != nil {
		t.Fatal(err)
	}
	if counts, err := s.Clock(ctx, behind); err != nil || counts.Sub(time.UnixMilli(clock)).Abs() > time.Minute {
		t.Errorf("the time that counts is %s, and the database's %s (%v)", counts, time.UnixMilli(clock), err)
	}
	list, err := s.Deliveries(ctx, "talks", delivery.DeliveryQuery{})
	if err != nil {
		t.Fatal(err)
	}
	if left := list[0].Lease.Sub(time.UnixMilli(clock)); left > length || left < -length {
		t.Errorf("%v are left of a lease of %v", left, length)
	}
	if n := len(work(ahead)); n != 0 && time.UnixMilli(clock).Before(list[0].Lease.Add(-length/2)) {
		t.Errorf("a clock that is ahead has ended the lease: %d", n)
	}
	for range 200 {
		if len(work(behind)) == 1 {
			break
		}
		time.Sleep(length / 20)
	}
	if len(work(behind)) != 1 {
		t.Error("a clock that is behind has kept the lease")
	}

	lease := func(owner string, now time.Time, length time.Duration) bool {
		have, err := s.Lease(ctx, "leader", owner, now, length)
		if err != nil {
			t.Fatal(err)
		}
		return have
	}
	if !lease("me", behind, time.Hour) || lease("you", ahead, time.Hour) || !lease("me", ahead, time.Millisecond) {
		t.Error("the caller's clock has counted")
	}
	time.Sleep(20 * time.Millisecond)
	if !lease("you", behind, time.Hour) {
		t.Error("the lease has not run out")
	}
}
