package discordtest

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/briefbot/briefbot/bot/bottest/standin"
)

// identifyData is what an IDENTIFY holds, as far as the server looks at it.
type identifyData struct {
	Token      string            `json:"token"`
	Intents    *int64            `json:"intents"`
	Shard      *[2]int           `json:"shard"`
	Compress   bool              `json:"compress"`
	Properties map[string]string `json:"properties"`
}

// identify starts a session. It returns the code to close with, or 0.
func (c *conn) identify(raw json.RawMessage) int {
	g := c.g
	defer g.s.changedNow()
	var d identifyData
	if json.Unmarshal(raw, &d) != nil || d.Properties == nil || d.Intents == nil {
		return closeDecode
	}
	g.s.mu.Lock() // before the gateway's, for the world must not move between READY and its guilds
	defer g.s.mu.Unlock()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.identifies++
	now := time.Now()
	hasty := !g.identified.IsZero() && now.Sub(g.identified) < identifyPause
	if hasty {
		g.hasty++
	}
	g.identified = now
	switch {
	case c.session != nil && c.session.conn == c:
		return closeAlready
	case strings.TrimPrefix(d.Token, "Bot ") != g.s.o.Token:
		return closeToken
	case *d.Intents < 0 || *d.Intents&^knownIntents != 0:
		return closeIntents
	case *d.Intents&privilegedIntents&^int64(g.s.o.PrivilegedIntents) != 0:
		return closeNotPrivileged
	case d.Shard != nil && (d.Shard[1] < 1 || d.Shard[0] < 0 || d.Shard[0] >= d.Shard[1]):
		return closeShard
	case hasty && g.limitPace:
		c.tell(opInvalidSession, false)
		return 0
	case c.early:
		c.tell(opReconnect, nil)
		return 0
	}
	ses := &session{id: standin.Random(16), intents: *d.Intents, shards: 1, compress: d.Compress, conn: c}
	if d.Shard != nil {
		ses.shard, ses.shards = d.Shard[0], d.Shard[1]
	}
	if g.holdReady > 0 {
		g.holdReady--
		return 0
	}
	g.sessions[ses.id] = ses
	g.order = append(g.order, ses)
	c.session = ses
	g.ready(ses)
	return 0
}

// ready sends what a new session begins with. Callers hold both locks.
func (g *Gateway) ready(ses *session) {
	s := g.s
	var guilds []any
	var mine []*Guild
	for _, guild := range s.guildOrder {
		if guild.members[s.bot.ID] != nil && ses.serves(guild) {
			guilds = append(guilds, object{"id": guild.ID, "unavailable": true})
			mine = append(mine, guild)
		}
	}
	resume := g.resumeURL
	if resume == "" {
		resume = g.url("/resume")
	}
	me := s.bot.userObject()
	me["verified"], me["mfa_enabled"], me["email"] = true, false, nil
	g.sendObject(ses, "READY", object{
		"v": 10, "user": me, "user_settings": object{}, "session_type": "normal", "session_id": ses.id,
		"resume_gateway_url": resume, "relationships": []any{}, "private_channels": []any{}, "presences": []any{},
		"guilds": orEmpty(guilds), "guild_join_requests": []any{}, "geo_ordered_rtc_regions": []any{},
		"shard": []any{ses.shard, ses.shards}, "application": object{"id": s.bot.ID, "flags": 0}, "_trace": []any{},
	})
	if ses.intents&intentGuilds == 0 {
		return
	}
	for _, guild := range mine {
		g.sendObject(ses, "GUILD_CREATE", guild.createObject())
	}
}

func (g *Gateway) sendObject(ses *session, kind string, o object) {
	raw, err := json.Marshal(o)
	if err != nil {
		panic(err) // made of maps and strings
	}
	g.send(ses, kind, raw)
}

// resume goes on with a session: what was missed comes first, then RESUMED.
// It returns the code to close with, or 0.
func (c *conn) resume(raw json.RawMessage) int {
	g := c.g
	defer g.s.changedNow()
	var d struct {
		Token     string `json:"token"`
		SessionID string `json:"session_id"`
		Seq       int64  `json:"seq"`
	}
	if json.Unmarshal(raw, &d) != nil {
		return closeDecode
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.resumes++
	ses := g.sessions[d.SessionID]
	switch {
	case c.session != nil && c.session.conn == c:
		return closeAlready
	case strings.TrimPrefix(d.Token, "Bot ") != g.s.o.Token:
		return closeToken
	case c.early:
		c.tell(opReconnect, nil)
		return 0
	case g.refuseResume > 0:
		g.refuseResume--
		g.forget(ses)
		c.tell(opInvalidSession, false)
		return 0
	case ses == nil:
		c.tell(opInvalidSession, false)
		return 0
	case d.Seq > ses.seq || d.Seq < 0:
		g.forget(ses)
		return closeSequence
	}
	if ses.conn != nil {
		ses.conn.cut() // one connection to a session
	}
	ses.conn = c
	c.session = ses
	for _, e := range ses.events {
		if e.seq > d.Seq {
			c.event(e, ses.compress)
		}
	}
	g.sendObject(ses, "RESUMED", object{"_trace": []any{}})
	return 0
}
