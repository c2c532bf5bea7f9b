package delivery

import (
	"context"
	"errors"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// How the workers go through the ledger.
const (
	lookAhead = 256 // deliveries that are read at once
	atOnce    = 64  // claims in one transaction
	// gather is how long is waited for lanes, so that several claims go into one
	// transaction; it is little beside what a platform's limits make a message wait.
	gather = 200 * time.Millisecond
	// idle is the longest time after which the ledger is looked at: another process may
	// have planned something.
	idle = 15 * time.Second
	// held is from which pause on a delivery is put off in the ledger.
	held = 5 * time.Second
	// probe is how long an installation that its platform has locked is left alone.
	probe = 15 * time.Minute
)

// claimed is a delivery that is to be sent or looked for.
type claimed struct {
	book  briefings.BookID
	d     Delivery
	act   Act
	body  []byte
	lanes []Lane
	began time.Time // when its claim was begun
}

// sendUntil claims deliveries and has them sent, until ctx ends.
func (e *Engine) sendUntil(ctx context.Context) {
	for ctx.Err() == nil {
		wait := e.sendDue(ctx)
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-e.more:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// sendDue does what is due in every book, and returns when to look again.
func (e *Engine) sendDue(ctx context.Context) (wait time.Duration) {
	wait = min(idle, e.Timings.Tick)
	books, err := e.Books(ctx)
	for _, book := range books {
		next, failed := e.sendBook(ctx, book)
		err = errors.Join(err, failed)
		wait = min(wait, next)
	}
	if ctx.Err() != nil {
		return wait
	}
	e.report(ctx, "send", err)
	return wait
}

// report writes down that something fails or works, and logs it where it is news.
func (e *Engine) report(ctx context.Context, what string, err error) {
	if !e.board.failing(what, err) {
		return
	}
	if err == nil {
		e.Log.InfoContext(ctx, "delivery works again", "what", what)
		return
	}
	var deeper interface{ Cause() error }
	cause := error(nil)
	if errors.As(err, &deeper) {
		cause = deeper.Cause()
	}
	e.Log.ErrorContext(ctx, "delivery cannot go on for now, and tries again", "what", what, "err", err, "cause", cause)
}

// sendBook does what is due in a book.
func (e *Engine) sendBook(ctx context.Context, book briefings.BookID) (wait time.Duration, err error) {
	wait = idle
	if e.board.wrong(book) {
		return wait, nil
	}
	jobs, err := e.Ledger.Work(ctx, book, e.platforms, e.Now(), lookAhead)
	if err != nil {
		return wait, err
	}
	for len(jobs) > 0 && ctx.Err() == nil {
		now := e.Now()
		var moves []Move
		var claims []claimed
		var rest []Job
		for i, job := range jobs {
			if len(moves) == atOnce || len(e.slots) == cap(e.slots) {
				rest = append(rest, jobs[i:]...)
				break
			}
			to, act := Next(job.Delivery, now, e.rules(job.To.Platform))
			switch act {
			case Wait:
				continue
			case Note:
				moves = append(moves, Move{From: job.Delivery, To: to, At: now})
				claims = append(claims, claimed{act: Note})
				continue
			}
			lanes, pause := e.room(job.To, now)
			if pause > held && job.State == Pending {
				// It makes room in what is read at once: else those that wait for an
				// installation that is held would keep all others from being seen.
				waits := job.Delivery
				waits.Next = now.Add(pause)
				moves = append(moves, Move{From: job.Delivery, To: waits, At: now})
				claims = append(claims, claimed{act: Note})
				continue
			}
			if pause > 0 {
				wait = min(wait, max(pause, time.Millisecond))
				continue
			}
			e.slots <- struct{}{} // nobody else takes one
			moves = append(moves, Move{From: job.Delivery, To: to, At: now, Lease: e.Timings.Lease})
			claims = append(claims, claimed{book: book, d: to, act: act, body: job.Body, lanes: lanes, began: now})
		}
		if len(moves) > 0 {
			if err := e.claimAll(ctx, book, moves, claims); err != nil {
				return wait, err
			}
		}
		if len(rest) > 0 && len(moves) == 0 { // all requests are under way
			return min(wait, gather), nil
		}
		jobs = rest
	}
	next, err := e.Ledger.NextWork(ctx, book, e.platforms)
	if err == nil && !next.IsZero() {
		wait = min(wait, max(next.Sub(e.Now()), gather))
	}
	return wait, err
}

// room takes a place on the lanes of a message, or returns how long there is none.
func (e *Engine) room(p Place, now time.Time) ([]Lane, time.Duration) {
	lanes := e.Senders[p.Platform].Lanes(p)
	if len(lanes) > 0 {
		if pause := e.board.locked(lanes[0].Name, now); pause > 0 {
			return nil, pause
		}
	}
	return lanes, e.lanes.take(lanes, now)
}

// claimAll writes down moves, and sets off what was claimed by them.
func (e *Engine) claimAll(ctx context.Context, book briefings.BookID, moves []Move, claims []claimed) error {
	moved, err := e.Ledger.Move(ctx, book, moves)
	for i, c := range claims {
		if c.act == Note {
			if err == nil {
				e.tell(ctx, book, moves[i:i+1], moved[i:i+1])
			}
			continue
		}
		if err != nil || !moved[i] {
			<-e.slots
			continue
		}
		c.d.Fence++
		e.unsettled.Add(1)
		e.flying.Go(func() {
			defer func() { <-e.slots }()
			e.results <- e.perform(context.WithoutCancel(ctx), c)
		})
	}
	return err
}

// perform makes the request of a claim, once, and returns what became of it.
func (e *Engine) perform(ctx context.Context, c claimed) (res result) {
	rules := e.rules(c.d.To.Platform)
	res = result{book: c.book, move: Move{From: c.d, Attempt: &Attempt{Number: c.d.Attempts, Fence: c.d.Fence, Began: e.Now()}}}
	defer func() {
		if p := recover(); p != nil { // nothing is known of what it did
			res.finish(e, rules.Failed(c.d, &Failure{Class: Unsure, Detail: "panic"}, e.Now()), nil)
			e.Log.ErrorContext(ctx, "a sender has panicked", "platform", c.d.To.Platform, "panic", p)
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, e.Timings.Request)
	defer cancel()
	if c.act == Look {
		found, err := e.Senders[c.d.To.Platform].Find(ctx, e.message(c), e.since(c.d))
		if f := failureOf(err); f != nil {
			e.learn(ctx, c, f)
			res.finish(e, rules.NotRead(c.d, f, e.Now()), f)
			return res
		}
		e.learn(ctx, c, nil)
		res.finish(e, rules.Found(c.d, found, e.Now()), nil)
		return res
	}
	now := e.Now()
	if !rules.MaySend(c.d, c.began, now) {
		res.finish(e, rules.Unsent(c.d, now), &Failure{Class: Unreached, Detail: "the claim was too old to send"})
		return res
	}
	message, err := e.Senders[c.d.To.Platform].Send(ctx, e.message(c))
	f := failureOf(err)
	e.learn(ctx, c, f)
	if f != nil {
		res.finish(e, rules.Failed(c.d, f, e.Now()), f)
		return res
	}
	res.finish(e, Delivered(c.d, message), nil)
	return res
}

// since is from when on a delivery may have been posted, as far as this database knows
// and as far as an older one would.
func (e *Engine) since(d Delivery) time.Time {
	if d.FirstSent.IsZero() || d.Due.Before(d.FirstSent) {
		return d.Due
	}
	return d.FirstSent
}

// message is what a sender gets.
func (e *Engine) message(c claimed) Message {
	m := Message{ID: c.d.ID, To: c.d.To, Op: c.d.Op, Thread: c.d.Thread, Body: c.body, Marker: c.d.Marker, Nonce: Nonce(e.secret, c.d.ID)}
	if c.d.Op == Edit {
		m.Target = c.d.Message
	}
	if m.Marker == "" {
		m.Marker = MarkerOf(c.d.ID, c.d.Edition)
	}
	if now := e.Now(); c.d.Kind == Digest && c.d.Op == Post && now.Sub(c.d.Due) > e.Timings.Late {
		m.Note = lateNote(c.d.Due, now, c.d.Zone)
	}
	return m
}

// lateNote says that a message is late.
func lateNote(due, now time.Time, zone string) string {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		loc = time.UTC
	}
	due, now = due.In(loc), now.In(loc)
	clock := "15:04"
	if due.YearDay() != now.YearDay() || due.Year() != now.Year() {
		clock = "2 Jan 15:04"
	}
	return "due " + due.Format(clock) + ", posted " + now.Format(clock+" MST")
}

// learn takes note of what a request says of the installation and its limits.
func (e *Engine) learn(ctx context.Context, c claimed, f *Failure) {
	if len(c.lanes) == 0 {
		return
	}
	now, installation := e.Now(), c.lanes[0].Name
	switch {
	case f == nil, f.Class == Closed, f.Class == Faulty, f.Class == Gone: // it was let in
		if e.board.lock(installation, false, now) {
			e.Log.InfoContext(ctx, "the platform lets us work again", "installation", installation)
		}
	case f.Class == Locked:
		if e.board.lock(installation, true, now) {
			e.Log.ErrorContext(ctx, "the platform does not let us do anything: no more calls are made there but one in a quarter of an hour", "installation", installation, "err", f.Detail)
		}
	case f.Class == Limited:
		lane := f.Lane
		if lane == "" {
			lane = c.lanes[len(c.lanes)-1].Name
		}
		e.lanes.hold(lane, now.Add(f.RetryAfter))
	}
}

// failureOf returns what an error of a sender is, nil for none. What it is not known
// to be is Unsure.
func failureOf(err error) *Failure {
	var f *Failure
	switch {
	case err == nil:
		return nil
	case errors.As(err, &f):
		return f
	default:
		return &Failure{Class: Unsure, Detail: err.Error()}
	}
}
