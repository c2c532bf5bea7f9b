package store_test

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"

	"github.com/briefbot/briefbot/briefings/delivery"
	"github.com/briefbot/briefbot/store"
)

// Two deliveries may have one id by chance. The later gets another, and its parts know.
func TestLedger_AnIdThatIsTakenIsNotLost(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		seed(t, dsn)
		s := open(t, dsn, store.Options{CallersClock: true})
		secret, err := s.Secret(ctx)
		if err != nil {
			t.Fatal(err)
		}
		taken := string(delivery.NewID(secret, "talks", delivery.RunKey{Source: "s", Slot: "2"}, crashPlace, 1))
		plan := func(slot string) {
			run := crashRun(slot)
			run.To = run.To[:1]
			if err := s.Commit(ctx, "talks", delivery.Plan{At: noon, Runs: []delivery.NewRun{run}}); err != nil {
				t.Fatal(err)
			}
		}
		plan("1")
		db := raw(t, dsn)
		execSQL(t, db, "UPDATE deliveries SET id = $1 WHERE part = 1", taken)
		execSQL(t, db, "UPDATE deliveries SET root = $1 WHERE part = 2", taken)
		plan("2")
		plan("2")
		send := func(slot string, want int) { // want is how many may be sent before
			t.Helper()
			jobs, err := s.Work(ctx, "talks", benchPlatforms, noon, 10)
			if err != nil || len(jobs) != want {
				t.Fatalf("%d jobs, %v", len(jobs), err)
			}
			for _, j := range jobs {
				if j.Run.Slot != slot {
					continue
				}
				made, err := s.Move(ctx, "talks", []delivery.Move{{From: j.Delivery, To: delivery.Delivered(j.Delivery, "m"+slot), At: noon}})
				if err != nil || !made[0] {
					t.Fatal(made, err)
				}
				list, err := s.Deliveries(ctx, "talks", delivery.DeliveryQuery{Run: &j.Run})
				if err != nil || len(list) != 2 {
					t.Fatalf("%d deliveries, %v", len(list), err)
				}
				for _, d := range list {
					if d.Part == 2 && d.Thread != "m"+slot {
						t.Errorf("part 2 of %s goes into the thread %q", slot, d.Thread)
					}
				}
			}
		}
		send("2", 2)
		send("1", 2)
	})
}

// A copy of the file goes on where the original stood: with its deliveries, and with
// the secret that their ids follow from.
func TestBackup_HoldsTheLedger(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	path, copied := filepath.Join(dir, "book.db"), filepath.Join(dir, "copy.db")
	live(t, path)
	s := open(t, path, store.Options{Exclusive: true})
	if err := s.Backup(ctx, copied); err != nil {
		t.Fatal(err)
	}
	c := open(t, copied, store.Options{Exclusive: true})
	if got, want := dump(t, raw(t, copied)), dump(t, raw(t, path)); got != want {
		t.Errorf("the copy has\n%s\nand there is\n%s", got, want)
	}
	got, err := c.Secret(ctx)
	want, err2 := s.Secret(ctx)
	if err != nil || err2 != nil || !bytes.Equal(got, want) {
		t.Errorf("the secrets differ: %v, %v", err, err2)
	}
	if _, err := c.Verify(ctx, "talks"); err != nil {
		t.Error(err)
	}
}
