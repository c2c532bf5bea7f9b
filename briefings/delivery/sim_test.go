package delivery_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
)

// channelMessage is a message in a channel of the simulated platform.
type channelMessage struct {
	id, marker, body, note string
	at                     time.Time
}

// platform is a simulated chat platform in the time of its bubble. It applies what it is
// asked, or loses it, or does so late, by chance or by plan.
type platform struct {
	nonces bool

	mu       sync.Mutex
	channels map[string][]channelMessage // by place and thread
	known    map[string]known            // by nonce
	n        int
	posts    int
	// fault decides what happens to a post; nil or "" lets it through.
	fault func(m delivery.Message) string
	down  bool // it is not reached
	late  sync.WaitGroup
}

type known struct {
	id string
	at time.Time
}

func newPlatform(nonces bool) *platform {
	return &platform{nonces: nonces, channels: map[string][]channelMessage{}, known: map[string]known{}}
}

// KnowsNonces reports whether it posts a message with a known nonce once.
func (p *platform) KnowsNonces() bool { return p.nonces }

func (p *platform) Lanes(to delivery.Place) []delivery.Lane {
	return []delivery.Lane{{Name: string(to.Platform), Limit: 10, Per: 202 * time.Millisecond}, {Name: to.String(), Limit: 3, Per: 3 * time.Second}}
}

func room(to delivery.Place, thread string) string { return to.String() + "#" + thread }

// apply puts a message into its channel.
func (p *platform) apply(m delivery.Message) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if p.nonces && m.Nonce != "" {
		if k, ok := p.known[m.Nonce]; ok && now.Sub(k.at) <= time.Minute {
			return k.id
		}
	}
	p.n++
	id := fmt.Sprintf("m%d", p.n)
	p.known[m.Nonce] = known{id, now}
	at := room(m.To, m.Thread)
	p.channels[at] = append(p.channels[at], channelMessage{id: id, marker: m.Marker, body: string(m.Body), note: m.Note, at: now})
	return id
}

// faults are what may happen to a request.
var faults = []string{"unreached", "lost before", "lost after", "late", "limited", "500 applied", "500 not applied"}

func (p *platform) Send(ctx context.Context, m delivery.Message) (string, error) {
	p.mu.Lock()
	p.posts++
	fault := ""
	if p.fault != nil {
		fault = p.fault(m)
	}
	if p.down {
		fault = "unreached"
	}
	p.mu.Unlock()
	unsure := &delivery.Failure{Class: delivery.Unsure, Detail: fault}
	switch fault {
	case "unreached":
		return "", &delivery.Failure{Class: delivery.Unreached, Detail: "connection refused"}
	case "limited":
		return "", &delivery.Failure{Class: delivery.Limited, RetryAfter: 2 * time.Second, HTTP: 429}
	case "locked":
		return "", &delivery.Failure{Class: delivery.Locked, HTTP: 401, Detail: "invalid_auth"}
	case "closed":
		return "", &delivery.Failure{Class: delivery.Closed, HTTP: 403, Detail: "50013"}
	case "lost before":
		<-ctx.Done()
		return "", unsure
	case "500 not applied":
		return "", unsure
	case "late": // it has arrived, and is applied after we gave up
		p.late.Go(func() {
			time.Sleep(40 * time.Second)
			p.edit(m)
		})
		<-ctx.Done()
		return "", unsure
	}
	time.Sleep(50 * time.Millisecond)
	id := p.edit(m)
	switch fault {
	case "lost after", "500 applied":
		return "", unsure
	}
	if ctx.Err() != nil {
		return "", unsure
	}
	return id, nil
}

// edit applies a message, which may be an edit of another.
func (p *platform) edit(m delivery.Message) string {
	if m.Op == delivery.Post {
		return p.apply(m)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for at := range p.channels {
		for i := range p.channels[at] {
			if c := &p.channels[at][i]; c.id == m.Target {
				c.body = string(m.Body)
			}
		}
	}
	return m.Target
}

func (p *platform) Find(_ context.Context, m delivery.Message, since time.Time) ([]string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.down {
		return nil, &delivery.Failure{Class: delivery.Unreached, Detail: "connection refused"}
	}
	var ids []string
	for _, c := range p.channels[room(m.To, m.Thread)] {
		if delivery.IDIn(c.marker) == m.ID && !c.at.Before(since.Add(-5*time.Minute)) {
			ids = append(ids, c.id)
		}
	}
	return ids, nil
}

func (p *platform) Delete(_ context.Context, to delivery.Place, thread, message string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := room(to, thread)
	p.channels[at] = slices.DeleteFunc(p.channels[at], func(c channelMessage) bool { return c.id == message })
	return nil
}

// all returns every message, by channel.
func (p *platform) all(to delivery.Place) []channelMessage {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.channels[room(to, "")])
}

