package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot/discord/discordtest"
)

// served is a briefbot that serves a Discord, as an operator starts it.
type served struct {
	t   *testing.T
	cmd *exec.Cmd
	log *lockedBuffer
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// runDiscord starts briefbot run on a config, and waits until it is connected.
func runDiscord(t *testing.T, s *discordtest.Server, config string) *served {
	t.Helper()
	return runProgram(t, "briefbot", s, config)
}

// runProgram does it with a program of one's own.
func runProgram(t *testing.T, program string, s *discordtest.Server, config string) *served {
	t.Helper()
	p := serveConfig(t, program, config, defaultTokenEnv+"="+s.Token())
	if !s.Gateway().WaitConnected(1, patience) {
		t.Fatalf("it does not connect:\n%s", p.log)
	}
	return p
}

// stop tells it to stop, and waits until it has, well.
func (p *served) stop() {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		p.t.Errorf("it ended with %v:\n%s", err, p.log)
	}
}

// residentKiB is the memory of the process.
func (p *served) residentKiB() int {
	p.t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		p.t.Fatal(err)
	}
	m := regexp.MustCompile(`VmRSS:\s+(\d+) kB`).FindSubmatch(status)
	if m == nil {
		p.t.Fatalf("no VmRSS in\n%s", status)
	}
	n, err := strconv.Atoi(string(m[1]))
	if err != nil {
		p.t.Fatal(err)
	}
	return n
}

// newcomersConfig is config.example.toml as a newcomer leaves it, for a Discord on
// loopback.
func newcomersConfig(t *testing.T, baseURL, more string) string {
	t.Helper()
	text, err := os.ReadFile("../../config.example.toml")
	if err != nil {
		t.Fatal(err)
	}
	whole := strings.Replace(string(text), `# base_url = "https://discord.com"`, fmt.Sprintf("base_url = %q", baseURL), 1) + more
	if !strings.Contains(whole, "\nbase_url = ") {
		t.Fatal("the example has no base_url to set")
	}
	config := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(config, []byte(whole), 0o600); err != nil {
		t.Fatal(err)
	}
	return config
}

// offered waits until somebody is offered a command, and asks it.
func offered(t *testing.T, c *discordtest.Client, command string, args ...string) *discordtest.Message {
	t.Helper()
	for deadline := time.Now().Add(patience); !slices.Contains(c.Offered(), command); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("/%s is not offered, but %q", command, c.Offered())
		}
	}
	var options []discordtest.Option
	for i := 0; i < len(args); i += 2 {
		options = append(options, discordtest.Option{Name: args[i], Value: args[i+1]})
	}
	m, err := c.Slash(command, options...)
	if err != nil {
		t.Fatalf("/%s %q: %v", command, args, err)
	}
	return m
}

func wants(t *testing.T, m *discordtest.Message, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(m.Seen().Text, w) {
			t.Errorf("%q is not in\n%s", w, m.Seen().Text)
		}
	}
}

// pressed presses the button of that label.
func pressed(t *testing.T, c *discordtest.Client, m *discordtest.Message, label string) *discordtest.Message {
	t.Helper()
	for _, b := range m.Seen().Buttons {
		if b.Label == label {
			next, err := c.Press(m, b.CustomID)
			if err != nil {
				t.Fatalf("press %q: %v", label, err)
			}
			return next
		}
	}
	t.Fatalf("no button %q", label)
	return nil
}

const harbour = `[book]
id = "harbour-strike"
name = "The harbour strike"

[[person]]
name = "Ada Byrne"
role = "Harbour master"
`

