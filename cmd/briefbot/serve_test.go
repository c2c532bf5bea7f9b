package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot/discord"
	"github.com/briefbot/briefbot/bot/discord/discordtest"
	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/store"
)

const canary = "CANARY-MTIzNDU2.Gabcde.f-_g"

// serving writes a config for a Discord at an address, with one server.
func serving(t *testing.T, baseURL string) (config string) {
	t.Helper()
	config = filepath.Join(t.TempDir(), "config.toml")
	text := "[discord]\nbase_url = \"" + baseURL + "\"\n[[discord.server]]\nid = \"123456789012345678\"\nbook = \"ukraine-peace-talks\"\n"
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return config
}

// noCanary looks for the token in an output, and in every file of a folder.
func noCanary(t *testing.T, dir, output string) {
	t.Helper()
	if strings.Contains(output, "CANARY") {
		t.Errorf("the token is shown: %s", output)
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if data, err := os.ReadFile(filepath.Join(dir, f.Name())); err != nil || strings.Contains(string(data), "CANARY") {
			t.Errorf("%s: %v, or it holds the token", f.Name(), err)
		}
	}
}

func TestRun_TokenThatDiscordRefusesEndsItWithASentence(t *testing.T) {
	server := discordtest.New(t, discordtest.Options{Token: "another"})
	config := serving(t, server.URL())
	for _, command := range []string{"run", "doctor"} {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		var out strings.Builder
		err := run(ctx, []string{command, "--config", config}, system{
			getenv: func(key string) string { return map[string]string{defaultTokenEnv: canary}[key] },
			stdin:  strings.NewReader(""), stdout: &out, stderr: &out,
			now: time.Now, zone: time.UTC,
		})
		if exitCode(err) != exitFailed || ctx.Err() != nil || !strings.Contains(out.String(), "token") {
			t.Errorf("%s: exit %d, want %d and a sentence about the token: %s", command, exitCode(err), exitFailed, &out)
		}
		noCanary(t, filepath.Dir(config), out.String())
	}
}

// TestRun_StopsInGoodOrder also looks beside the running bot: doctor works
// there, another bot is refused, and the listed server is bound.
func TestRun_StopsInGoodOrder(t *testing.T) {
	config := serving(t, "http://127.0.0.1:1")
	dir := filepath.Dir(config)
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		cmd := exec.Command("briefbot", "run", "--config", config)
		cmd.Env = environ(defaultTokenEnv+"="+canary, "BRIEFBOT_DB=")
		cmd.Dir = t.TempDir() // the database is beside the config all the same
		logPath := filepath.Join(dir, "log")
		log, err := os.Create(logPath)
		if err != nil {
			t.Fatal(err)
		}
		cmd.Stdout, cmd.Stderr = log, log
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			cmd.Process.Kill()
			cmd.Wait()
			log.Close()
		})
		logged := func() string {
			data, err := os.ReadFile(logPath)
			if err != nil {
				t.Fatal(err)
			}
			return string(data)
		}
		for deadline := time.Now().Add(patience); !strings.Contains(logged(), "briefbot is starting"); time.Sleep(20 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("it does not start: %s", logged())
			}
		}

		beside := func(args ...string) (string, int) {
			cmd := exec.Command("briefbot", append(args, "--config", config)...)
			cmd.Env = environ(defaultTokenEnv + "=" + canary)
			out, err := cmd.CombinedOutput()
			if err != nil && cmd.ProcessState.ExitCode() < 0 {
				t.Fatal(err)
			}
			return string(out), cmd.ProcessState.ExitCode()
		}
		if out, code := beside("doctor"); code != exitFailed || !strings.Contains(out, "ok       Database") || strings.Contains(out, "CANARY") {
			t.Errorf("doctor beside it: exit %d, %s", code, out)
		}
		if out, code := beside("run"); code != exitFailed || !strings.Contains(out, "Another briefbot") || strings.Contains(out, "CANARY") {
			t.Errorf("another: exit %d, %s", code, out)
		}

		if err := cmd.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("%v: %v; %s", signal, err, logged())
		}
		for _, want := range []string{"books=ukraine-peace-talks", "platforms=Discord", "database=" + filepath.Join(dir, "briefbot.db"), "briefbot has stopped"} {
			if !strings.Contains(logged(), want) {
				t.Errorf("the log does not say %q: %s", want, logged())
			}
		}
		noCanary(t, dir, logged())
	}
	s, err := store.Open(t.Context(), filepath.Join(dir, "briefbot.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if b, err := s.Binding(t.Context(), discord.Platform, "123456789012345678"); err != nil || b.Book != briefings.BookID("ukraine-peace-talks") {
		t.Errorf("the listed server is bound to %q, %v", b.Book, err)
	}
}
