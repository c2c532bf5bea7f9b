//go:build linux

package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/briefbot/briefbot/bot/slack"
	"github.com/briefbot/briefbot/bot/slack/slacktest"
)

// How BenchmarkSlackCommandBesideBolt measures.
const (
	besideRounds      = 5
	besideRound       = 2 * time.Second
	besideWarmUp      = 3 * time.Second // V8 has compiled what is hot by then
	besideConnections = 16
	besidePeople      = 50
	besideQuestion    = "who Witkoff"
	// ticksPerSecond is the unit of CPU times in /proc: USER_HZ, which Linux has
	// at 100 on all that Go runs on.
	ticksPerSecond = 100
	// settleMost is how long a bot may work on after a round.
	settleMost = 10 * time.Second
	// installTime is what npm may take; where there is no binary of SQLite to
	// download, it compiles one for some minutes.
	installTime = 8 * time.Minute
)

// besideWords are what the last answer of each connection must hold, so that both
// bots have said the same; besideWord is what each answer must.
var besideWords = []string{
	"Steve Witkoff", "US special envoy, sent by President Trump", "United States", "Trump's envoy in the talks", "He met Putin in Moscow",
	"talks between Russia and the US were productive", "Putin met Steve Witkoff and Jared Kushner", "report to Ukraine once they are done",
	"agreed to keep it quiet", "News article on the Kremlin talks",
}

const besideWord = "Witkoff"

// BenchmarkSlackCommandBesideBolt puts briefbot beside a small bot made with
// Bolt for JavaScript (testdata/bolt) on this machine: signed slash commands,
// "/brief who Witkoff", over loopback HTTP. It prints what each does in a second,
// how much CPU a command takes and how much memory the process has then, and the
// ratios. PERFORMANCE goal 6 is ≥ 4 times Bolt's rate, ≤ 0.15 of its CPU, ≤ 0.25
// of its memory. Nothing here fails because of a time.
//
//	go test ./cmd/briefbot -run '^$' -bench SlackCommandBesideBolt -benchtime 1x
//
// It needs Linux, and node with npm; without those it is skipped. The first run
// installs what testdata/bolt/package-lock.json pins into the user's cache
// folder, below briefbot/bolt; later runs, which take half a minute, find it
// there.
//
// briefbot is the real program: built as a user builds it, with a SQLite file
// that holds the starter book, logging as by default. Bolt's bot answers from a
// SQLite file with the same book. Both have one process, no TLS, and connections
// that are kept for a round.
//
// All ask the same question. What briefbot keeps of an answer for when it comes
// again (the rendered card, and the token of the buttons of each person) is used
// throughout; Bolt's bot makes each answer anew, and its buttons stand for nothing.
// So these are figures of a story that everybody asks about. Where many people ask
// many things, briefbot takes more CPU and memory than here.
//
// Rounds of both alternate, the one that is first too, over the same number of
// connections, each of which sends a command when the one before is answered. A
// command has its own trigger_id and signature, and is by one of fifty people.
// An answer counts where it is 200 and holds what it must. The CPU is that of the
// bot's process alone, user and system, until it has come to rest after a round,
// so that neither leaves work to the other's time; the rate is that of the round.
// The driver shares the cores with the bots, and says what it takes itself.
func BenchmarkSlackCommandBesideBolt(b *testing.B) {
	modules := boltModules(b)
	s := slacktest.New(b, slacktest.Options{NoRateLimits: true})
	program := filepath.Join(b.TempDir(), "briefbot")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		b.Fatalf("go build: %v\n%s", err, out)
	}
	team := s.NewTeam("Newsroom")
	l := newLoad(s, team)
	ours := startOurs(b, program, s, team)
	bolt := startBolt(b, modules, ours.dir, s, team)
	rivals := []*rival{ours, bolt}

	var rounds [2][]roundOf
	for b.Loop() {
		for _, r := range rivals {
			r.round(b, l, besideWarmUp)
		}
		for n := range besideRounds {
			for i := range rivals {
				i = (i + n) % 2
				rounds[i] = append(rounds[i], rivals[i].round(b, l, besideRound))
			}
		}
	}
	b.ReportMetric(0, "ns/op")
	b.Log(compared(b, rounds))
	for _, r := range rivals {
		if told := r.complaints(); len(told) > 0 {
			b.Logf("%s logged %d warnings or errors, such as: %s", r.name, len(told), told[0])
		}
	}
}

