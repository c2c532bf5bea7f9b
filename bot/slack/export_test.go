package slack

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
)

// Unlimited takes the adapter's own rate limits away, so that a suite that asks
// hundreds of questions takes no minutes. What they do is in limits_test.go.
func Unlimited(s *Slack) {
	for _, a := range s.apps {
		for _, w := range a.workspaces {
			w.limits.mu.Lock()
			w.limits.tiers = nil
			w.limits.mu.Unlock()
		}
	}
}

// Watch changes how the adapter's connections are watched, so that a test need
// not wait for a dead one as long as the product does.
func Watch(s *Slack, ping, silence time.Duration) { s.watching = watching{ping, silence} }

// Rendered sets a card on pages, as messages.
func Rendered(card *bot.Card) ([][]byte, error) { return rendering(card, inMessage) }

// RenderedInView sets a card on pages, as windows.
func RenderedInView(card *bot.Card) ([][]byte, error) { return rendering(card, inView) }

func rendering(card *bot.Card, on surface) ([][]byte, error) {
	var list [][]byte
	for _, m := range render(card, on) {
		var v any = map[string]any{"text": m.Text, "blocks": m.Blocks()}
		if on == inView {
			v = window(m)
		}
		b, err := json.Marshal(v)
		if err != nil {
			return nil, err
		}
		list = append(list, b)
	}
	return list, nil
}

// Receiver returns what takes Slack's requests, for an adapter that does not run.
func Receiver(s *Slack, core bot.Core) http.Handler {
	s.core = core
	return &receiver{apps: s.apps, log: s.log, now: s.opts.Now, work: &work{serve: func(d delivery) { s.serve(context.Background(), d) }}}
}

// Fetch fetches a file with the token of a workspace.
func (s *Slack) Fetch(ctx context.Context, workspace, address string) ([]byte, error) {
	return s.fetch(ctx, s.workspaceOf(briefings.Workspace(workspace)), address, 1<<20)
}