// TestDiscord_FromTheExampleConfigToAnAnswer is what a newcomer does, and what
// comes after: another book for another server, an import beside the running
// bot, the doctor, a restart.
func TestDiscord_FromTheExampleConfigToAnAnswer(t *testing.T) {
	s := discordtest.New(t, discordtest.Options{})
	news, port := s.NewGuild("Newsroom"), s.NewGuild("Port desk")
	reader := s.NewPerson("ada")
	news.Join(reader)
	port.Join(reader)
	desk, quay := reader.In(news.NewChannel("desk")), reader.In(port.NewChannel("quay"))

	config := newcomersConfig(t, s.URL(), "")
	first := runDiscord(t, s, config)
	card := offered(t, desk, "who", "name", "Witkoff")
	wants(t, card, "Steve Witkoff", "special envoy")

	// The doctor and an import work beside it; what is imported shows.
	dir := filepath.Dir(config)
	cmd := exec.Command("briefbot", "doctor", "--config", config)
	cmd.Dir, cmd.Env = dir, environ(defaultTokenEnv+"="+s.Token())
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "Server Newsroom") {
		t.Errorf("doctor: %v\n%s", err, out)
	}
	if err := os.WriteFile(filepath.Join(dir, "harbour.toml"), []byte(harbour), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, code := briefbot(t, dir, "import", "harbour.toml"); code != 0 {
		t.Fatalf("import: %s", out)
	}
	wants(t, offered(t, desk, "who", "name", "Kushner"), "Jared Kushner") // another book takes nobody's away
	first.stop()

	// Now there are two books, and the other server gets its own.
	puts := commandPuts(s)
	more := fmt.Sprintf("\n[[discord.server]]\nid = %q\nbook = \"harbour-strike\"\n[[discord.server]]\nid = %q\nbook = \"ukraine-peace-talks\"\n", port.ID, news.ID)
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(config, append(text, more...), 0o600); err != nil {
		t.Fatal(err)
	}
	second := runDiscord(t, s, config)
	wants(t, offered(t, quay, "who", "name", "Byrne"), "Ada Byrne", "Harbour master")
	wants(t, offered(t, desk, "who", "name", "Byrne"), "Not in this book")
	wants(t, pressed(t, desk, card, "Timeline"), "Timeline: Steve Witkoff") // from before the restart
	if n := commandPuts(s) - puts; n != 0 {
		t.Errorf("the same commands were registered %d times again", n)
	}
	second.stop()
	if out := first.log.String() + second.log.String(); strings.Contains(out, s.Token()) {
		t.Errorf("the token is in the log:\n%s", out)
	}
}

func commandPuts(s *discordtest.Server) int {
	n := 0
	for _, r := range s.Requests() {
		if r.Method == "PUT" && strings.HasSuffix(r.Path, "/commands") {
			n++
		}
	}
	return n
}

// TestDiscord_MemoryStaysFlat: after what it remembers is full, each further
// interaction must leave nothing. discordgo would keep a bucket for each.
func TestDiscord_MemoryStaysFlat(t *testing.T) {
	s := discordtest.New(t, discordtest.Options{})
	guild := s.NewGuild("Newsroom")
	channel := guild.NewChannel("desk")
	// Not the test's own binary, which may have the race detector in it.
	program := filepath.Join(t.TempDir(), "briefbot")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	p := runProgram(t, program, s, newcomersConfig(t, s.URL(), ""))
	readers := make([]*discordtest.Client, 8)
	for i := range readers {
		person := s.NewPerson(fmt.Sprintf("reader-%d", i))
		guild.Join(person)
		readers[i] = person.In(channel)
	}
	offered(t, readers[0], "who", "name", "Witkoff")
	ask := func(each int) {
		var wg sync.WaitGroup
		for _, c := range readers {
			wg.Go(func() {
				for range each {
					if _, err := c.Complete("who", "name", "wit"); err != nil {
						t.Errorf("no answer: %v", err)
						return
					}
				}
			})
		}
		wg.Wait()
	}
	ask(400)
	before := p.residentKiB()
	ask(1200)
	after := p.residentKiB()
	t.Logf("%d KiB after 3,200 interactions, %d KiB after 12,800", before, after)
	// A kilobyte for each of 9,600 would be 9.4 MiB.
	if after-before > 5<<10 {
		t.Errorf("memory grew from %d to %d KiB over 9,600 interactions", before, after)
	}
	p.stop()
}