// compared reports what was seen, and returns it as a table: medians of the rounds,
// and of memory what it was after the last. A ratio is the median of those of the
// rounds, not that of the medians. The table has fewer lines than the ten that a
// benchmark may log.
func compared(b *testing.B, rounds [2][]roundOf) string {
	b.Helper()
	var table strings.Builder
	fmt.Fprintf(&table, "medians of %d rounds of %v; %d connections, %d cores, %s\n", len(rounds[0]), besideRound, besideConnections, runtime.NumCPU(), runtime.Version())
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(w, "\tbriefbot\tBolt\tratio\tgoal\t\n")
	for _, row := range []struct {
		what, format, unit, goal string
		of                       func(roundOf) float64
		pick                     func([]float64) float64
	}{
		{"commands a second", "%.0f", "cmds/s", "≥ 4", roundOf.rate, median},
		{"CPU a command, µs", "%.0f", "cpu-µs/cmd", "≤ 0.15", roundOf.cpuPer, median},
		{"memory at the end, MB", "%.1f", "MB", "≤ 0.25", func(r roundOf) float64 { return r.resident }, last},
		{"memory at most, MB", "%.1f", "", "", func(r roundOf) float64 { return r.peak }, last},
		{"cores busy", "%.2f", "", "", roundOf.cores, median},
		{"the driver's CPU a command, µs", "%.0f", "", "", roundOf.driverPer, median},
		{"bytes of an answer", "%.0f", "", "", func(r roundOf) float64 { return float64(r.bytes) }, last},
	} {
		var ours, bolts, ratios []float64
		for n := range rounds[0] {
			us, them := row.of(rounds[0][n]), row.of(rounds[1][n])
			ours, bolts, ratios = append(ours, us), append(bolts, them), append(ratios, us/them)
		}
		us, them, ratio := row.pick(ours), row.pick(bolts), row.pick(ratios)
		fmt.Fprintf(w, "%s\t"+row.format+"\t"+row.format+"\t%.3f\t%s\t\n", row.what, us, them, ratio, row.goal)
		if row.unit != "" {
			b.ReportMetric(us, "briefbot-"+row.unit)
			b.ReportMetric(them, "bolt-"+row.unit)
			b.ReportMetric(ratio, "x-"+row.unit)
		}
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	return strings.TrimRight(table.String(), "\n")
}

// rival is one of the two bots, at work.
type rival struct {
	name    string
	dir     string
	pid     int
	log     *lockedBuffer
	ended   chan struct{} // closed when the process has
	address string        // host:port
}

// roundOf is what was seen of a bot in one round.
type roundOf struct {
	commands       int
	took           time.Duration
	cpu            time.Duration // of the bot's process, until it had come to rest
	inRound        time.Duration // of it, what was spent in the round
	driver         time.Duration // of this process
	resident, peak float64       // MB
	bytes          int           // of an answer
}

func (r roundOf) rate() float64      { return float64(r.commands) / r.took.Seconds() }
func (r roundOf) cpuPer() float64    { return perCommand(r.cpu, r.commands) }
func (r roundOf) driverPer() float64 { return perCommand(r.driver, r.commands) }
func (r roundOf) cores() float64     { return r.inRound.Seconds() / r.took.Seconds() }

func perCommand(d time.Duration, commands int) float64 {
	return float64(d.Microseconds()) / float64(commands)
}

func last(of []float64) float64 { return of[len(of)-1] }

func median(of []float64) float64 {
	of = slices.Sorted(slices.Values(of))
	return (of[(len(of)-1)/2] + of[len(of)/2]) / 2
}

// round puts a bot under load, and says what was seen.
func (r *rival) round(b *testing.B, l *load, length time.Duration) roundOf {
	b.Helper()
	runtime.GC() // ours, so that it is not in the round
	var seen roundOf
	before, driver, began := r.cpu(b), ownCPU(b), time.Now()
	counts, errs := make([]int, besideConnections), make([]error, besideConnections)
	answers := make([][]byte, besideConnections)
	var wg sync.WaitGroup
	for i := range besideConnections {
		wg.Go(func() {
			counts[i], answers[i], errs[i] = l.drive(r.address, began.Add(length))
		})
	}
	wg.Wait()
	seen.took, seen.driver = time.Since(began), ownCPU(b)-driver
	seen.inRound = r.cpu(b) - before
	if err := errors.Join(errs...); err != nil {
		b.Fatalf("%s: %v\n%s", r.name, err, r.log)
	}
	for i, n := range counts {
		seen.commands += n
		seen.bytes = max(seen.bytes, len(answers[i]))
		for _, w := range besideWords {
			if !bytes.Contains(answers[i], []byte(w)) {
				b.Fatalf("%s does not say %q, but %s", r.name, w, answers[i])
			}
		}
	}
	seen.cpu = r.settle(b) - before
	seen.resident, seen.peak = r.memory(b)
	return seen
}

// settle waits until the process uses next to no CPU, and returns what it has used
// so far.
func (r *rival) settle(b *testing.B) time.Duration {
	b.Helper()
	used, deadline := r.cpu(b), time.Now().Add(settleMost)
	for calm := 0; calm < 3; {
		if time.Now().After(deadline) {
			b.Fatalf("%s does not come to rest\n%s", r.name, r.log)
		}
		time.Sleep(100 * time.Millisecond)
		now := r.cpu(b)
		if calm++; now-used > time.Second/ticksPerSecond {
			calm = 0
		}
		used = now
	}
	return used
}

// complaints are what the bot has logged, but for what it says as it starts.
func (r *rival) complaints() []string {
	var list []string
	for line := range strings.Lines(r.log.String()) {
		if !strings.Contains(line, "level=INFO") && !strings.HasPrefix(line, "listening on") {
			list = append(list, strings.TrimSpace(line))
		}
	}
	return list
}

// cpu is what the process has used so far, in user and system time.
func (r *rival) cpu(b *testing.B) time.Duration {
	b.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", r.pid))
	if err != nil {
		b.Fatalf("%s is gone: %v\n%s", r.name, err, r.log)
	}
	// Behind the name, which may hold anything, comes field 3; utime is 14, stime 15.
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	ticks := 0
	for _, f := range fields[11:13] {
		n, err := strconv.Atoi(string(f))
		if err != nil {
			b.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * time.Second / ticksPerSecond
}

// memory is what the process has in memory, and had at most, in MB.
func (r *rival) memory(b *testing.B) (now, most float64) {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", r.pid))
	if err != nil {
		b.Fatal(err)
	}
	read := func(key string) float64 {
		m := regexp.MustCompile(key + `:\s+(\d+) kB`).FindSubmatch(status)
		if m == nil {
			b.Fatalf("no %s in\n%s", key, status)
		}
		n, err := strconv.Atoi(string(m[1]))
		if err != nil {
			b.Fatal(err)
		}
		return float64(n) * 1024 / 1e6
	}
	return read("VmRSS"), read("VmHWM")
}

// ownCPU is what this process has used so far.
func ownCPU(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// launch starts a bot, and waits until it says where it listens.
func launch(b *testing.B, name string, cmd *exec.Cmd, listens *regexp.Regexp) *rival {
	b.Helper()
	r := &rival{name: name, dir: cmd.Dir, log: new(lockedBuffer), ended: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = r.log, r.log
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	r.pid = cmd.Process.Pid
	go func() {
		defer close(r.ended)
		_ = cmd.Wait()
	}()
	b.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-r.ended
	})
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		if m := listens.FindStringSubmatch(r.log.String()); m != nil {
			r.address = m[1]
			return r
		}
		select {
		case <-r.ended:
			b.Fatalf("%s ended:\n%s", name, r.log)
		default:
		}
		if time.Now().After(deadline) {
			b.Fatalf("%s does not say where it listens:\n%s", name, r.log)
		}
	}
}

// startOurs starts briefbot.
func startOurs(b *testing.B, program string, s *slacktest.Server, team *slacktest.Team) *rival {
	b.Helper()
	cmd := exec.Command(program, "run", "--config", "config.toml")
	cmd.Dir = b.TempDir()
	config := fmt.Sprintf("db = \"briefbot.db\"\n\n[slack]\nmode = \"http\"\nlisten = \"127.0.0.1:0\"\nbase_url = %q\n", s.URL())
	if err := os.WriteFile(filepath.Join(cmd.Dir, "config.toml"), []byte(config), 0o600); err != nil {
		b.Fatal(err)
	}
	cmd.Env = environ("SLACK_BOT_TOKEN="+team.BotToken(), "SLACK_SIGNING_SECRET="+s.SigningSecret())
	r := launch(b, "briefbot", cmd, regexp.MustCompile(`msg="listening for Slack".* address=(\S+)`))
	export := exec.Command(program, "export", "--format", "json", "book.json")
	export.Dir, export.Env = cmd.Dir, environ()
	if out, err := export.CombinedOutput(); err != nil {
		b.Fatalf("export: %v\n%s", err, out)
	}
	return r
}

// startBolt starts Bolt's bot, from the book that briefbot has exported into a
// folder.
func startBolt(b *testing.B, modules, exported string, s *slacktest.Server, team *slacktest.Team) *rival {
	b.Helper()
	cmd := exec.Command("node", "bot.js", filepath.Join(exported, "book.json"), "book.db")
	cmd.Dir = b.TempDir()
	copyBolt(b, cmd.Dir)
	if err := os.Symlink(modules, filepath.Join(cmd.Dir, "node_modules")); err != nil {
		b.Fatal(err)
	}
	cmd.Env = environ("NODE_ENV=production", "SLACK_BOT_TOKEN="+team.BotToken(), "SLACK_SIGNING_SECRET="+s.SigningSecret(), "SLACK_API_URL="+s.APIURL())
	return launch(b, "Bolt", cmd, regexp.MustCompile(`listening on (\S+)`))
}

// boltFiles are what Bolt's bot is made of; the first two say what it needs. To
// pin other versions change package.json, and run npm install --package-lock-only
// beside it.
var boltFiles = []string{"package.json", "package-lock.json", "bot.js"}

func copyBolt(b *testing.B, to string) {
	b.Helper()
	for _, name := range boltFiles {
		text, err := os.ReadFile(filepath.Join("testdata/bolt", name))
		if err == nil {
			err = os.WriteFile(filepath.Join(to, name), text, 0o644)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}

// skipAloud skips a benchmark, and says why where go test does not: without -v.
func skipAloud(b *testing.B, format string, args ...any) {
	b.Helper()
	if !testing.Verbose() {
		fmt.Fprintf(os.Stderr, "%s is skipped. "+format+"\n", append([]any{b.Name()}, args...)...)
	}
	b.Skipf(format, args...)
}

// boltModules returns the folder node_modules with what the lock file pins, and
// installs it where it is not there yet.
func boltModules(b *testing.B) string {
	b.Helper()
	node, err := exec.Command("node", "--version").Output()
	if err != nil {
		skipAloud(b, "There is no node here to run Bolt with. Install Node.js 20 or newer, with npm, from your system's packages or https://nodejs.org/.")
	}
	if _, err := exec.LookPath("npm"); err != nil {
		skipAloud(b, "There is no npm here to install Bolt with. Install it beside node, from your system's packages or https://nodejs.org/.")
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		skipAloud(b, "There is no cache folder to install Bolt into (%v). Set HOME or XDG_CACHE_HOME.", err)
	}
	hash := sha256.New()
	hash.Write(node) // better-sqlite3 is compiled for one
	for _, name := range boltFiles[:2] {
		text, err := os.ReadFile(filepath.Join("testdata/bolt", name))
		if err != nil {
			b.Fatal(err)
		}
		hash.Write(text)
	}
	place := filepath.Join(cache, "briefbot", "bolt", fmt.Sprintf("%x", hash.Sum(nil)[:8]))
	modules := filepath.Join(place, "node_modules")
	if _, err := os.Stat(modules); err == nil {
		return modules
	}
	if err := os.MkdirAll(filepath.Dir(place), 0o755); err != nil {
		b.Fatal(err)
	}
	// Beside its place, and moved there when it is whole.
	dir, err := os.MkdirTemp(filepath.Dir(place), "installing-")
	if err != nil {
		b.Fatal(err)
	}
	defer os.RemoveAll(dir)
	copyBolt(b, dir)
	fmt.Fprintf(os.Stderr, "npm ci installs Bolt into %s. This may take some minutes, once.\n", place)
	ctx, cancel := context.WithTimeout(b.Context(), installTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, "npm", "ci", "--omit=dev", "--no-audit", "--no-fund")
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // to end the compilers, too
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	if out, err := cmd.CombinedOutput(); err != nil {
		skipAloud(b, "npm ci does not install Bolt (%v). It needs the npm registry, and where it finds no binary of better-sqlite3 for this machine also python3, make and a C++ compiler:\n%s", err, out)
	}
	if err := os.Rename(dir, place); err != nil && !errors.Is(err, os.ErrExist) {
		b.Fatal(err)
	}
	return modules
}

// load is what both bots are asked.
type load struct {
	secret string
	// forms are the bodies of commands, one of each person, up to the trigger_id,
	// which is another each time.
	forms [][]byte
	asked atomic.Int64
}

// newLoad makes the question as each of fifty people asks it.
func newLoad(s *slacktest.Server, team *slacktest.Team) *load {
	l := &load{secret: s.SigningSecret()}
	desk := team.NewChannel("desk", team.Bot())
	for i := range besidePeople {
		p := team.NewPerson(fmt.Sprintf("reader-%02d", i))
		desk.Invite(p)
		// The fields and their order are Slack's. Whoever used the response_url would
		// fail the benchmark: the answer belongs into the acknowledgement.
		var form strings.Builder
		for _, f := range [][2]string{
			{"token", "gIkuvaNzQIHg97ATvDxqgjtO"}, {"team_id", team.ID}, {"team_domain", team.Domain},
			{"channel_id", desk.ID}, {"channel_name", desk.Name}, {"user_id", p.ID}, {"user_name", p.Name},
			{"command", slack.DefaultCommand}, {"text", besideQuestion}, {"api_app_id", s.AppID()}, {"is_enterprise_install", "false"},
			{"response_url", fmt.Sprintf("%s/commands/%s/%d/q8gh2l0fX2tJZbD4ZqVhkRxA", s.URL(), team.ID, 8088930838000+i)},
		} {
			form.WriteString(f[0] + "=" + url.QueryEscape(f[1]) + "&")
		}
		form.WriteString("trigger_id=")
		l.forms = append(l.forms, []byte(form.String()))
	}
	return l
}

// next appends the next command, as a whole signed request.
func (l *load) next(to, body *bytes.Buffer, host string) {
	n := l.asked.Add(1)
	body.Reset()
	body.Write(l.forms[n%int64(len(l.forms))])
	fmt.Fprintf(body, "%d.738474920.%032x", 8088930838000+n, n*0x9e3779b97f4a7c1)
	timestamp := strconv.FormatInt(time.Now().Unix(), 10)
	fmt.Fprintf(to, "POST /slack/events HTTP/1.1\r\nHost: %s\r\nUser-Agent: Slackbot 1.0 (+https://api.slack.com/robots)\r\nAccept: application/json,*/*\r\n"+
		"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\nX-Slack-Request-Timestamp: %s\r\nX-Slack-Signature: %s\r\n\r\n",
		host, body.Len(), timestamp, slacktest.Sign(l.secret, timestamp, body.Bytes()))
	to.Write(body.Bytes())
}

// drive sends commands over one connection until the deadline, each when the one
// before is answered. It returns how many were, and the last answer.
func (l *load) drive(address string, deadline time.Time) (count int, last []byte, err error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return 0, nil, err
	}
	defer conn.Close()
	if err := conn.SetDeadline(deadline.Add(patience)); err != nil {
		return 0, nil, err
	}
	in := bufio.NewReaderSize(conn, 16<<10)
	var body, request, answer bytes.Buffer
	for ; time.Now().Before(deadline); count++ {
		request.Reset()
		l.next(&request, &body, address)
		if _, err := conn.Write(request.Bytes()); err != nil {
			return 0, nil, err
		}
		reply, err := http.ReadResponse(in, nil)
		if err != nil {
			return 0, nil, err
		}
		answer.Reset()
		if _, err := answer.ReadFrom(reply.Body); err != nil {
			return 0, nil, err
		}
		if reply.StatusCode != http.StatusOK || !bytes.Contains(answer.Bytes(), []byte(besideWord)) {
			return 0, nil, fmt.Errorf("it answered %s: %.300q", reply.Status, answer.Bytes())
		}
	}
	return count, answer.Bytes(), nil
}
