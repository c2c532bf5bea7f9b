package slack_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot/slack/slacktest"
)

// soak asks 500 questions at 50 a second, in time with a clock and not as fast as
// answers come. at is called before each.
func soak(t *testing.T, o *office, at func(i int)) {
	t.Helper()
	questions := []string{
		"who Witkoff", "who Zelenskyi", "status talks", "timeline talks", "positions donbas", "brief plan", "find sabotage", "changes", "upcoming", "help",
	}
	readers := make([]*slacktest.Client, 10)
	for i := range readers {
		readers[i] = reader(o.team, o.desk, fmt.Sprintf("reader-%d", i))
	}
	const commands, perSecond = 500, 50
	var asked sync.WaitGroup
	tick := time.NewTicker(time.Second / perSecond)
	defer tick.Stop()
	for i := range commands {
		<-tick.C
		at(i)
		asked.Go(func() {
			q := questions[i%len(questions)]
			if _, err := message(readers[i/len(questions)%len(readers)].Command("/brief", q)); err != nil {
				t.Errorf("command %d, %q: %v", i, q, err)
			}
		})
	}
	asked.Wait()
	told := 0
	for _, d := range o.server.Deliveries() {
		if d.Kind != "slash_commands" {
			continue
		}
		if told++; !d.Acked || d.Attempts != 1 {
			t.Errorf("a command was acknowledged: %t, by %d attempts", d.Acked, d.Attempts)
		}
	}
	if told != commands {
		t.Errorf("%d commands were delivered", told)
	}
}

// TestSoak_FiveHundredCommandsAtFiftyASecondAreAllAnswered: over sockets, which
// Slack refreshes meanwhile, and over HTTP.
func TestSoak_FiveHundredCommandsAtFiftyASecondAreAllAnswered(t *testing.T) {
	overSockets := func(t *testing.T) {
		var age hourOld
		o := openStarter(t, server(t, func(o *slacktest.Options) { o.WarnFor = time.Second }), age.option)
		k := o.server.Socket()
		soak(t, o, func(i int) {
			if i == 0 || i%90 != 0 {
				return
			}
			age.pass()
			switch i / 90 % 3 {
			case 0:
				k.Warn() // both
			case 1:
				k.Refresh(0)
			default:
				k.Warn(1)
			}
		})
		if n := k.Served(); n < 2+6 {
			t.Errorf("%d connections: there were no refreshes", n)
		}
		eventually(t, "there are two connections", func() bool { return k.Connections() == 2 })
	}
	t.Run("OverSockets", overSockets)
	t.Run("OverHTTP", func(t *testing.T) { soak(t, openStarter(t, server(t), overHTTP), func(int) {}) })
}
