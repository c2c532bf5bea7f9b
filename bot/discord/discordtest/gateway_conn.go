package discordtest

import (
	"bytes"
	"compress/zlib"
	"encoding/json"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"github.com/briefbot/briefbot/bot/bottest/standin"
)

// Operations of the gateway.
const (
	opDispatch       = 0
	opHeartbeat      = 1
	opIdentify       = 2
	opPresence       = 3
	opVoice          = 4
	opResume         = 6
	opReconnect      = 7
	opRequestMembers = 8
	opInvalidSession = 9
	opHello          = 10
	opAck            = 11
)

// Codes that the gateway closes with.
const (
	closeUnknownOp     = 4001
	closeDecode        = 4002
	closeUnauthorized  = 4003
	closeToken         = 4004
	closeAlready       = 4005
	closeSequence      = 4007
	closeRate          = 4008
	closeTimeout       = 4009
	closeShard         = 4010
	closeVersion       = 4012
	closeIntents       = 4013
	closeNotPrivileged = 4014
)

// conn is one connection. Frames are queued, for a client that does not read
// must not hold up the rest of the world.
type conn struct {
	g       *Gateway
	ws      *websocket.Conn
	mute    bool     // says nothing at all
	early   bool     // is told to reconnect instead of READY
	session *session // under the gateway's mu
	silence *time.Timer
	sent    []time.Time // frames of the client within the last while

	mu     sync.Mutex
	queue  []outgoing
	more   chan struct{} // holds one while there is something in the queue
	done   chan struct{}
	writer sync.WaitGroup
	once   sync.Once
}

type outgoing struct {
	kind int
	data []byte
}

func newConn(g *Gateway, ws *websocket.Conn) *conn {
	c := &conn{g: g, ws: ws, more: make(chan struct{}, 1), done: make(chan struct{})}
	c.writer.Add(1)
	go c.write()
	return c
}

// push queues a frame.
func (c *conn) push(f frame, compress bool) {
	raw, err := json.Marshal(f)
	if err != nil {
		panic(err) // made of what was JSON
	}
	kind := websocket.TextMessage
	if compress && len(raw) >= compressFrom {
		var b bytes.Buffer
		z := zlib.NewWriter(&b)
		_, _ = z.Write(raw) // a buffer takes everything
		_ = z.Close()
		kind, raw = websocket.BinaryMessage, b.Bytes()
	}
	c.enqueue(outgoing{kind, raw})
}

// tell queues a frame that is no event.
func (c *conn) tell(op int, data any) {
	raw, err := json.Marshal(data)
	if err != nil {
		panic(err)
	}
	c.push(frame{Op: op, Data: raw}, false)
}

func (c *conn) enqueue(o outgoing) {
	c.mu.Lock()
	c.queue = append(c.queue, o)
	c.mu.Unlock()
	select {
	case c.more <- struct{}{}:
	default:
	}
}

// close queues a goodbye; what is queued before is sent first.
func (c *conn) close(code int) {
	c.enqueue(outgoing{websocket.CloseMessage, websocket.FormatCloseMessage(code, closeWords[code])})
}

var closeWords = map[int]string{
	closeUnknownOp: "Unknown opcode.", closeDecode: "Error while decoding payload.", closeUnauthorized: "Not authenticated.",
	closeToken: "Authentication failed.", closeAlready: "Already authenticated.", closeSequence: "Invalid seq.",
	closeRate: "You are being rate limited.", closeTimeout: "Session timed out.", closeShard: "Invalid shard.",
	closeVersion: "Invalid API version.", closeIntents: "Invalid intent(s).", closeNotPrivileged: "Disallowed intent(s).",
}

// linger is how long a client has to read a goodbye before it is cut.
const linger = time.Second

