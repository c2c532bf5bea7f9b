package slacktest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"github.com/briefbot/briefbot/bot/bottest/standin"
)

const (
	maxConnections = 10
	ticketLife     = 30 * time.Second
	writeWithin    = 10 * time.Second
)

// Socket is the server's side of Socket Mode, with which a test makes trouble.
// Its fields are guarded by the server's mu.
type Socket struct {
	s       *Server
	conns   []*conn
	next    int // of the round
	tickets map[string]time.Time
	waiting map[string][]*attempt // by envelope
	known   map[string]bool       // envelopes that were sent
	opened  int
	served  int
	noHello bool
	refusal *apiError
	refused int // how often more; less than 0 is for ever
}

// conn is one connection of the application.
type conn struct {
	k       *Socket
	ws      *websocket.Conn
	writing sync.Mutex
	muted   bool
	warned  bool // is about to go, and is given nothing that another can take
	leaving bool // is given nothing any more
	gone    bool
	done    chan struct{}
}

func newSocket(s *Server) *Socket {
	return &Socket{s: s, tickets: map[string]time.Time{}, waiting: map[string][]*attempt{}, known: map[string]bool{}}
}

// openConnection is apps.connections.open.
func (c *call) openConnection() (object, *apiError) {
	k := c.s.socket
	k.opened++
	if k.refused != 0 {
		if k.refused > 0 {
			k.refused--
		}
		return nil, k.refusal
	}
	ticket := uuid()
	k.tickets[ticket] = time.Now()
	return object{"url": "ws" + strings.TrimPrefix(c.s.URL(), "http") + "/link/?ticket=" + ticket + "&app_id=" + c.s.o.AppID}, nil
}

// serve takes a connection to the address that apps.connections.open returned.
// Each address is good for one.
func (k *Socket) serve(w http.ResponseWriter, r *http.Request) {
	s := k.s
	ticket := r.URL.Query().Get("ticket")
	s.mu.Lock()
	made, ok := k.tickets[ticket]
	delete(k.tickets, ticket)
	if !ok || time.Since(made) > ticketLife || !s.host.Enter() {
		s.mu.Unlock()
		w.WriteHeader(http.StatusForbidden)
		return
	}
	s.mu.Unlock()
	defer s.host.Leave()
	// Clients need not come from a page of ours: slack-go says it comes from
	// api.slack.com.
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	ws, err := up.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	ws.SetReadLimit(maxAck)
	c := &conn{k: k, ws: ws, done: make(chan struct{})}
	c.answerControl()
	s.mu.Lock()
	tooMany := len(k.conns) >= maxConnections
	closed := s.host.Closed()
	if tooMany {
		s.violations.Add("socket", "/link/", "the application opened more than 10 connections")
	}
	hello := object{
		"type": "hello", "num_connections": len(k.conns) + 1, "connection_info": object{"app_id": s.o.AppID},
		"debug_info": object{"host": "applink-1", "build_number": 1, "approximate_connection_time": 18060},
	}
	if tooMany {
		hello = object{"type": "disconnect", "reason": "too_many_websockets", "debug_info": object{"host": "applink-1"}}
	}
	silent := k.noHello
	if !tooMany && !closed {
		k.conns = append(k.conns, c)
		k.served++
	}
	s.mu.Unlock()
	if !silent {
		c.write(hello)
	}
	if tooMany || closed {
		_ = ws.Close()
		return
	}
	s.mu.Lock()
	s.host.Note()
	s.mu.Unlock()
	pinging := make(chan struct{})
	go func() {
		defer close(pinging)
		c.ping()
	}()
	c.read()
	s.mu.Lock()
	c.gone = true
	k.conns = slices.DeleteFunc(k.conns, func(o *conn) bool { return o == c })
	s.host.Note()
	s.mu.Unlock()
	close(c.done)
	_ = ws.Close()
	<-pinging
}

// answerControl answers pings and a goodbye as WebSockets do, unless nobody is
// there.
func (c *conn) answerControl() {
	ping, goodbye := c.ws.PingHandler(), c.ws.CloseHandler()
	c.ws.SetPingHandler(func(data string) error {
		if c.isMuted() {
			return nil
		}
		return ping(data)
	})
	c.ws.SetCloseHandler(func(code int, text string) error {
		if c.isMuted() {
			return nil
		}
		return goodbye(code, text)
	})
}

func (c *conn) isMuted() bool {
	c.k.s.mu.Lock()
	defer c.k.s.mu.Unlock()
	return c.muted
}

