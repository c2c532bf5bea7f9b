package bot

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// answerTimeout is how long an answer may take in all. It leaves the adapters
// half a second of the three that Discord and Slack allow.
const answerTimeout = 2500 * time.Millisecond

// Options are what a Bot may be told.
type Options struct {
	// Log takes what people are only given a reference to; nil discards it.
	Log *slog.Logger
	// Version is shown by /about.
	Version string
	// Admins are accounts that the operator makes admins of every book, whatever the
	// books say; an account without a workspace is meant in all of them.
	Admins []briefings.Actor
}

// Bot is the core. Its methods may be called by any number of goroutines.
type Bot struct {
	library  *briefings.Library
	commands []Command
	byName   map[string]*Command
	groups   map[string][]string // the verbs of each, in the order of the table
	log      *slog.Logger
	version  string
	admins   []briefings.Actor
	reach    reach
	limits   limits
	imports  kept
	// scheduling is nil until Schedule is called.
	scheduling atomic.Pointer[scheduling]
	editions   editions
	netsMu     sync.Mutex
	netsOf     map[netsKey][]briefings.Net
	// calls holds calls that have been answered, to be used again: a call is
	// most of what a plain answer would allocate.
	calls sync.Pool
}

// New returns the core over a library, which stays the caller's. It returns an
// error where a command is declared in a way that some platform would refuse.
func New(library *briefings.Library, o Options) (*Bot, error) {
	commands := table()
	if err := localise(commands, localeFiles); err != nil {
		return nil, fmt.Errorf("command table: %w", err)
	}
	if err := validate(commands); err != nil {
		return nil, fmt.Errorf("command table: %w", err)
	}
	b := &Bot{library: library, commands: commands, byName: map[string]*Command{}, groups: map[string][]string{}, log: o.Log, version: o.Version, admins: o.Admins}
	if b.log == nil {
		b.log = slog.New(slog.DiscardHandler)
	}
	for i := range commands {
		b.byName[commands[i].Name] = &commands[i]
		commands[i].inOrder = commands[i].severalRequired()
		if g := commands[i].Group(); g != "" {
			b.groups[g] = append(b.groups[g], commands[i].Verb())
		}
	}
	return b, nil
}

// Commands returns the command table.
func (b *Bot) Commands() []Command { return b.commands }

// Handle answers a request. It never fails: an error becomes a card.
func (b *Bot) Handle(ctx context.Context, r Request) (reply Reply) {
	c, _ := b.calls.Get().(*Call)
	if c == nil {
		c = new(Call)
	}
	c.bot, c.Request, c.args = b, r, c.room[:0]
	defer func() {
		if p := recover(); p != nil {
			reply = b.fail(ctx, c, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
		}
		*c = Call{} // nothing of it is in the reply
		b.calls.Put(c)
	}()
	reply, err := b.answer(ctx, c)
	if err != nil {
		return b.fail(ctx, c, err)
	}
	if c.Flag("share") || r.Aloud && c.shareable(reply) {
		reply.Visibility = Shared
	}
	if r.Offering {
		c.offer(&reply)
	}
	return reply
}

// offer tells the platform by which commands the reply is had again and posted.
func (c *Call) offer(reply *Reply) {
	if c.acted {
		reply.Again = c.again
		return
	}
	reply.Again = c.Invocation().With(share.Name, "")
	if reply.Visibility == Private && c.shareable(*reply) {
		reply.Post = reply.Again.With(share.Name, "true")
	}
}

// shareable reports whether others in the channel may see the reply.
func (c *Call) shareable(reply Reply) bool {
	return reply.Outcome == Answered && c.Command.arg(share.Name) != nil
}

func (b *Bot) answer(ctx context.Context, c *Call) (Reply, error) {
	var err error
	if c.Now, err = b.library.Snapshot(ctx, c.Request.Book); err != nil {
		return Reply{}, err
	}
	c.operator = c.Request.Role != briefings.NoRole
	if c.Request.Role, err = b.role(ctx, &c.Request); err != nil {
		return Reply{}, err
	}
	if err := b.parse(c); err != nil {
		return Reply{}, err
	}
	c.divert()
	if err := c.authorise(ctx); err != nil {
		return Reply{}, err
	}
	if err := c.check(); err != nil {
		return Reply{}, err
	}
	if c.Command.atOnce != nil {
		if reply, ok := c.Command.atOnce(c); ok {
			return reply, nil
		}
	}
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	return c.Command.run(ctx, c)
}

// fail turns an error into a card: its sentence where it is meant for the
// person, and otherwise a reference under which it is logged, once, here.
func (b *Bot) fail(ctx context.Context, c *Call, err error) Reply {
	if said := forPerson(err); said != nil {
		outcome, title := Refused, "That did not work"
		switch {
		case errors.Is(err, briefings.ErrRepeated):
			outcome, title = Repeated, "Done already"
		case errors.Is(err, briefings.ErrNotFound):
			outcome, title = NotFound, "Not found"
		case errors.Is(err, briefings.ErrDenied):
			title = "Not allowed"
		}
		card := &Card{Title: title, Lead: []Text{T(said.Message)}}
		if again := c.reopened(); outcome != Repeated && again.Command != "" && !errors.Is(err, briefings.ErrDenied) {
			card.Actions = []Action{{"Open the form again", again}}
		}
		return Reply{Card: card, Outcome: outcome}
	}
	ref := NewRef()
	command := ""
	if c.Command != nil {
		command = c.Command.Name
	}
	b.log.ErrorContext(ctx, "command failed", "ref", ref, "command", command, "platform", c.Request.Actor.Platform, "user", c.Request.Actor.User, "err", err, "cause", cause(err))
	message := "Something went wrong (ref " + ref + ")."
	if errors.Is(err, context.DeadlineExceeded) {
		message = "The book took too long to answer (ref " + ref + "). Ask again in a moment."
	}
	changed := "Nothing was changed."
	if c.acted {
		changed = "What you asked for has been done all the same."
	}
	return Reply{Card: &Card{Title: "Something went wrong", Lead: []Text{T(message), T(changed + " The people who run this bot find the reason in its log under that reference.")}}, Outcome: Failed}
}

// cause returns what an engine said, where the error has a sentence instead.
func cause(err error) error {
	var engine interface{ Cause() error }
	if errors.As(err, &engine) {
		return engine.Cause()
	}
	return nil
}

// NewRef returns four hex digits by which a person and a log line meet.
func NewRef() string {
	var b [2]byte
	rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}
