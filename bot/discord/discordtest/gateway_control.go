package discordtest

import (
	"slices"
	"time"
)

// each calls f with every connection.
func (g *Gateway) each(f func(*conn)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, c := range g.conns {
		f(c)
	}
}

// Reconnect tells all connections to reconnect and resume.
func (g *Gateway) Reconnect() { g.each(func(c *conn) { c.tell(opReconnect, nil) }) }

// InvalidSession tells all connections that their session is invalid, and
// whether it may be resumed.
func (g *Gateway) InvalidSession(resumable bool) {
	g.each(func(c *conn) {
		if c.session != nil {
			c.session.conn = nil
			if !resumable {
				g.forget(c.session)
			}
			c.session = nil
		}
		c.tell(opInvalidSession, resumable)
	})
}

// StopAcks makes all connections zombies, or lets them live again: the server
// takes heartbeats and says nothing. Events are kept for who resumes.
func (g *Gateway) StopAcks(stop bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.stopAcks = stop
}

// Drop resets all connections. Their sessions can be resumed.
func (g *Gateway) Drop() { g.each((*conn).reset) }

// Close closes all connections with a code. The codes that the documentation
// calls fatal, and 4007 and 4009, end the sessions.
func (g *Gateway) Close(code int) {
	g.mu.Lock()
	conns := slices.Clone(g.conns)
	g.mu.Unlock()
	for _, c := range conns {
		c.end(code)
	}
}

// RequestHeartbeat asks all connections for a heartbeat at once.
func (g *Gateway) RequestHeartbeat() { g.each(func(c *conn) { c.tell(opHeartbeat, nil) }) }

// NoHello lets the next n connections wait for ever.
func (g *Gateway) NoHello(n int) { g.set(&g.noHello, n) }

// ReconnectBeforeReady tells the next n connections to reconnect, as soon as
// they identify or resume.
func (g *Gateway) ReconnectBeforeReady(n int) { g.set(&g.reconnectEarly, n) }

// RefuseResume answers the next n attempts to resume with an invalid session.
func (g *Gateway) RefuseResume(n int) { g.set(&g.refuseResume, n) }

// HoldReady never sends READY to the next n that identify.
func (g *Gateway) HoldReady(n int) { g.set(&g.holdReady, n) }

func (g *Gateway) set(field *int, n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	*field = n
}

// LimitIdentifies says whether an IDENTIFY within 5 s of another one gets an
// invalid session, as the platform's max_concurrency of 1 demands.
func (g *Gateway) LimitIdentifies(on bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.limitPace = on
}

// SetResumeURL sets the resume_gateway_url of sessions from now on; "" is the
// server's own address with the path /gateway/resume.
func (g *Gateway) SetResumeURL(url string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.resumeURL = url
}

// Connections counts the connections so far.
func (g *Gateway) Connections() int { return g.count(&g.connections) }

// Identifies counts the IDENTIFY so far.
func (g *Gateway) Identifies() int { return g.count(&g.identifies) }

// HastyIdentifies counts those that came within 5 s of another one.
func (g *Gateway) HastyIdentifies() int { return g.count(&g.hasty) }

// Resumes counts the RESUME so far.
func (g *Gateway) Resumes() int { return g.count(&g.resumes) }

// Heartbeats counts the heartbeats so far.
func (g *Gateway) Heartbeats() int { return g.count(&g.heartbeats) }

func (g *Gateway) count(field *int) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return *field
}

// ClientCloseCodes returns the codes that clients closed with, in order.
// Connections that were cut are not among them.
func (g *Gateway) ClientCloseCodes() []int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.closeCodes)
}

// Paths returns the paths of the connections so far: resumes should go to that
// of the resume_gateway_url.
func (g *Gateway) Paths() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.paths)
}

// Connected counts the sessions that somebody is connected to.
func (g *Gateway) Connected() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := 0
	for _, s := range g.order {
		if s.conn != nil {
			n++
		}
	}
	return n
}

// WaitConnected waits until n sessions are connected, and reports whether they
// were before the timeout.
func (g *Gateway) WaitConnected(n int, timeout time.Duration) bool {
	return g.s.host.Await(timeout, func() bool { return g.Connected() >= n })
}
