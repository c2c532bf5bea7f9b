package slacktest

import (
	"slices"
	"time"

	"github.com/briefbot/briefbot/bot/bottest/standin"
)

// Socket is the server's side of Socket Mode.
func (s *Server) Socket() *Socket { return s.socket }

// Connections counts the connections that are open.
func (k *Socket) Connections() int {
	k.s.mu.Lock()
	defer k.s.mu.Unlock()
	return len(k.conns)
}

// Opened counts the calls of apps.connections.open so far.
func (k *Socket) Opened() int {
	k.s.mu.Lock()
	defer k.s.mu.Unlock()
	return k.opened
}

// Served counts the connections so far.
func (k *Socket) Served() int {
	k.s.mu.Lock()
	defer k.s.mu.Unlock()
	return k.served
}

// WaitConnections waits until at least n connections are open, and reports
// whether they were before the timeout.
func (k *Socket) WaitConnections(n int, timeout time.Duration) bool {
	return k.s.host.Await(timeout, func() bool { return len(k.conns) >= n })
}

// WaitServed waits until there have been n connections, and reports whether
// there were before the timeout.
func (k *Socket) WaitServed(n int, timeout time.Duration) bool {
	return k.s.host.Await(timeout, func() bool { return k.served >= n })
}

// Warn tells connections that they will be closed in WarnFor, and does so. It
// tells all, or those of the given places, the oldest being 0.
func (k *Socket) Warn(which ...int) {
	k.disconnect("warning", func(c *conn) { c.warned = true }, which)
}

// Refresh asks connections to reconnect: all, or those of the given places. They
// are given nothing any more, and closed after WarnFor.
func (k *Socket) Refresh(which ...int) {
	k.disconnect("refresh_requested", func(c *conn) { c.leaving = true }, which)
}

// DisableLink is Socket Mode being turned off: connections are told, and closed
// after WarnFor. New ones are another matter; see RefuseOpen.
func (k *Socket) DisableLink() {
	k.disconnect("link_disabled", func(c *conn) { c.leaving = true }, nil)
}

func (k *Socket) disconnect(reason string, mark func(*conn), which []int) {
	conns := k.pickOut(which, mark)
	for _, c := range conns {
		c.write(object{"type": "disconnect", "reason": reason, "debug_info": object{"host": "applink-1"}})
	}
	k.s.mu.Lock()
	defer k.s.mu.Unlock()
	k.s.after(k.s.o.WarnFor, func() {
		for _, c := range conns {
			_ = c.ws.Close()
		}
	})
}

// Drop cuts connections without a goodbye: all, or those of the given places.
func (k *Socket) Drop(which ...int) {
	for _, c := range k.pickOut(which, func(c *conn) { c.leaving = true }) {
		standin.Cut(c.ws.UnderlyingConn())
	}
}

// Mute makes the connections that are there zombies, or lets them live again.
// A zombie stays open, but there are no pings and what is sent either way is
// lost. Connections that come later are well.
func (k *Socket) Mute(mute bool) {
	k.pickOut(nil, func(c *conn) { c.muted = mute })
}

// NoHello says whether connections from now on wait for their hello for ever.
func (k *Socket) NoHello(on bool) {
	k.s.mu.Lock()
	defer k.s.mu.Unlock()
	k.noHello = on
}

// RefuseOpen answers apps.connections.open with an error, so many times; less
// than 0 is for ever, and 0 ends it.
func (k *Socket) RefuseOpen(code string, times int) {
	k.s.mu.Lock()
	defer k.s.mu.Unlock()
	k.refusal, k.refused = fail(code), times
}

// pickOut marks connections and returns them.
func (k *Socket) pickOut(which []int, mark func(*conn)) []*conn {
	k.s.mu.Lock()
	defer k.s.mu.Unlock()
	conns := slices.Clone(k.conns)
	if len(which) > 0 {
		conns = nil
		for _, n := range which {
			if n < len(k.conns) {
				conns = append(conns, k.conns[n])
			}
		}
	}
	for _, c := range conns {
		mark(c)
	}
	return conns
}

// shut closes all connections at the end.
func (k *Socket) shut() {
	for _, c := range k.pickOut(nil, func(c *conn) { c.leaving = true }) {
		_ = c.ws.Close()
	}
}
