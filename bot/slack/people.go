package slack

import (
	"context"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"github.com/briefbot/briefbot/bot"
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
	name   string // what their account is called
	until  time.Time

	rank      rank
	rankUntil time.Time // zero where it is not known
}

// people remembers who has asked.
type people struct {
	mu    sync.Mutex
	known map[string]person
}

func newPeople() *people { return &people{known: map[string]person{}} }

// find returns what is known of somebody, and whether that is still believed. Of
// their rank that is for rankUntil to say.
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
	who, _ := w.look(ctx, user, now) // nothing, where it is not known
	return who
}

// rank returns what Slack says of somebody's place in the workspace: as it said
// within five minutes, or where that is to be waited for, as it says now. It reports
// false where that is not known.
func (w *workspace) rank(ctx context.Context, user string, wait bool, now time.Time) (rank, bool) {
	who, known := w.people.find(user, now)
	if now.Before(who.rankUntil) {
		return who.rank, true
	}
	if !wait {
		return rank{}, false
	}
	seen, err := w.look(ctx, user, now)
	if err != nil && !known { // then nobody waits to know their zone
		w.people.learn(user, person{until: now.Add(nobodyFor)})
	}
	return seen.rank, err == nil
}

// look asks Slack who somebody is, and remembers it.
func (w *workspace) look(ctx context.Context, user string, now time.Time) (person, error) {
	var u *slack.User
	err := w.call(ctx, "users.info", "", func(ctx context.Context) (err error) {
		u, err = w.api.GetUserInfoContext(ctx, user, slack.GetUserInfoOptionIncludeLocale(true))
		return err
	})
	if err != nil {
		w.log.Debug("it is not known who somebody is", "user", user, "err", err)
		return person{}, err
	}
	who := person{locale: u.Locale, name: u.Name, until: now.Add(personFor), rank: rankOf(u), rankUntil: now.Add(standingFor)}
	if zone, err := time.LoadLocation(u.TZ); err == nil && u.TZ != "" && u.TZ != "Local" {
		who.zone = zone
	}
	w.people.learn(user, who)
	return who, nil
}

// introduceTime is how long is waited to know what people are called.
const introduceTime = time.Second

// introduce adds to accounts that Slack named by their ids alone what they are called,
// where that is known or soon said.
func (w *workspace) introduce(ctx context.Context, accounts map[string]bot.AccountRef, now time.Time) {
	ctx, cancel := context.WithTimeout(ctx, introduceTime)
	defer cancel()
	for words, a := range accounts {
		switch {
		case a.Name != "":
			continue
		case a.Group:
			a.Name = w.groups.name(a.ID)
		default:
			who, known := w.people.find(a.ID, now)
			if !known {
				who, _ = w.look(ctx, a.ID, now) // or they are called by their id
			}
			a.Name = who.name
		}
		accounts[words] = a
	}
}
