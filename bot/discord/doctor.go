package discord

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/pages"
	"github.com/briefbot/briefbot/briefings"
)

// maxSkew is how far the clock of this machine may be from Discord's. Times in
// answers would be wrong by it.
const maxSkew = 5 * time.Second

// Examine asks Discord about all that the adapter needs, and returns what it
// found, in the order in which it matters. It changes nothing, and works beside
// a running bot.
func (d *Discord) Examine(ctx context.Context, commands []bot.Command) []bot.Finding {
	defer d.api.close()
	e := examination{d: d, ctx: ctx}
	e.address()
	if e.token() {
		e.application()
		e.servers()
		e.commands(commands)
		e.gateway()
	}
	return e.found
}

// ApplicationID asks Discord for the id of the application that the token
// belongs to. The error is a sentence for the operator.
func (d *Discord) ApplicationID(ctx context.Context) (string, error) {
	defer d.api.close()
	app, err := d.whoami(ctx)
	if err != nil {
		return "", errors.New(d.unanswered(err))
	}
	return app.ID, nil
}

// applicationInfo is the application as Discord describes it.
type applicationInfo struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Public bool   `json:"bot_public"`
}

func (d *Discord) whoami(ctx context.Context) (applicationInfo, error) {
	var app applicationInfo
	err := d.api.call(ctx, http.MethodGet, discordgo.EndpointApplication("@me"), "application", nil, &app)
	return app, err
}

// unanswered is what an error means to the operator.
func (d *Discord) unanswered(err error) string {
	switch s := status(err); {
	case s == http.StatusUnauthorized:
		return "Discord refuses the token."
	case s == 0 && errors.Unwrap(err) != nil:
		return fmt.Sprintf("Discord cannot be reached: %v.", errors.Unwrap(err))
	default:
		return err.Error() + "."
	}
}

// examination is what has been found so far.
type examination struct {
	d     *Discord
	ctx   context.Context
	app   string
	found []bot.Finding
}

func (e *examination) add(level bot.Level, subject, message, fix string) {
	e.found = append(e.found, bot.Finding{Level: level, Subject: subject, Message: message, Fix: fix})
}

// address warns where the token would go over the network as it is.
func (e *examination) address() {
	u, err := url.Parse(e.d.opts.BaseURL)
	if err != nil || u.Scheme != "http" {
		return
	}
	if ip := net.ParseIP(u.Hostname()); u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
		e.add(bot.Notice, "Address", "The token goes to "+u.Host+" without encryption.", "Write base_url with https://, unless that network is your own.")
	}
}

// token looks at the token and the clock, and reports whether to go on.
func (e *examination) token() bool {
	var me struct {
		Username string `json:"username"`
	}
	seen, err := e.d.api.do(e.ctx, http.MethodGet, discordgo.EndpointUser("@me"), "me", nil, &me)
	if err != nil {
		fix := "See whether this machine can reach " + e.host() + "."
		if status(err) == http.StatusUnauthorized {
			fix = "Copy a new one from the Bot page of the application (Reset Token)."
		}
		e.add(bot.Problem, "Discord token", e.d.unanswered(err), fix)
		return false
	}
	e.add(bot.Good, "Discord token", "It is the bot "+me.Username+".", "")
	if theirs, err := http.ParseTime(seen.header.Get("Date")); err == nil {
		if skew := e.d.opts.Now().Sub(theirs).Abs(); skew > maxSkew {
			e.add(bot.Problem, "Clock", fmt.Sprintf("This machine's clock is %s away from Discord's.", skew.Round(time.Second)), "Set it, and keep it right with NTP.")
		} else {
			e.add(bot.Good, "Clock", "It agrees with Discord's.", "")
		}
	}
	return true
}

// host is where Discord is looked for.
func (e *examination) host() string {
	if e.d.opts.BaseURL != "" {
		return e.d.opts.BaseURL
	}
	return "https://discord.com"
}

