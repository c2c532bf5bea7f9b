package main

import (
	"errors"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/briefbot/briefbot/bot/bottest"
	"github.com/briefbot/briefbot/briefings/delivery"
	"github.com/briefbot/briefbot/store/storetest"
)

// TestMain makes the test binary stand in for briefbot, in scripts and
// wherever a test starts a process of that name.
func TestMain(m *testing.M) {
	testscript.Main(withPostgres{m}, map[string]func(){"briefbot": faster, "letterbox": letterbox})
}

// fasterEnv is by how much everything that has to do with posting is faster in a process
// that a test starts: nobody can wait for minutes there.
const fasterEnv = "BRIEFBOT_TEST_FASTER"

// faster is main, with the timings of a test.
func faster() {
	sys := machine()
	if n, err := strconv.Atoi(os.Getenv(fasterEnv)); err == nil {
		sys.timings = delivery.Standard.Faster(n)
	}
	program(sys)
}

// withPostgres runs the tests, and stops the PostgreSQL that some of them use.
type withPostgres struct{ m *testing.M }

func (w withPostgres) Run() int {
	bottest.Beside(6)
	return storetest.Main(w.m)
}

// TestStories runs what people do at the command line: testdata/script/*.txtar.
// The command "exits N briefbot …" runs briefbot and wants that exit code.
func TestStories(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
		Setup: func(env *testscript.Env) error {
			env.Setenv("TZ", "UTC")
			env.Setenv("USER", "ada")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
	})
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits N command [args…]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// environ returns the environment of a briefbot that a test starts.
func environ(extra ...string) []string {
	return append(os.Environ(), append([]string{"TZ=UTC", "USER=ada"}, extra...)...)
}
