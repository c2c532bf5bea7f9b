package store_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"modernc.org/sqlite"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
	"github.com/briefbot/briefbot/store"
)

// Accounts of these tests.
var (
	leaver = briefings.Actor{Platform: "slack", Workspace: "T1", User: "ULEAVER"}
	other  = briefings.Actor{Platform: "discord", Workspace: "guild", User: "1001"}
)

// crashDeed is who does the deeds that are killed, and for which event. Nobody has seen
// them before, so that there is more to write.
var crashDeed = briefings.Deed{Actor: briefings.Actor{Platform: "slack", Workspace: "T1", User: "UNEW"}, Action: "crash", At: noon, Event: "crash"}

// crashDeeds are the deeds that are killed at each of their writes.
var crashDeeds = map[string]func(context.Context, *store.Store) error{
	"apply": func(ctx context.Context, s *store.Store) error {
		c := briefings.Change{Actor: crashDeed.Actor, Action: crashDeed.Action, At: noon, Event: crashDeed.Event}
		c.Edits = []briefings.Edit{{Base: 1, Put: person("witkoff", "Stephen Witkoff")}, {Put: person("new", "New")}, {Base: 1, Delete: person("leaving", "").Ref()}}
		_, err := s.Apply(ctx, "talks", c)
		return err
	},
	"grant": func(ctx context.Context, s *store.Store) error {
		return s.Grant(ctx, "talks", crashDeed, briefings.Grant{Platform: "slack", Workspace: "T1", To: briefings.ToUser, ID: "UOTHER", Role: briefings.Editor})
	},
	"link": func(ctx context.Context, s *store.Store) error {
		return s.Link(ctx, "talks", crashDeed, leaver, someone)
	},
	"unlink": func(ctx context.Context, s *store.Store) error { return s.Unlink(ctx, "talks", crashDeed, leaver) },
	"bind": func(ctx context.Context, s *store.Store) error {
		return s.Bind(ctx, crashDeed, briefings.Binding{Platform: "slack", Workspace: "T1", Book: "talks"})
	},
	"note": func(ctx context.Context, s *store.Store) error {
		return s.Note(ctx, "talks", crashDeed, briefings.Denied, "no")
	},
	"erase": func(ctx context.Context, s *store.Store) error {
		return s.Erase(ctx, "talks", crashDeed, []briefings.Actor{leaver, other})
	},
	"schedule": func(ctx context.Context, s *store.Store) error {
		_, err := s.PutSchedule(ctx, "talks", crashDeed, delivery.Schedule{Name: "new", Places: []delivery.Place{delivery.Direct(crashDeed.Actor)}, State: delivery.Active})
		return err
	},
	"watch": func(ctx context.Context, s *store.Store) error {
		_, err := s.PutWatch(ctx, "talks", crashDeed, delivery.Watch{Owner: crashDeed.Actor, To: delivery.Direct(crashDeed.Actor), State: delivery.Active})
		return err
	},
	"pin": func(ctx context.Context, s *store.Store) error {
		_, err := s.PutPin(ctx, "talks", crashDeed, delivery.Pin{To: crashPlace, Topic: "witkoff", State: delivery.Active})
		return err
	},
	"setting": func(ctx context.Context, s *store.Store) error {
		return s.PutSetting(ctx, "talks", crashDeed, "notices", crashPlace.String())
	},
	"reopen": func(ctx context.Context, s *store.Store) error { return s.Reopen(ctx, "talks", crashDeed, crashPlace) },
}

var crashPlace = delivery.Place{Platform: "slack", Workspace: "T1", Channel: "C1"}

// crashPlan is what is planned and killed at each write: it moves on what live has left,
// supersedes a run of it, and makes another to two places, in two parts.
func crashPlan(ctx context.Context, s *store.Store) error {
	schedules, err := s.Schedules(ctx, "talks")
	if err != nil {
		return err
	}
	watches, err := s.Watches(ctx, "talks")
	if err != nil {
		return err
	}
	schedules[0].Rev, watches[0].Rev = 1, 1 // also when it is done again
	return s.Commit(ctx, "talks", delivery.Plan{
		At: noon, Schedules: schedules, Watches: watches[:1], Supersede: []string{"s"}, Cursor: &delivery.CursorMove{From: 3, To: 4},
		Runs: []delivery.NewRun{crashRun("2"), {Run: delivery.Run{Key: delivery.RunKey{Source: "s", Slot: "1.5"}, State: delivery.Missed}}},
	})
}

func crashRun(slot string) delivery.NewRun {
	shows := []delivery.Shown{{Ref: person("witkoff", "").Ref(), Number: 1}}
	return delivery.NewRun{
		Run: delivery.Run{Key: delivery.RunKey{Source: "s", Slot: slot}, State: delivery.Planned, Due: noon, Made: noon},
		Parts: []delivery.Part{
			{Platform: "slack", Number: 1, Op: delivery.Post, Body: []byte("one"), Shows: shows}, {Platform: "slack", Number: 2, Op: delivery.Post, Threaded: true, Body: []byte("two")},
		},
		To: []delivery.Target{{Place: crashPlace}, {Place: delivery.Direct(leaver)}}, Owner: "me",
	}
}

