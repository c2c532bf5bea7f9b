package slack

import (
	"context"
	"sync"
	"time"

	"github.com/slack-go/slack"
)

// How long what Slack says of somebody is believed, and that it says nothing.
const (
	personFor  = time.Hour
	nobodyFor  = 10 * time.Minute
	maxPeople  = 10_000
	personTime = 400 * time.Millisecond // an answer waits no longer to know a zone
)

// person is what we know of somebody: where they are, and their language.
type person struct {
	zone   *time.Location // nil where it is not known
	locale string
	until  time.Time
}

// people remembers who has asked.
type people struct {
	mu    sync.Mutex
	known map[string]person
}

func newPeople() *people { return &people{known: map[string]person{}} }

// find returns what is known of somebody, and whether that is still believed.
func (p *people) find(user string, now time.Time) (person, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	who, ok := p.known[user]
	return who, ok && now.Before(who.until)
}

func (p *people) learn(user string, who person) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.known) >= maxPeople {
		clear(p.known)
	}
	p.known[user] = who
}

// person returns where somebody is. Slack is asked once an hour; where it does
// not answer soon, or the scope is missing, nothing is known for ten minutes.
func (w *workspace) person(ctx context.Context, user string, now time.Time) person {
	if who, ok := w.people.find(user, now); ok {
		return who
	}
	// Those who ask at the same time do not wait, and do not ask again.
	w.people.learn(user, person{until: now.Add(nobodyFor)})
	ctx, cancel := context.WithTimeout(ctx, personTime)
	defer cancel()
	var u *slack.User
	err := w.call(ctx, "users.info", "", func(ctx context.Context) (err error) {
		u, err = w.api.GetUserInfoContext(ctx, user, slack.GetUserInfoOptionIncludeLocale(true))
		return err
	})
	if err != nil {
		w.log.Debug("it is not known where somebody is", "user", user, "err", err)
		return person{}
	}
	who := person{locale: u.Locale, until: now.Add(personFor)}
	if zone, err := time.LoadLocation(u.TZ); err == nil && u.TZ != "" && u.TZ != "Local" {
		who.zone = zone
	}
	w.people.learn(user, who)
	return who
}
