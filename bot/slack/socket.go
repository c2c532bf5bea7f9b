package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"github.com/briefbot/briefbot/bot"
)

// How many connections each app keeps, and how it opens them. Slack allows ten,
// and gives each event to one of them
// (https://docs.slack.dev/apis/events-api/using-socket-mode).
const (
	connections = 2
	openFirst   = time.Second
	openMost    = 30 * time.Second
	settled     = 30 * time.Second // a connection that lived so long was a good one
)

// sockets keeps an app connected to Slack. Two connections overlap: Slack ends
// each every few hours, and when it says that it will, another is opened before
// the old one is left.
type sockets struct {
	app  *app
	api  *slack.Client
	log  *slog.Logger
	work *work
	now  func() time.Time
	watching

	mu   sync.Mutex
	open map[*connection]bool
}

// connect takes the events of all apps from their sockets, until ctx ends and
// what is being answered has been.
func (s *Slack) connect(ctx context.Context, w *work) error {
	var all sync.WaitGroup
	ended := make(chan error, len(s.apps))
	for _, a := range s.apps {
		k := &sockets{app: a, api: s.client.api(bot.Secret{}, a.token), log: s.log, work: w, now: s.opts.Now, watching: s.watching, open: map[*connection]bool{}}
		all.Go(func() {
			err := k.run(ctx)
			if err != nil && len(s.apps) > 1 { // the others go on
				s.log.Error("one of the apps cannot work any more", "err", err)
			}
			ended <- err
		})
	}
	all.Wait()
	w.finish()
	close(ended)
	var errs []error
	for err := range ended {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// run keeps the connections until ctx ends or Slack does not want the app. What
// is being answered then still goes out over them.
func (k *sockets) run(ctx context.Context) error {
	keeping, end := context.WithCancel(ctx)
	defer end()
	errs := make(chan error, connections)
	for n := range connections {
		go func() { errs <- k.keep(keeping, n) }()
	}
	var err error
	for range connections {
		if e := <-errs; e != nil && err == nil {
			err = e
			end()
		}
	}
	if ctx.Err() != nil { // otherwise other apps go on
		k.work.finish()
	}
	k.closeAll()
	return err
}

// hopeless are the errors, beside the fatal ones, after which the token of an app
// never connects.
var hopeless = []string{"not_allowed_token_type", "missing_scope"}

// keep keeps one connection, and opens another as soon as it is to end.
func (k *sockets) keep(ctx context.Context, n int) error {
	log := k.log.With("connection", n+1)
	wait := time.Duration(0)
	for {
		if wait > 0 {
			wait += time.Duration(rand.Int64N(int64(wait)/4 + 1)) // two of them do not come at once
			if !bot.Sleep(ctx, wait) {
				return nil
			}
		}
		c, err := k.dial(ctx)
		switch {
		case ctx.Err() != nil:
			if c != nil {
				c.close()
			}
			return nil
		case fatal(err) || slices.Contains(hopeless, code(err)):
			return fmt.Errorf("Slack does not let us connect: %s. The config must name the app-level token (xapp-…), with the scope connections:write", meaning(code(err)))
		case err != nil:
			next := min(max(2*wait, openFirst), openMost)
			var e *apiError
			if errors.As(err, &e) && e.RetryAfter > 0 { // Slack knows better
				next = max(wait, e.RetryAfter)
			}
			wait = next
			log.Warn("no connection to Slack; trying again", "in", wait, "err", err)
			continue
		}
		log.Info("connected to Slack")
		began := k.now()
		why := c.untilItLeaves(ctx)
		if ctx.Err() != nil {
			return nil
		}
		lived := k.now().Sub(began)
		if lived >= settled {
			wait = 0
		} else {
			wait = min(max(2*wait, openFirst), openMost)
		}
		level := slog.LevelInfo
		if why.bad {
			level = slog.LevelWarn
		}
		log.Log(ctx, level, "a connection to Slack ends; opening another", "why", why.reason, "after", lived.Round(time.Second))
	}
}

// dial opens a connection. The error is an *apiError where Slack did not say
// where to connect to.
func (k *sockets) dial(ctx context.Context) (*connection, error) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	_, address, err := k.api.StartSocketModeContext(ctx)
	if err != nil {
		return nil, explain(err)
	}
	c, err := dial(ctx, address, k.watching)
	if err != nil {
		return nil, err
	}
	c.received = func(raw []byte) { k.received(c, raw) }
	c.ended = func() { k.forget(c) }
	k.mu.Lock()
	k.open[c] = true
	k.mu.Unlock()
	c.start()
	return c, nil
}

func (k *sockets) forget(c *connection) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.open, c)
}

// closeAll closes what is open, and waits for it.
func (k *sockets) closeAll() {
	var all sync.WaitGroup
	for _, c := range k.others(nil) {
		all.Go(c.close)
	}
	all.Wait()
}

// others returns the connections that are open beside one.
func (k *sockets) others(but *connection) []*connection {
	k.mu.Lock()
	defer k.mu.Unlock()
	var list []*connection
	for c := range k.open {
		if c != but {
			list = append(list, c)
		}
	}
	return list
}

// received takes a frame of a connection.
func (k *sockets) received(c *connection, raw []byte) {
	var r socketmode.Request
	if d := depth(raw); d < 0 || d > maxDepth {
		k.log.Warn("a frame of Slack's that is no JSON as it sends it")
		return
	}
	if err := json.Unmarshal(raw, &r); err != nil {
		k.log.Warn("a frame of Slack's that cannot be read", "err", err)
		return
	}
	switch r.Type {
	case socketmode.RequestTypeHello:
		return
	case socketmode.RequestTypeDisconnect:
		c.leaves(r.Reason)
		return
	}
	if r.EnvelopeID == "" {
		k.log.Debug("a frame of Slack's that is not known", "type", r.Type)
		return
	}
	d := delivery{app: k.app, id: r.EnvelopeID, kind: aStranger, body: r.Payload, ack: k.acker(c, r)}
	switch r.Type {
	case socketmode.RequestTypeSlashCommands:
		d.kind = aCommand
		if err := json.Unmarshal(r.Payload, &d.command); err != nil {
			k.log.Warn("a command that cannot be read", "err", err)
			d.kind = aStranger
		}
	case socketmode.RequestTypeInteractive:
		d.kind = anAction
	case socketmode.RequestTypeEventsAPI:
		d.kind = anEvent
	}
	k.work.apart(d)
}

// acker returns what acknowledges an envelope. It goes out over the connection
// that the envelope came by, or where that has gone, over another.
func (k *sockets) acker(c *connection, r socketmode.Request) func(any) error {
	var once sync.Once
	return func(payload any) error {
		raw, err := pack(payload)
		if err != nil {
			return err
		}
		if raw != nil && !r.AcceptsResponsePayload && r.Type == socketmode.RequestTypeSlashCommands {
			return errNoPayload // Slack would throw the answer away
		}
		frame, err := json.Marshal(socketmode.Response{EnvelopeID: r.EnvelopeID})
		if err != nil {
			return err
		}
		if raw != nil { // which is JSON already
			frame = slices.Concat(frame[:len(frame)-1], []byte(`,"payload":`), raw, []byte("}"))
		}
		err = errLate
		once.Do(func() {
			if err = c.send(frame); err == nil {
				return
			}
			for _, other := range k.others(c) {
				if other.send(frame) == nil {
					err = nil
					return
				}
			}
			k.log.Warn("an event could not be acknowledged", "err", err)
		})
		return err
	}
}