// crashMove is a batch of moves that is killed at each write: one part is sent, and
// another place fails for good.
func crashMove(ctx context.Context, s *store.Store) error {
	list, err := s.Deliveries(ctx, "talks", delivery.DeliveryQuery{Source: "s"})
	if err != nil {
		return err
	}
	var moves []delivery.Move
	for _, d := range list {
		if d.Part != 1 {
			continue
		}
		m := delivery.Move{From: d, To: delivery.Delivered(d, "m1"), At: noon, Attempt: &delivery.Attempt{Number: 1, Began: noon, Ended: noon, Outcome: "sent"}}
		if d.To.Direct() {
			m.To.State, m.To.Class = delivery.Dead, string(delivery.Closed)
		}
		m.From.State, m.From.Fence = delivery.Pending, 0 // also when it is done again
		moves = append(moves, m)
	}
	made, err := s.Move(ctx, "talks", moves)
	if err == nil && (!made[0] || !made[1]) {
		return briefings.Errorf(briefings.ErrConflict, "They were moved.")
	}
	return err
}

// crashSteps are what the engine does of itself, and for no event.
var crashSteps = map[string]func(context.Context, *store.Store) error{"plan": crashPlan, "move": crashMove}

// live makes a book in which two accounts have left all that an account leaves.
func live(t *testing.T, dsn string) {
	t.Helper()
	ctx := context.Background()
	seed(t, dsn)
	s, err := store.Open(ctx, dsn, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	apply(t, s, briefings.Edit{Put: person("leaving", "Leaving")})
	d := briefings.Deed{Actor: leaver, Action: "live", At: noon}
	errs := []error{s.Link(ctx, "talks", d, leaver, other), s.Link(ctx, "talks", d, someone, briefings.Actor{Platform: "console", User: "else"})}
	for _, who := range []briefings.Actor{leaver, other} {
		_, err := s.Look(ctx, "talks", who, 1, noon)
		errs = append(errs, err,
			s.Grant(ctx, "talks", d, briefings.Grant{Platform: who.Platform, Workspace: who.Workspace, To: briefings.ToUser, ID: string(who.User), Role: briefings.Editor}),
			s.PutOffers(ctx, "talks", []briefings.Offer{{Token: briefings.NewToken(), Book: "talks", Actor: who, Expires: noon}}))
	}
	_, err = s.Secret(ctx)
	errs = append(errs, err)
	_, err = s.Cursor(ctx, "talks")
	errs = append(errs, err)
	_, err = s.PutSchedule(ctx, "talks", d, delivery.Schedule{Name: "s", Places: []delivery.Place{delivery.Direct(leaver), crashPlace}, State: delivery.Active})
	errs = append(errs, err)
	_, err = s.PutWatch(ctx, "talks", d, delivery.Watch{Owner: leaver, To: delivery.Direct(leaver), State: delivery.Active})
	errs = append(errs, err, s.Commit(ctx, "talks", delivery.Plan{At: noon, Runs: []delivery.NewRun{crashRun("1")}}))
	if err := errors.Join(append(errs, s.Close())...); err != nil {
		t.Fatal(err)
	}
}

// tables are all that a deed may write to, but the index of words.
var tables = []string{"books", "actors", "revisions", "records", "texts", "inbound", "audit", "grants", "persons", "bindings", "looks", "offers",
	"ledgers", "schedules", "runs", "parts", "deliveries", "attempts", "places", "postings", "watches", "pins", "settings"}

// dump returns every row of the tables.
func dump(t *testing.T, db *sql.DB) string {
	t.Helper()
	var list []string
	for _, table := range tables {
		rows, err := db.Query("SELECT * FROM " + table)
		if err != nil {
			t.Fatal(err)
		}
		columns, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		for rows.Next() {
			if err := rows.Scan(into...); err != nil {
				t.Fatal(err)
			}
			list = append(list, table+fmt.Sprint(values...))
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(list)
	return strings.Join(list, "\n")
}

// crasher puts triggers on every table that stop whoever writes, at the write of that
// number: in SQLite they kill the process themselves, in PostgreSQL they sleep until it
// is killed.
func crasher(t *testing.T, db *sql.DB, dsn string, at int) {
	t.Helper()
	if store.IsPostgres(dsn) {
		execSQL(t, db, "DROP FUNCTION IF EXISTS crash() CASCADE")
		execSQL(t, db, "DROP SEQUENCE IF EXISTS crash_writes")
		execSQL(t, db, "CREATE SEQUENCE crash_writes")
		execSQL(t, db, fmt.Sprintf(`CREATE FUNCTION crash() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN IF nextval('crash_writes') = %d THEN PERFORM pg_sleep(60); END IF; RETURN NULL; END $$`, at))
	}
	for _, table := range tables {
		if store.IsPostgres(dsn) {
			execSQL(t, db, fmt.Sprintf("CREATE TRIGGER crash AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION crash()", table))
			continue
		}
		for _, what := range []string{"INSERT", "UPDATE", "DELETE"} {
			execSQL(t, db, fmt.Sprintf("CREATE TRIGGER IF NOT EXISTS crash_%s_%s AFTER %s ON %s BEGIN SELECT crash(); END", table, what, what, table))
		}
	}
}

// removeCrasher removes the triggers.
func removeCrasher(t *testing.T, db *sql.DB, dsn string) {
	t.Helper()
	if store.IsPostgres(dsn) {
		execSQL(t, db, "DROP FUNCTION crash() CASCADE")
		return
	}
	for _, table := range tables {
		for _, what := range []string{"INSERT", "UPDATE", "DELETE"} {
			execSQL(t, db, fmt.Sprintf("DROP TRIGGER crash_%s_%s", table, what))
		}
	}
}

// dieInSQLite makes the triggers of a crasher kill this process.
func dieInSQLite(at int) {
	writes := 0
	sqlite.MustRegisterFunction("crash", &sqlite.FunctionImpl{Scalar: func(*sqlite.FunctionContext, []driver.Value) (driver.Value, error) {
		if writes++; writes < at {
			return nil, nil
		}
		if self, err := os.FindProcess(os.Getpid()); err == nil {
			_ = self.Kill()
		}
		select {} // until it is
	}})
}

// runDeed does a deed in another process, which is killed at its write of that number.
// It reports whether the deed was done before.
func runDeed(t *testing.T, db *sql.DB, name, dsn string, at int) (done bool) {
	t.Helper()
	h := startHelper(t, "deed", dsn, func(cmd *exec.Cmd) {
		cmd.Env = append(cmd.Env, deedEnv+"="+name, fmt.Sprint(crashEnv, "=", at))
	})
	said := make(chan string, 1)
	go func() { said <- h.line() }()
	for {
		select {
		case line := <-said:
			h.kill()
			if line != "" && line != "done" {
				t.Fatalf("the deed says %q", line)
			}
			return line == "done"
		case <-time.After(5 * time.Millisecond):
		}
		if !store.IsPostgres(dsn) {
			continue
		}
		const sleeping = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'"
		var pid int
		if err := db.QueryRow(sleeping).Scan(&pid); err != nil {
			continue // it is not there yet
		}
		_ = h.cmd.Process.Kill() // the line that it does not say ends the loop
		for db.QueryRow("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = $1", pid).Scan(new(bool)) == nil {
			time.Sleep(time.Millisecond) // until the server has noticed
		}
	}
}

// killAtEach does a deed that is killed at its first write, then at its second, and so
// on until it is done. What is killed must leave nothing.
func killAtEach(t *testing.T, db *sql.DB, dsn, name string) {
	t.Helper()
	before := dump(t, db)
	writes := 0
	for {
		crasher(t, db, dsn, writes+1)
		if runDeed(t, db, name, dsn, writes+1) {
			break
		}
		if after := dump(t, db); after != before {
			t.Fatalf("killed at write %d it left\n%s\nand there was\n%s", writes+1, after, before)
		}
		writes++
	}
	t.Logf("killed at each of %d writes", writes)
	if writes < 4 { // of the event, the actor, the audit and the book at the least
		t.Errorf("killed at %d writes: the test shows nothing", writes)
	}
	removeCrasher(t, db, dsn)
}

func TestLedger_KilledAtAnyWriteIsNotHalfDone(t *testing.T) {
	for name, do := range crashSteps {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, dsn string) {
				ctx := context.Background()
				live(t, dsn)
				db := raw(t, dsn)
				before := dump(t, db)
				killAtEach(t, db, dsn, name)
				s := open(t, dsn, store.Options{})
				done := dump(t, db)
				if err := do(ctx, s); !errors.Is(err, briefings.ErrConflict) {
					t.Errorf("again it is %v", err)
				}
				if after := dump(t, db); after != done || after == before {
					t.Errorf("again it left\n%s\nand there was\n%s", after, done)
				}
				if _, err := s.Verify(ctx, "talks"); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func TestDeed_KilledAtAnyWriteIsNotHalfDone(t *testing.T) {
	for name, do := range crashDeeds {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, dsn string) {
				ctx := context.Background()
				live(t, dsn)
				db := raw(t, dsn)
				before := dump(t, db)
				killAtEach(t, db, dsn, name)
				s := open(t, dsn, store.Options{})
				rows, err := s.Audit(ctx, "talks", briefings.AuditQuery{Limit: 1})
				if err != nil || rows[0].Action != "crash" {
					t.Errorf("the newest row is %+v, %v", rows, err)
				}
				done := dump(t, db)
				if err := do(ctx, s); !errors.Is(err, briefings.ErrRepeated) {
					t.Errorf("again it is %v", err)
				}
				if after := dump(t, db); after != done || after == before {
					t.Errorf("again it left\n%s\nand there was\n%s", after, done)
				}
				if _, err := s.Verify(ctx, "talks"); err != nil {
					t.Error(err)
				}
			})
		})
	}
}
