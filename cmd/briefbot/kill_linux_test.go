package main

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"github.com/briefbot/briefbot/bot/discord"
	"github.com/briefbot/briefbot/bot/discord/discordtest"
	"github.com/briefbot/briefbot/bot/slack"
	"github.com/briefbot/briefbot/bot/slack/slacktest"
	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
	"github.com/briefbot/briefbot/store"
)

// The calls at which a process is killed: all by which it writes, to a file or to the
// network.
var killCalls = []string{"pwrite64", "fsync", "write", "ftruncate", "unlink,unlinkat,rename,renameat"}

// strace returns the program, and installs it where that can be done.
func strace(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace is not installed: .ci/run installs it")
	}
	if out, err := exec.Command(path, "-qq", "-o", os.DevNull, "true").CombinedOutput(); err != nil {
		t.Skipf("strace may not trace here: %v %s", err, out)
	}
	return path
}

// site is a database with one digest that was due a minute ago, two channels that it goes
// to, and the config of a bot that has them.
type site struct {
	t        *testing.T
	dir      string
	config   string
	env      []string
	ledger   func(func(*store.Store)) // opens the database beside the bot
	walls    []wall
	schedule delivery.Schedule
	discord  *discordtest.Server
	slack    *slacktest.Server
	log      lockedBuffer // of what runs in this process
}

const killBook = "ukraine-peace-talks"

// openSite makes a site over a copy of a database with the starter book.
func openSite(t *testing.T, starter []byte, faster int) *site {
	t.Helper()
	d, s := discordtest.New(t, discordtest.Options{}), slacktest.New(t, slacktest.Options{NoRateLimits: true})
	guild, team := d.NewGuild("Newsroom"), s.NewTeam("Newsroom")
	ann, ada := d.NewPerson("ann"), team.NewPerson("ada")
	guild.Join(ann)
	there, room := guild.NewChannel("news"), team.NewChannel("news", ada, team.Bot())
	text, err := os.ReadFile(newcomersConfig(t, d.URL(), ""))
	if err != nil {
		t.Fatal(err)
	}
	k := &site{t: t, config: withSlack(t, string(text), s.URL(), ""), discord: d, slack: s}
	k.dir = filepath.Dir(k.config)
	k.env = append(slackTokens(s, team), defaultTokenEnv+"="+d.Token(), fmt.Sprintf("%s=%d", fasterEnv, faster))
	k.walls = []wall{onDiscordWall(t, ann.In(there)), onSlackWall(t, ada.In(room))}
	dsn := filepath.Join(k.dir, "briefbot.db")
	if err := os.WriteFile(dsn, starter, 0o600); err != nil {
		t.Fatal(err)
	}
	k.ledger = func(use func(*store.Store)) {
		t.Helper()
		s, err := store.Open(t.Context(), dsn, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		use(s)
	}
	k.ledger(func(s *store.Store) {
		due := time.Now().UTC().Add(-time.Minute).Truncate(time.Minute)
		k.schedule, err = s.PutSchedule(t.Context(), killBook, briefings.Deed{At: due}, delivery.Schedule{
			Name: "morning", Spec: fmt.Sprintf("%d %d * * *", due.Minute(), due.Hour()), Zone: "UTC", State: delivery.Active, NextDue: due,
			Places: []delivery.Place{
				{Platform: discord.Platform, Workspace: briefings.Workspace(guild.ID), Channel: there.ID},
				{Platform: slack.Platform, Workspace: briefings.Workspace(team.ID), Channel: room.ID},
			},
		})
		if err != nil {
			t.Fatal(err)
		}
	})
	return k
}

// run runs the bot, below the command that is given, until it ends, or the digest is posted
// in both channels and known to be: then it is killed. It reports whether it was.
func (k *site) run(below ...string) (log string, posted bool) {
	k.t.Helper()
	args := append(slices.Clone(below), "briefbot", "run", "--config", k.config)
	cmd := exec.Command(args[0], args[1:]...)
	out := new(bytes.Buffer)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = k.dir, environ(k.env...), out, out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		k.t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // killed is how it ends
		close(ended)
	}()
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	for deadline := time.Now().Add(2 * patience); !posted && time.Now().Before(deadline); {
		select {
		case <-ended:
			return out.String(), false
		case <-look.C:
			posted = k.posted()
		}
	}
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	<-ended
	return out.String(), posted
}

