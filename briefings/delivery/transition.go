package delivery

import "time"

// Act is what a worker does with a delivery.
type Act int

// The acts.
const (
	Wait Act = iota // nothing is to be done yet
	Note            // the move is all
	Try             // the move is a claim: send it
	Look            // the move is a claim: read what was posted
)

// Rules are what transitions go by.
type Rules struct {
	Timings
	// Me is the process that moves.
	Me string
	// Nonces says that the platform posts a message with a known nonce only once.
	Nonces bool
	// Chance is a number from 0 to 1 by which waits differ; the same for one move.
	Chance float64
}

// Next returns what is to be done with a delivery at now, and the delivery as it is
// then. It is the only place that decides whether something is sent.
func Next(d Delivery, now time.Time, r Rules) (Delivery, Act) {
	switch {
	case d.State.Settled():
		return d, Wait
	case d.claimed():
		if now.Before(d.Lease) {
			return d, Wait
		}
		return r.unknown(d, "the process that had it did not say how it ended"), Note
	case d.RunState == Superseded && (d.State == Pending || d.Op == Edit && d.State == Unknown): // a newer edit must not be undone
		return settle(d, Replaced, "superseded", "a newer edition is due"), Note
	case !d.Deadline.IsZero() && !now.Before(d.Deadline):
		return settle(d, Dead, "expired", expiry(d)), Note
	case now.Before(d.Next):
		return d, Wait
	case d.State == Unknown:
		return r.again(d, now)
	case d.Op == Post && r.mustLook(d, now):
		return claim(d, Reconciling, r), Look
	default:
		return r.try(d, now), Try
	}
}

// claimed reports whether a process works at it.
func (d Delivery) claimed() bool { return d.State == Sending || d.State == Reconciling }

// expiry says what is known of a delivery whose time is over.
func expiry(d Delivery) string {
	switch {
	case d.Unsure:
		return "its time was over before it was known whether it had been posted"
	case d.Detail != "":
		return "its time was over: " + d.Detail
	default:
		return "its time was over"
	}
}

// mustLook reports whether the channel is to be read before the delivery is sent for
// the first time: where it is late and another process may have sent it, of which this
// database does not know since it is an older one.
func (r Rules) mustLook(d Delivery, now time.Time) bool {
	late := func(t time.Time) bool { return now.Sub(t) > r.LookFirst }
	return d.Owner != r.Me && late(d.Due) && late(d.Looked)
}

// try claims a delivery for a request.
func (r Rules) try(d Delivery, now time.Time) Delivery {
	if !d.Unsure {
		d.FirstSent = now
	}
	d.LastSent = now
	d.Attempts++
	return claim(d, Sending, r)
}

// claim takes a delivery. Its lease is for the store to count.
func claim(d Delivery, s State, r Rules) Delivery {
	d.State, d.Owner = s, r.Me
	return d
}

// again says what is done with a delivery of which it is not known whether it was
// posted.
func (r Rules) again(d Delivery, now time.Time) (Delivery, Act) {
	switch {
	case d.Op == Edit: // the same twice is the same
		return r.try(d, now), Try
	case r.Nonces && r.inWindow(d, now):
		return r.try(d, now), Try
	case now.Before(d.settled(r.Timings)):
		d.Next = d.settled(r.Timings)
		return d, Note
	default:
		return claim(d, Reconciling, r), Look
	}
}

// inWindow reports whether a request that begins at now ends while the platform
// certainly knows the nonce of the first. A clock that was set back tells nothing.
func (r Rules) inWindow(d Delivery, now time.Time) bool {
	return !now.Before(d.FirstSent) && !now.Add(r.Request).After(d.FirstSent.Add(r.NonceHolds))
}

// settled is when the newest request has been applied if it ever will be. LastSent is when
// it was claimed: the request may have begun as much later as the guard allows.
func (d Delivery) settled(t Timings) time.Time { return d.LastSent.Add(t.Guard + t.Request + t.Lag) }

// unknown is a delivery of which it is not known whether it was posted.
func (r Rules) unknown(d Delivery, why string) Delivery {
	wasReading := d.State == Reconciling
	d.State, d.Class, d.Detail = Unknown, string(Unsure), why
	switch {
	case d.Op == Edit:
		d.Next = d.LastSent.Add(r.wait(d.Attempts))
		return d
	case wasReading && !d.Unsure: // it was to be read before the first request, and is yet
		d.State, d.Next, d.Owner = Pending, time.Time{}, ""
		return d
	}
	d.Unsure, d.EverUnsure = true, true
	d.Next = d.settled(r.Timings)
	if quick := d.LastSent.Add(r.Backoff[0]); r.Nonces && !wasReading && r.inWindow(d, quick) {
		d.Next = quick
	}
	return d
}

