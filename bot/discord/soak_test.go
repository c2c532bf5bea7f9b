package discord_test

import (
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot/discord/discordtest"
)

// TestSoak_FiveHundredCommandsAtFiftyASecondAreAllAnswered asks what readers
// ask, in time with a clock, and not as fast as answers come.
func TestSoak_FiveHundredCommandsAtFiftyASecondAreAllAnswered(t *testing.T) {
	n := openNewsroom(t)
	questions := [][]string{
		{"who", "name", "Witkoff"}, {"who", "name", "Zelenskyi"}, {"status", "track", "talks"}, {"timeline", "topic", "talks"},
		{"positions", "issue", "donbas"}, {"brief", "topic", "plan"}, {"find", "text", "sabotage"}, {"changes"}, {"upcoming"}, {"help"},
	}
	readers := make([]*discordtest.Client, 10)
	for i := range readers {
		readers[i] = n.join(fmt.Sprintf("reader-%d", i))
	}
	const commands, perSecond = 500, 50
	var asked sync.WaitGroup
	tick := time.NewTicker(time.Second / perSecond)
	defer tick.Stop()
	for i := range commands {
		<-tick.C
		asked.Go(func() {
			q := questions[i%len(questions)]
			if _, err := readers[i/len(questions)%len(readers)].Slash(q[0], options(q[1:]...)...); err != nil {
				t.Errorf("command %d, %q: %v", i, q, err)
			}
		})
	}
	asked.Wait()
	if list := n.server.Unanswered(); len(list) > 0 {
		t.Errorf("%d were not answered in time: %q", len(list), list)
	}
}

// TestSoak_HalfAnHourInMiniatureStaysFlat makes as many heartbeats, reconnects
// and interactions as half an hour of a busy server, in the time that they take.
// discordgo alone would keep a bucket for each interaction: some kilobyte.
func TestSoak_HalfAnHourInMiniatureStaysFlat(t *testing.T) {
	n := openNewsroom(t, func(o *discordtest.Options) { o.Heartbeat = 500 * time.Millisecond })
	round := func(questions int) {
		for i := range questions {
			m := n.ask(n.reader, "who", "name", "Witkoff")
			if i%10 == 0 {
				n.press(n.reader, m, "Timeline")
			}
			if i%100 == 99 {
				resumes := n.server.Gateway().Resumes()
				n.server.Gateway().Drop()
				eventually(t, "it is back", func() bool {
					return n.server.Gateway().Resumes() > resumes && n.server.Gateway().Connected() == 1
				})
			}
		}
	}
	measure := func() (goroutines int, heap uint64) {
		time.Sleep(200 * time.Millisecond) // what has just ended leaves
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return runtime.NumGoroutine(), m.HeapAlloc
	}
	round(200)
	before, _ := measure()
	round(1000)
	after, heap := measure()
	if after > before+3 {
		b := make([]byte, 1<<16)
		t.Errorf("%d goroutines after 200 questions, %d after 1,200:\n%s", before, after, b[:runtime.Stack(b, true)])
	}
	t.Logf("goroutines %d → %d, heap %d KiB, %d heartbeats, %d resumes", before, after, heap>>10, n.server.Gateway().Heartbeats(), n.server.Gateway().Resumes())
}