// posted reports whether the ledger has the digest as posted in both channels.
func (k *site) posted() (posted bool) {
	k.ledger(func(s *store.Store) {
		list, err := s.Deliveries(k.t.Context(), killBook, delivery.DeliveryQuery{Source: string(k.schedule.ID)})
		if err != nil {
			k.t.Fatal(err)
		}
		posted = len(list) >= len(k.walls) && !slices.ContainsFunc(list, func(d delivery.Delivery) bool { return d.State != delivery.Sent })
	})
	return posted
}

// check fails the test unless the digest is once in each channel, and the database whole.
func (k *site) check(what, log string) {
	k.t.Helper()
	if !k.posted() {
		k.t.Errorf("%s: the digest is not posted\n%s", what, log)
	}
	for _, w := range k.walls {
		if got := w.with("Edition"); len(got) != 1 {
			k.t.Errorf("%s: %d editions on %s: %q", what, len(got), w.name, got)
		}
	}
	db, err := sql.Open("sqlite", filepath.Join(k.dir, "briefbot.db"))
	if err != nil {
		k.t.Fatal(err)
	}
	defer db.Close()
	whole := ""
	if err := db.QueryRow("PRAGMA integrity_check").Scan(&whole); err != nil || whole != "ok" {
		k.t.Errorf("%s: the database is not whole: %s %v", what, whole, err)
	}
	if out, code := briefbot(k.t, k.dir, "verify"); code != exitOK {
		k.t.Errorf("%s: verify: %s", what, out)
	}
}

// traced runs the bot below strace, which watches calls and does something to them if it is
// told what, and returns what strace has written down.
func (k *site) traced(tracer, calls string, more ...string) (trace []byte, log string, posted bool) {
	k.t.Helper()
	file := filepath.Join(k.dir, "trace")
	log, posted = k.run(append([]string{tracer, "-f", "-qq", "-o", file, "-e", "trace=" + calls}, more...)...)
	trace, err := os.ReadFile(file)
	if err != nil {
		k.t.Fatal(err)
	}
	return trace, log, posted
}

var tracedCall = regexp.MustCompile(`(?m)^(\d+) +(\w+)\(`)

// callsOf returns how many of some calls a digest takes: of the thread that makes most of
// them, since strace counts for each by itself.
func callsOf(t *testing.T, tracer string, starter []byte, calls string) int {
	t.Helper()
	trace, log, posted := openSite(t, starter, 20).traced(tracer, calls)
	if !posted {
		t.Fatalf("it does not post below strace:\n%s", log)
	}
	most, of := 0, map[string]int{}
	for _, m := range tracedCall.FindAllSubmatch(trace, -1) {
		of[string(m[1])]++
		most = max(most, of[string(m[1])])
	}
	return most
}

