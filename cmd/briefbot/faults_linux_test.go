package main

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot/discord/discordtest"
	"github.com/briefbot/briefbot/bot/slack/slacktest"
	"github.com/briefbot/briefbot/briefings/delivery"
)

// netFaults are ways in which a request goes wrong, as each platform's test server has
// them.
var netFaults = []struct {
	name    string
	discord discordtest.Fault
	slack   slacktest.Fault
}{
	{"dropped before it is applied", discordtest.Fault{Kind: discordtest.ResetBefore}, slacktest.Fault{Kind: slacktest.ResetBefore}},
	{"dropped after it was applied", discordtest.Fault{Kind: discordtest.ResetAfter}, slacktest.Fault{Kind: slacktest.ResetAfter}},
	{"no answer, not applied", discordtest.Fault{Kind: discordtest.HangBefore}, slacktest.Fault{Kind: slacktest.HangBefore}},
	{"no answer, applied", discordtest.Fault{Kind: discordtest.HangAfter}, slacktest.Fault{Kind: slacktest.HangAfter}},
	{"applied after the bot gave up", discordtest.Fault{Kind: discordtest.Late, Delay: lateApply}, slacktest.Fault{Kind: slacktest.Late, Delay: lateApply}},
	{"502, not applied", discordtest.Fault{Kind: discordtest.StatusBefore}, slacktest.Fault{Kind: slacktest.StatusBefore}},
	{"502, applied", discordtest.Fault{Kind: discordtest.StatusAfter}, slacktest.Fault{Kind: slacktest.StatusAfter}},
	{"500, applied", discordtest.Fault{Kind: discordtest.StatusAfter, Status: 500}, slacktest.Fault{Kind: slacktest.ErrorAfter}},
	{"a proxy's page", discordtest.Fault{Kind: discordtest.HTML}, slacktest.Fault{Kind: slacktest.HTML}},
	{"half an answer", discordtest.Fault{Kind: discordtest.Truncated}, slacktest.Fault{Kind: slacktest.Truncated}},
	{"slow", discordtest.Fault{Kind: discordtest.Slow, Delay: 200 * time.Millisecond}, slacktest.Fault{Kind: slacktest.Slow, Delay: 200 * time.Millisecond}},
	{"429", discordtest.Fault{Kind: discordtest.RateLimited, RetryAfter: 300 * time.Millisecond}, slacktest.Fault{Kind: slacktest.RateLimited, RetryAfter: time.Second}},
	{"429 of all", discordtest.Fault{Kind: discordtest.RateLimited, RetryAfter: 300 * time.Millisecond, Global: true}, slacktest.Fault{Kind: slacktest.RateLimited, AsHTML: true}},
}

// The requests by which a digest is posted, looked for and read.
const (
	discordPosts, slackPosts = `/channels/[0-9]+/messages$`, `chat\.postMessage$`
	slackLooks               = `conversations\.history$`
)

var postPath = regexp.MustCompile(discordPosts)

// lateApply is later than the bot waits for an answer, and sooner than it goes on.
const lateApply = 1200 * time.Millisecond

// moments are when the fault strikes: at the first post, at the next one after a post of
// which nobody knows, and at the look into the channel for such a one.
var moments = []struct {
	name   string
	strike func(d *discordtest.Server, s *slacktest.Server, df discordtest.Fault, sf slacktest.Fault)
}{
	{"at the post", func(d *discordtest.Server, s *slacktest.Server, df discordtest.Fault, sf slacktest.Fault) {
		df.Method, df.Path, sf.Path = "POST", discordPosts, slackPosts
		d.Fault(df)
		s.Fault(sf)
	}},
	{"at the next post", func(d *discordtest.Server, s *slacktest.Server, df discordtest.Fault, sf slacktest.Fault) {
		d.Fault(discordtest.Fault{Method: "POST", Path: discordPosts, Kind: discordtest.ResetBefore})
		s.Fault(slacktest.Fault{Path: slackPosts, Kind: slacktest.ResetBefore})
		df.Method, df.Path, sf.Path = "POST", discordPosts, slackPosts
		d.Fault(df)
		s.Fault(sf)
	}},
	{"at the look", func(d *discordtest.Server, s *slacktest.Server, df discordtest.Fault, sf slacktest.Fault) {
		d.Fault(discordtest.Fault{Method: "POST", Path: discordPosts, Kind: discordtest.ResetAfter, Times: 2})
		s.Fault(slacktest.Fault{Path: slackPosts, Kind: slacktest.ResetAfter})
		df.Method, df.Path, sf.Path = "GET", discordPosts, slackLooks
		d.Fault(df)
		s.Fault(sf)
	}},
}

// TestFaults_OfTheNetworkLoseAndDoubleNothing lets each fault strike at each moment of a
// digest's way to both platforms, through the whole program over real connections. Each is
// tried in turn, or as many times as BRIEFBOT_TEST_SEEDS says.
func TestFaults_OfTheNetworkLoseAndDoubleNothing(t *testing.T) {
	t.Parallel()
	seeds, step := 1, 5 // some of them, others with each change of the list
	if slow {
		step = 11
	}
	if _, err := fmt.Sscan(os.Getenv("BRIEFBOT_TEST_SEEDS"), &seeds); err == nil {
		step = 1
	}
	starter := starterDatabase(t)
	atOnce := make(chan struct{}, 12)
	var posts, runs atomic.Int64
	for i := 0; i < len(netFaults)*len(moments); i += step {
		fault, moment := netFaults[i%len(netFaults)], moments[i/len(netFaults)]
		for seed := range seeds {
			t.Run(fmt.Sprintf("%s, %s, %d", fault.name, moment.name, seed), func(t *testing.T) {
				t.Parallel()
				atOnce <- struct{}{}
				defer func() { <-atOnce }()
				k := openSite(t, starter, 0)
				moment.strike(k.discord, k.slack, fault.discord, fault.slack)
				k.inProcess(delivery.Standard.Faster(50))
				k.check(fault.name+" "+moment.name, k.log.String())
				for _, r := range k.discord.Requests() {
					if r.Method == "POST" && postPath.MatchString(r.Path) {
						posts.Add(1)
					}
				}
				runs.Add(1)
			})
		}
	}
	t.Cleanup(func() { t.Logf("%d runs on both platforms; Discord had %d posts", runs.Load(), posts.Load()) })
}

// inProcess runs the whole program in this process, until the digest is posted.
func (k *site) inProcess(timings delivery.Timings) {
	k.t.Helper()
	ctx, cancel := context.WithTimeout(k.t.Context(), 2*patience)
	defer cancel()
	env := map[string]string{}
	for _, line := range k.env {
		name, value, _ := strings.Cut(line, "=")
		env[name] = value
	}
	sys := machine()
	sys.getenv, sys.stdout, sys.stderr, sys.timings = func(name string) string { return env[name] }, &k.log, &k.log, timings
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, []string{"run", "--config", k.config}, sys) }()
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for ctx.Err() == nil && !k.posted() {
		select {
		case err := <-ended:
			k.t.Fatalf("it ended with %v:\n%s", err, &k.log)
		case <-look.C:
		}
	}
	cancel()
	<-ended
}