func (c *conn) write() {
	defer c.writer.Done()
	for {
		select {
		case <-c.more:
		case <-c.done:
			return
		}
		c.mu.Lock()
		queue := c.queue
		c.queue = nil
		c.mu.Unlock()
		for _, o := range queue {
			if c.ws.WriteMessage(o.kind, o.data) != nil {
				c.cut()
				return
			}
			if o.kind == websocket.CloseMessage {
				_ = c.ws.SetReadDeadline(time.Now().Add(linger)) // the reader then cuts it
				return
			}
		}
	}
}

// cut ends the connection without a goodbye.
func (c *conn) cut() {
	c.once.Do(func() {
		close(c.done)
		_ = c.ws.Close()
	})
}

// reset ends the connection with a TCP reset.
func (c *conn) reset() {
	standin.Cut(c.ws.NetConn())
	c.cut()
}

// wait waits for the writer, after cut.
func (c *conn) wait() { c.writer.Wait() }

// hello greets, and asks for heartbeats.
func (c *conn) hello() {
	if c.mute {
		return
	}
	c.tell(opHello, object{"heartbeat_interval": c.g.s.o.Heartbeat.Milliseconds(), "_trace": []any{}})
	// A client that stays silent for one and a half intervals is gone.
	c.silence = time.AfterFunc(c.g.s.o.Heartbeat*3/2, func() {
		c.g.mu.Lock()
		c.g.forget(c.session)
		c.g.mu.Unlock()
		c.close(closeTimeout)
	})
}

// read takes what the client sends until it or the connection ends.
func (c *conn) read() {
	defer func() {
		if c.silence != nil {
			c.silence.Stop()
		}
	}()
	for {
		_, raw, err := c.ws.ReadMessage()
		if err != nil {
			c.goodbye(err)
			return
		}
		if c.mute {
			continue
		}
		if code := c.take(raw); code != 0 {
			c.end(code)
		}
	}
}

// goodbye notes how the client left. One that says 1000 or 1001 wants no
// resuming.
func (c *conn) goodbye(err error) {
	closed, ok := err.(*websocket.CloseError)
	if !ok || closed.Code == websocket.CloseAbnormalClosure {
		return
	}
	c.g.mu.Lock()
	defer c.g.mu.Unlock()
	c.g.closeCodes = append(c.g.closeCodes, closed.Code)
	if closed.Code == websocket.CloseNormalClosure || closed.Code == websocket.CloseGoingAway {
		if c.session != nil && c.session.conn == c {
			c.g.forget(c.session)
		}
	}
}

// end closes the connection for a fault of the client.
func (c *conn) end(code int) {
	switch code {
	case closeToken, closeSequence, closeTimeout, closeShard, closeVersion, closeIntents, closeNotPrivileged:
		c.g.mu.Lock()
		c.g.forget(c.session)
		c.g.mu.Unlock()
	}
	c.close(code)
}

// take does what a frame of the client asks for. It returns the code to close
// with, or 0.
func (c *conn) take(raw []byte) int {
	if len(raw) > maxClientFrame {
		return closeDecode
	}
	now := time.Now()
	for len(c.sent) > 0 && now.Sub(c.sent[0]) > sentPer {
		c.sent = c.sent[1:]
	}
	if c.sent = append(c.sent, now); len(c.sent) > maxSent {
		return closeRate
	}
	var f frame
	if json.Unmarshal(raw, &f) != nil {
		return closeDecode
	}
	switch f.Op {
	case opHeartbeat:
		return c.heartbeat()
	case opIdentify:
		return c.identify(f.Data)
	case opResume:
		return c.resume(f.Data)
	case opPresence, opVoice, opRequestMembers:
		c.g.mu.Lock()
		defer c.g.mu.Unlock()
		if c.session == nil {
			return closeUnauthorized
		}
		return 0
	}
	return closeUnknownOp
}

func (c *conn) heartbeat() int {
	c.silence.Reset(c.g.s.o.Heartbeat * 3 / 2)
	c.g.mu.Lock()
	c.g.heartbeats++
	quiet := c.g.stopAcks
	c.g.mu.Unlock()
	if !quiet {
		c.tell(opAck, nil)
	}
	c.g.s.changedNow()
	return 0
}