// starterDatabase is a database with the starter book.
func starterDatabase(t *testing.T) []byte {
	t.Helper()
	dir := t.TempDir()
	if out, code := briefbot(t, dir, "ask", "/about"); code != exitOK {
		t.Fatal(out)
	}
	data, err := os.ReadFile(filepath.Join(dir, "briefbot.db"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestKill_AtWhateverADigestWritesNothingIsLostOrDoubled kills the bot at the n-th write,
// fsync, truncation, rename or unlink of one of its threads, from its start until a digest
// is posted on both platforms, and starts it again. strace counts for each thread, so that
// the same n is at different places of a run. There are a few such kills, or as many as
// BRIEFBOT_TEST_KILLS says.
func TestKill_AtWhateverADigestWritesNothingIsLostOrDoubled(t *testing.T) {
	kills, workers := 12, 2
	if slow {
		kills = 5
	}
	if _, err := fmt.Sscan(os.Getenv("BRIEFBOT_TEST_KILLS"), &kills); err == nil {
		workers = 4
	}
	t.Parallel()
	tracer, starter := strace(t), starterDatabase(t)
	most := map[string]int{}
	for _, calls := range killCalls {
		most[calls] = callsOf(t, tracer, starter, calls)
	}
	t.Logf("the most that one thread makes: %v", most)
	var mu sync.Mutex
	places := map[string]int{} // where it was killed: the call, and how many were before
	var killed, survived, applied, next atomic.Int64
	for w := range workers {
		t.Run(fmt.Sprint("worker ", w+1), func(t *testing.T) {
			t.Parallel()
			for killed.Load() < int64(kills) && !t.Failed() {
				n := next.Add(1) - 1
				calls := killCalls[n%int64(len(killCalls))]
				// Spread over the run, from near its end on, where something is posted.
				at := max(most[calls]*4/5-int(n/int64(len(killCalls)))*17%max(most[calls]*4/5, 1), 1)
				t.Run(fmt.Sprintf("%s %d of %d", calls, at, n), func(t *testing.T) {
					k := openSite(t, starter, 20)
					log, _, posted := k.traced(tracer, strings.Join(killCalls, ","), "-e", fmt.Sprintf("inject=%s:signal=SIGKILL:when=%d", calls, at))
					if !posted && bytes.Contains(log, []byte("+++ killed by SIGKILL +++")) {
						killed.Add(1)
						if slices.ContainsFunc(k.walls, func(w wall) bool { return len(w.texts()) > 0 }) {
							applied.Add(1)
						}
						mu.Lock()
						places[fmt.Sprintf("%s after %d", calls, bytes.Count(log, []byte("\n")))]++
						mu.Unlock()
					} else {
						survived.Add(1)
					}
					again, _ := k.run()
					k.check(fmt.Sprintf("killed at %s %d", calls, at), again)
				})
			}
		})
	}
	t.Cleanup(func() {
		t.Logf("killed %d times, in %d different places, %d times when something was posted already; %d runs had no such call", killed.Load(), len(places), applied.Load(), survived.Load())
	})
}

// diskFaults are ways in which a disk fails: it is full, or does not take what is written.
var diskFaults = []struct{ calls, error string }{
	{"pwrite64,ftruncate", "ENOSPC"}, {"fsync", "EIO"}, {"pwrite64", "EIO"},
}

// TestDisk_FullOrFailingIsSaidAndNothingIsLostOrDoubled lets a stretch of the writes or
// fsyncs of a thread fail while a digest is posted. The bot says that it cannot go on, goes
// on once the disk is well, and posts the digest once; one that cannot start says why, and
// does so when it is started again. A few stretches are tried, or as many as
// BRIEFBOT_TEST_KILLS says.
func TestDisk_FullOrFailingIsSaidAndNothingIsLostOrDoubled(t *testing.T) {
	trials, workers := 8, 2
	if slow {
		trials = 3
	}
	if _, err := fmt.Sscan(os.Getenv("BRIEFBOT_TEST_KILLS"), &trials); err == nil {
		workers = 4
	}
	t.Parallel()
	tracer, starter := strace(t), starterDatabase(t)
	most := map[string]int{}
	for _, f := range diskFaults {
		most[f.calls] = callsOf(t, tracer, starter, f.calls)
	}
	var next, hit, red, refused atomic.Int64
	for w := range workers {
		t.Run(fmt.Sprint("worker ", w+1), func(t *testing.T) {
			t.Parallel()
			for n := next.Add(1) - 1; n < int64(trials) && !t.Failed(); n = next.Add(1) - 1 {
				fault := diskFaults[n%int64(len(diskFaults))]
				at := 1 + int(n/int64(len(diskFaults)))*11%max(most[fault.calls], 1)
				t.Run(fmt.Sprintf("%s %s %d of %d", fault.error, fault.calls, at, n), func(t *testing.T) {
					k := openSite(t, starter, 20)
					seen, log, posted := k.traced(tracer, fault.calls, "-e", fmt.Sprintf("inject=%s:error=%s:when=%d..%d", fault.calls, fault.error, at, at+4))
					if bytes.Contains(seen, []byte("(INJECTED)")) {
						hit.Add(1)
					}
					switch {
					case !posted && !strings.Contains(log, "briefbot: "):
						t.Errorf("it neither posts nor says why it cannot:\n%s", log)
					case !posted:
						refused.Add(1)
						log, _ = k.run()
					case strings.Contains(log, "delivery cannot go on for now"):
						red.Add(1)
						if !strings.Contains(log, "delivery works again") {
							t.Errorf("it does not say that it works again:\n%s", log)
						}
					}
					k.check(fmt.Sprintf("%s at %s %d", fault.error, fault.calls, at), log)
				})
			}
		})
	}
	t.Cleanup(func() {
		t.Logf("of %d runs %d met the fault: %d said that they could not go on, and recovered; %d did not start", trials, hit.Load(), red.Load(), refused.Load())
	})
}