// writer is an author whose texts say what they are of.
type writer struct {
	seq   int64
	quiet bool
	parts int // of an edition; two where it is 0

	mu        sync.Mutex
	corrected *delivery.Corrected // of what every edition shows, with the newest revision
	since     time.Time           // when that was
	now       string              // what a status card says, where it is not empty
}

// shown is what every edition shows.
var shown = delivery.Shown{Ref: briefings.Ref{Kind: briefings.EntryRecord, ID: "talks"}, Number: 1}

// correct lets what the editions show be corrected now.
func (w *writer) correct() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.corrected = &delivery.Corrected{Ref: shown.Ref, Number: 2, Seq: w.seq + 1}
	w.since = time.Now()
}

// says lets status cards say something else now.
func (w *writer) says(what string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = what
	w.corrected.Seq++
}

func (w *writer) Edition(_ context.Context, _ briefings.BookID, ask delivery.EditionAsk) (delivery.Text, error) {
	text := delivery.Text{Seq: w.seq, Quiet: w.quiet, Hash: fmt.Sprint(w.seq)}
	for _, p := range ask.Platforms {
		for n := range cmp.Or(w.parts, 2) {
			n++
			text.Parts = append(text.Parts, delivery.Part{Platform: p, Number: n, Op: delivery.Post, Threaded: n > 1, Body: fmt.Appendf(nil, "%s part %d", ask.Slot, n), Shows: []delivery.Shown{shown}})
		}
	}
	return text, nil
}

func (w *writer) Alerts(context.Context, briefings.BookID, delivery.AlertAsk) ([]delivery.AlertText, error) {
	return nil, nil
}

func (w *writer) News(_ context.Context, _ briefings.BookID, from int64) (delivery.News, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	news := delivery.News{UpTo: w.seq}
	if w.corrected != nil {
		news.UpTo = w.corrected.Seq
		if from < w.corrected.Seq {
			news.Oldest, news.Corrected = w.since, []delivery.Corrected{*w.corrected}
		}
	}
	return news, nil
}

func (w *writer) Unchanged(_ context.Context, _ briefings.BookID, part delivery.Part, ask delivery.EditionAsk) (delivery.Part, error) {
	part.Body = fmt.Appendf(nil, "unchanged as of %s", ask.Slot)
	return part, nil
}

func (w *writer) Correct(_ context.Context, _ briefings.BookID, part delivery.Part, what []delivery.Corrected, _ time.Time) ([]delivery.Part, error) {
	if len(part.Shows) == 0 || part.Shows[0].Number >= what[0].Number {
		return nil, nil
	}
	edited, word := part, part
	edited.Number, edited.Op, edited.Body = 1, delivery.Edit, append(slices.Clone(part.Body), ", corrected"...)
	edited.Shows = []delivery.Shown{{Ref: shown.Ref, Number: what[0].Number}}
	word.Number, word.Threaded, word.Body, word.Shows = 2, true, []byte("a correction"), nil
	return []delivery.Part{edited, word}, nil
}

func (w *writer) Pin(_ context.Context, _ briefings.BookID, _ briefings.EntryID, p briefings.Platform, _ time.Time) (delivery.Text, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	says := "the status"
	if w.corrected != nil {
		says = "the status, corrected"
	}
	says = cmp.Or(w.now, says)
	return delivery.Text{Seq: w.seq, Hash: says, Parts: []delivery.Part{{Platform: p, Number: 1, Op: delivery.Post, Body: []byte(says)}}}, nil
}

func (w *writer) Notice(_ context.Context, _ briefings.BookID, failed []delivery.Delivery, p briefings.Platform, _ time.Time) (delivery.Text, error) {
	return delivery.Text{Parts: []delivery.Part{{Platform: p, Number: 1, Op: delivery.Post, Body: fmt.Appendf(nil, "%d failed: %s", len(failed), failed[0].Class)}}}, nil
}