func (e *examination) application() {
	app, err := e.d.whoami(e.ctx)
	if err != nil {
		e.add(bot.Problem, "Discord application", e.d.unanswered(err), "")
		return
	}
	e.app = app.ID
	e.d.app.Store(&app.ID)
	if app.Public {
		e.add(bot.Notice, "Discord application", "Anybody can add "+app.Name+" to a server of theirs, and read the book there.", "Turn Public Bot off on the Bot page, unless that is what you want.")
		return
	}
	e.add(bot.Good, "Discord application", app.Name+" can be added by its owners only.", "")
}

// servers looks whether the bot is where the config says that it is.
func (e *examination) servers() {
	var in []struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}
	if err := e.d.api.call(e.ctx, http.MethodGet, discordgo.EndpointUserGuilds("@me"), "guilds", nil, &in); err != nil {
		e.add(bot.Problem, "Discord servers", e.d.unanswered(err), "")
		return
	}
	invite := "Open the link that briefbot discord invite prints."
	if len(in) == 0 {
		e.add(bot.Problem, "Discord servers", "The bot is in none.", invite)
	}
	for _, s := range in {
		server := briefings.Workspace(s.ID)
		book, err := e.d.opts.Book(e.ctx, server)
		subject := "Server " + pages.Line(s.Name)
		if err != nil && !errors.Is(err, briefings.ErrNotFound) {
			e.add(bot.Problem, subject, "Its book cannot be looked up while the database fails.", "")
			continue
		}
		if err != nil {
			e.add(bot.Problem, subject, "The bot is in it, and it has no book.", fmt.Sprintf("Add [[discord.server]] with id = %q and a book to the config.", s.ID))
			continue
		}
		e.add(bot.Good, subject, fmt.Sprintf("It is answered from the book %s.", book), "")
	}
	for _, want := range e.d.opts.Servers {
		if !slices.ContainsFunc(in, func(s struct {
			ID   string `json:"id"`
			Name string `json:"name"`
		}) bool {
			return s.ID == string(want)
		}) {
			e.add(bot.Problem, "Server "+string(want), "The config names it, and the bot is not in it.", invite)
		}
	}
}

// commands looks whether Discord keeps the commands as they are declared.
func (e *examination) commands(commands []bot.Command) {
	if e.app == "" {
		return
	}
	want := declare(commands, e.d.opts.Scope)
	places := map[string]string{"globally": discordgo.EndpointApplicationGlobalCommands(e.app)}
	if e.d.opts.Scope == Servers {
		places = map[string]string{}
		for _, s := range e.d.opts.Servers {
			places["in server "+string(s)] = discordgo.EndpointApplicationGuildCommands(e.app, string(s))
		}
	}
	for where, address := range places {
		var have []declaration
		err := e.d.api.call(e.ctx, http.MethodGet, address+"?with_localizations=true", "commands", nil, &have)
		switch {
		case err != nil:
			e.add(bot.Problem, "Commands", e.d.unanswered(err), "")
		case !equal(have, want):
			e.add(bot.Notice, "Commands", "They are not registered "+where+", or not as this version has them.", "briefbot run registers them when it starts.")
		default:
			e.add(bot.Good, "Commands", fmt.Sprintf("%d are registered %s.", len(want), where), "")
		}
	}
}

// gateway looks whether the gateway can be reached. It does not log in, which
// could disturb a running bot.
func (e *examination) gateway() {
	conn, err := (&gateway{find: e.d.api.gateway}).dial(e.ctx)
	if err != nil {
		e.add(bot.Problem, "Gateway", fmt.Sprintf("It cannot be reached: %v.", err), "See whether this machine may make WebSocket connections to it.")
		return
	}
	defer conn.Close()
	cut := time.AfterFunc(helloTimeout, func() { _ = conn.NetConn().Close() })
	defer cut.Stop()
	var f frame
	if err := conn.ReadJSON(&f); err != nil || f.Op != opHello {
		e.add(bot.Problem, "Gateway", "It takes connections, and says nothing on them.", "Wait, and look at https://discordstatus.com.")
		return
	}
	_ = conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Time{})
	e.add(bot.Good, "Gateway", "It can be reached. No intent is needed.", "")
}