// wait is how long is waited after so many failures.
func (r Rules) wait(attempts int) time.Duration {
	n := max(attempts, 1) - 1
	if n < len(r.Backoff)-1 {
		return r.Backoff[n]
	}
	last := r.Backoff[len(r.Backoff)-1]
	return last + time.Duration((r.Chance-0.5)*0.4*float64(last)) // ± 20 %
}

// MaySend is the guard before the first byte: it reports whether a claim that was begun
// at began is still young enough at now. Both clocks must say so: the monotonic one
// stands still while the machine sleeps, the wall clock may be set. Both times must
// have been read from the same clock.
func (r Rules) MaySend(d Delivery, began, now time.Time) bool {
	wall := now.Round(0).Sub(began.Round(0))
	young := func(age time.Duration) bool { return age <= r.Guard && age > -r.Guard }
	if !young(now.Sub(began)) || !young(wall) {
		return false
	}
	return d.Op == Edit || !d.Unsure || r.inWindow(d, now)
}

// Unsent returns a claimed delivery for which nothing was written.
func (r Rules) Unsent(d Delivery, now time.Time) Delivery {
	d.Attempts--
	return r.back(d, now)
}

// back returns a delivery to what it was before it was claimed for a request.
func (r Rules) back(d Delivery, next time.Time) Delivery {
	d.State, d.Next = Pending, next
	if d.Unsure {
		d.State = Unknown
	}
	if d.State == Pending && d.RunState == Superseded {
		return settle(d, Replaced, "superseded", "a newer edition is due")
	}
	return d
}

// Delivered returns a delivery of which the platform says that it has the message.
func Delivered(d Delivery, message string) Delivery {
	if message != "" || d.Op == Post {
		d.Message = message
	}
	d.Unsure = false
	return settle(d, Sent, "", "")
}

func settle(d Delivery, s State, class, detail string) Delivery {
	d.State, d.Class, d.Detail, d.Next = s, class, detail, time.Time{}
	return d
}

// Failed returns a delivery whose request has failed. Whatever is not certainly refused
// is unknown.
func (r Rules) Failed(d Delivery, f *Failure, now time.Time) Delivery {
	d.Class, d.Detail = string(f.Class), f.Detail
	if f.Advice != "" {
		d.Detail = f.Advice
	}
	switch f.Class {
	case Limited:
		return r.back(d, now.Add(f.RetryAfter+time.Duration(r.Chance*float64(r.Jitter))))
	case Unreached:
		return r.back(d, now.Add(r.wait(d.Attempts)))
	case Locked:
		d.Attempts--
		return r.back(d, now.Add(r.wait(len(r.Backoff))))
	case Closed, Faulty, Gone, Unreadable:
		return settle(d, Dead, d.Class, d.Detail)
	default:
		return r.unknown(d, f.Detail)
	}
}

// Found returns a delivery whose message was looked for: the messages that bear its
// marker, the oldest first.
func (r Rules) Found(d Delivery, messages []string, now time.Time) Delivery {
	if len(messages) > 0 {
		if len(messages) > 1 {
			d.EverUnsure = true // for the sweeper to take back the others
		}
		return Delivered(d, messages[0])
	}
	d.Unsure, d.Looked = false, now
	return r.back(d, now)
}

// NotRead returns a delivery whose message could not be looked for.
func (r Rules) NotRead(d Delivery, f *Failure, now time.Time) Delivery {
	if f.Class != Unreadable && f.Class != Closed && f.Class != Gone {
		next := now.Add(r.wait(d.Attempts))
		if f.Class == Limited {
			next = now.Add(f.RetryAfter + time.Duration(r.Chance*float64(r.Jitter)))
		}
		d.Detail = f.Detail
		if !d.Unsure { // it is read before it is sent, whoever has tried
			d.Owner = ""
		}
		return r.back(d, next)
	}
	switch {
	case !d.Unsure: // nobody has sent it as far as this database knows
		d.Looked = now
		return r.back(d, now)
	case d.OnUnknown == Resend:
		d.Unsure, d.Looked = false, now
		return r.back(d, now)
	case d.OnUnknown == AssumeSent:
		return Delivered(d, "")
	default:
		return settle(d, Dead, string(Unreadable), "it may have been posted or not, and I may not read that channel to find out")
	}
}