// ping pings until the connection ends.
func (c *conn) ping() {
	ticker := time.NewTicker(c.k.s.o.PingEvery)
	defer ticker.Stop()
	for {
		if !c.isMuted() {
			_ = c.ws.WriteControl(websocket.PingMessage, []byte("ping"), time.Now().Add(writeWithin)) // the reader notices
		}
		select {
		case <-ticker.C:
		case <-c.done:
			return
		}
	}
}

// read takes acknowledgements until the connection ends.
func (c *conn) read() {
	s := c.k.s
	for {
		kind, raw, err := c.ws.ReadMessage()
		if err != nil {
			if err == websocket.ErrReadLimit {
				s.mu.Lock()
				s.violations.Add("socket", "/link/", "a frame of more than 20480 bytes")
				s.mu.Unlock()
			}
			return
		}
		var ack struct {
			Envelope string          `json:"envelope_id"`
			Payload  json.RawMessage `json:"payload"`
		}
		s.mu.Lock()
		switch {
		case kind != websocket.TextMessage || json.Unmarshal(raw, &ack) != nil:
			s.violations.Add("socket", "/link/", "a frame that is no acknowledgement")
		case c.muted: // who is not there hears nothing
		default:
			c.take(ack.Envelope, ack.Payload)
		}
		s.mu.Unlock()
	}
}

// take takes an acknowledgement. Callers hold mu.
func (c *conn) take(envelope string, payload json.RawMessage) {
	k := c.k
	if !k.known[envelope] {
		k.s.violations.Add("socket", "/link/", "acknowledged an envelope that was never sent: "+envelope)
		return
	}
	attempts := k.waiting[envelope]
	if k.s.o.SameSocketAcks && !slices.ContainsFunc(attempts, func(a *attempt) bool { return a.conn == c }) {
		return
	}
	delete(k.waiting, envelope)
	for _, a := range attempts {
		var body any
		if len(payload) > 0 && string(payload) != "null" {
			if !a.d.accepts {
				k.s.violations.Add("socket", a.d.kind, "an acknowledgement with a payload, which is not accepted here")
			} else if err := standin.Decode(payload, &body); err != nil {
				k.s.violations.Add("socket", a.d.kind, "an acknowledgement with a payload that is no JSON")
			}
		}
		k.s.acknowledge(a, body)
	}
}

// write sends a frame. A failure shows in the reader, too.
func (c *conn) write(o object) {
	c.writing.Lock()
	defer c.writing.Unlock()
	_ = c.ws.SetWriteDeadline(time.Now().Add(writeWithin))
	_ = c.ws.WriteMessage(websocket.TextMessage, encode(o))
}

// pick returns whose turn it is; nil where nobody is there. Callers hold mu.
func (k *Socket) pick() *conn {
	for _, fits := range []func(*conn) bool{
		func(c *conn) bool { return !c.muted && !c.warned && !c.leaving },
		func(c *conn) bool { return !c.muted && !c.leaving },
		func(c *conn) bool { return c.muted && !c.leaving },
	} {
		for range k.conns {
			k.next++
			if c := k.conns[k.next%len(k.conns)]; fits(c) {
				return c
			}
		}
	}
	return nil
}

// deliver sends an envelope to one connection and waits for it to be
// acknowledged, or not.
func (k *Socket) deliver(a *attempt) {
	s := k.s
	s.mu.Lock()
	c := k.pick()
	if c == nil {
		a.err, a.over = ErrDispatchFailed, true
		s.mu.Unlock()
		return
	}
	a.conn, a.at = c, time.Now()
	frame := object{"envelope_id": a.envelope, "type": a.d.kind, "payload": a.d.payload, "accepts_response_payload": a.d.accepts}
	if a.d.kind == eventKind {
		frame["retry_attempt"], frame["retry_reason"] = a.number, a.reason
	}
	muted := c.muted
	if !muted {
		k.known[a.envelope] = true
		k.waiting[a.envelope] = append(k.waiting[a.envelope], a)
	}
	s.mu.Unlock()
	if !muted {
		c.write(frame)
	}
	s.host.Await(s.o.AckWithin, func() bool { return a.acked })
	s.mu.Lock()
	defer s.mu.Unlock()
	a.over = true
	if a.acked {
		return
	}
	a.err = ErrOperationTimeout
	k.waiting[a.envelope] = slices.DeleteFunc(k.waiting[a.envelope], func(o *attempt) bool { return o == a })
	if len(k.waiting[a.envelope]) == 0 {
		delete(k.waiting, a.envelope)
	}
	if !s.host.Closed() && !a.d.lenient && !c.gone && !c.muted && !c.leaving {
		s.violations.Add("socket", a.d.kind, a.d.name+" was not acknowledged in time")
	}
}
