package discord

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/briefbot/briefbot/briefings"
)

// Who is a member of what, as it was last asked. SECURITY: rights that come from
// the platform's API are cached for five minutes at most.
const (
	memberFor  = 5 * time.Minute
	maxMembers = 10_000
	// maxDirect is how many servers are asked whether they know somebody who
	// writes a direct message.
	maxDirect = 25
)

// places knows the servers that the bot is in, and where people have asked.
type places struct {
	mu      sync.Mutex
	servers []briefings.Workspace
	last    map[briefings.UserID]briefings.Workspace // where somebody last asked
	members map[memberKey]membership
}

type memberKey struct {
	server briefings.Workspace
	user   briefings.UserID
}

type membership struct {
	member bool
	until  time.Time
}

func newPlaces(servers []briefings.Workspace) *places {
	return &places{servers: slices.Clone(servers), last: map[briefings.UserID]briefings.Workspace{}, members: map[memberKey]membership{}}
}

// add notes that the bot is in a server.
func (p *places) add(servers ...briefings.Workspace) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range servers {
		if s != "" && !slices.Contains(p.servers, s) {
			p.servers = append(p.servers, s)
		}
	}
}

// several reports whether the bot is in more servers than one.
func (p *places) several() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.servers) > 1
}

// asked notes where somebody asked.
func (p *places) asked(who briefings.Actor) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !slices.Contains(p.servers, who.Workspace) {
		p.servers = append(p.servers, who.Workspace)
	}
	if len(p.last) >= maxMembers {
		clear(p.last)
	}
	p.last[who.User] = who.Workspace
}

// of returns the servers that somebody may be in, the one where they last asked
// first, and whether they have asked in it.
func (p *places) of(user briefings.UserID) (servers []briefings.Workspace, last briefings.Workspace) {
	p.mu.Lock()
	defer p.mu.Unlock()
	servers, last = slices.Clone(p.servers), p.last[user]
	if i := slices.Index(servers, last); i > 0 {
		servers[0], servers[i] = servers[i], servers[0]
	}
	return servers[:min(len(servers), maxDirect)], last
}

// book returns the book that answers an interaction: that of the server, or in a
// direct message that of a server which the person is in. The error has a
// sentence for the person.
func (d *Discord) book(ctx context.Context, in *interaction) (briefings.BookID, error) {
	if !in.direct() {
		d.places.asked(in.actor())
		return d.opts.Book(ctx, briefings.Workspace(in.Guild))
	}
	servers, last := d.places.of(briefings.UserID(in.userID()))
	if len(servers) == 0 { // none has been seen: the operator's own choice
		return d.opts.Book(ctx, "")
	}
	books := map[briefings.Workspace]briefings.BookID{}
	different := map[briefings.BookID]bool{}
	for _, s := range servers {
		if b, err := d.opts.Book(ctx, s); err == nil {
			books[s], different[b] = b, true
		} else if !errors.Is(err, briefings.ErrNotFound) {
			return "", err
		}
	}
	var theirs []briefings.BookID
	unsure := false
	for _, s := range servers {
		b, ok := books[s]
		if !ok || slices.Contains(theirs, b) {
			continue
		}
		switch member, err := d.member(ctx, s, briefings.UserID(in.userID())); {
		case err != nil:
			d.log.Warn("Discord did not say who is a member", "server", s, "err", err)
			unsure = unsure || !noSuchRoute(err) || len(different) > 1
			if noSuchRoute(err) && len(different) == 1 {
				theirs = append(theirs, b) // there is nothing else to be seen here
			}
		case member:
			theirs = append(theirs, b)
			if s == last || len(different) == 1 {
				return b, nil
			}
		}
	}
	switch {
	case len(theirs) == 1:
		return theirs[0], nil
	case len(theirs) > 1:
		return "", briefings.Errorf(briefings.ErrInvalid, "You are in several servers with me, and they have different books. Ask once in the server whose book you mean; then I answer from it here, too.")
	case unsure:
		return "", briefings.Errorf(briefings.ErrInvalid, "Discord does not tell me just now in which servers you are. Try again in a minute, or ask in the server.")
	default:
		return "", briefings.Errorf(briefings.ErrDenied, "I answer direct messages of people who are in a server with me that has a book, and I see you in none.")
	}
}

// noSuchRoute reports whether what answers does not know of members at all, as
// some stand-ins for Discord don't; Discord itself always does.
func noSuchRoute(err error) bool {
	return status(err) == http.StatusNotFound && code(err) == 0 || status(err) == http.StatusMethodNotAllowed || status(err) == http.StatusNotImplemented
}

// member reports whether somebody is in a server, as Discord says or said within
// the last five minutes.
func (d *Discord) member(ctx context.Context, server briefings.Workspace, user briefings.UserID) (bool, error) {
	key, now := memberKey{server, user}, d.opts.Now()
	p := d.places
	p.mu.Lock()
	m, ok := p.members[key]
	p.mu.Unlock()
	if ok && now.Before(m.until) {
		return m.member, nil
	}
	err := d.api.call(ctx, http.MethodGet, discordgo.EndpointGuildMember(string(server), string(user)), "member "+string(server), nil, nil)
	switch code(err) {
	case codeUnknownMember, codeUnknownGuild, codeMissingAccess:
		err, m.member = nil, false
	default:
		m.member = err == nil
	}
	if err != nil {
		return false, err
	}
	m.until = now.Add(memberFor)
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.members) >= maxMembers {
		clear(p.members)
	}
	p.members[key] = m
	return m.member, nil
}
