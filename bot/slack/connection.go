package slack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

// How a connection is watched. Slack pings every few seconds; a connection on
// which nothing comes, not even the answer to a ping of ours, is dead.
const (
	helloTimeout = 10 * time.Second
	writeTimeout = 5 * time.Second
	closeTimeout = 2 * time.Second
	// drainFor is how long a connection that is to end is still listened to: Slack
	// warns ten seconds before.
	drainFor = 30 * time.Second
	// frameBytes is the largest frame that we write. Slack does not put parts of
	// one together, so that it must fit into the buffer.
	frameBytes   = 32 << 10
	maxReadBytes = 4 << 20
)

// watching is how a connection is watched.
type watching struct {
	ping    time.Duration // how often we ping
	silence time.Duration // after so long without a sign of life it is dead
}

// watched is how often Slack is pinged, and how long it may be silent.
var watched = watching{ping: 15 * time.Second, silence: 40 * time.Second}

// connection is one WebSocket to Slack. It reads until it ends, also while it is
// being left.
type connection struct {
	ws       *websocket.Conn
	watching watching
	received func([]byte)
	ended    func()

	writing sync.Mutex
	watch   *time.Timer // closes the connection when it has been silent
	drain   *time.Timer // closes it some time after it was to be left; nil before
	pinging sync.WaitGroup
	leave   sync.Once
	leaving chan ending
	done    chan struct{}
}

// ending is why a connection is left.
type ending struct {
	reason string
	bad    bool // it is worth a warning
}

// dial opens the WebSocket at an address.
func dial(ctx context.Context, address string, w watching) (*connection, error) {
	d := websocket.Dialer{Proxy: http.ProxyFromEnvironment, HandshakeTimeout: helloTimeout, WriteBufferSize: frameBytes}
	ws, resp, err := d.DialContext(ctx, address, nil)
	if err != nil {
		if resp != nil {
			return nil, fmt.Errorf("the WebSocket was answered with %s", resp.Status)
		}
		return nil, explain(err) // without the address, which holds a ticket
	}
	ws.SetReadLimit(maxReadBytes)
	return &connection{ws: ws, watching: w, leaving: make(chan ending, 1), done: make(chan struct{})}, nil
}

// start begins to read.
func (c *connection) start() {
	c.watch = time.AfterFunc(helloTimeout, func() { c.cut("nothing came any more") })
	var greeted atomic.Bool // until something has been said, pings are no sign of life
	alive := func() {
		if greeted.Load() {
			c.watch.Reset(c.watching.silence)
		}
	}
	c.ws.SetPingHandler(func(data string) error {
		alive()
		return c.write(websocket.PongMessage, []byte(data))
	})
	c.ws.SetPongHandler(func(string) error {
		alive()
		return nil
	})
	c.pinging.Go(c.ping)
	go func() {
		defer close(c.done)
		defer c.ended()
		defer func() {
			c.watch.Stop()
			if c.drain != nil {
				c.drain.Stop()
			}
			_ = c.ws.Close()
		}()
		for {
			_, raw, err := c.ws.ReadMessage()
			if err != nil {
				c.note(ending{because(err), true})
				return
			}
			greeted.Store(true)
			alive()
			c.received(raw)
		}
	}()
}

// because says why a connection ended.
func because(err error) string {
	var closed *websocket.CloseError
	if errors.As(err, &closed) {
		return fmt.Sprintf("closed with %d", closed.Code)
	}
	return explain(err).Error()
}

// ping pings until the connection ends.
func (c *connection) ping() {
	tick := time.NewTicker(c.watching.ping)
	defer tick.Stop()
	for {
		select {
		case <-c.done:
			return
		case <-tick.C:
			if c.write(websocket.PingMessage, nil) != nil {
				c.cut("it cannot be written to")
				return
			}
		}
	}
}

// leaves takes note that Slack is going to end the connection. It is still read
// until Slack does. Only what reads calls it.
func (c *connection) leaves(reason string) {
	c.note(ending{reason, reason == "link_disabled"})
	if c.drain == nil {
		c.drain = time.AfterFunc(drainFor, func() { c.cut("it was to be left") })
	}
}

// note says, once, why the connection is left.
func (c *connection) note(why ending) { c.leave.Do(func() { c.leaving <- why }) }

// untilItLeaves returns when another connection should be opened, or ctx ends.
func (c *connection) untilItLeaves(ctx context.Context) ending {
	select {
	case why := <-c.leaving:
		return why
	case <-ctx.Done():
		return ending{}
	}
}

// send writes a frame.
func (c *connection) send(frame []byte) error { return c.write(websocket.TextMessage, frame) }

// write writes one message. A peer that does not read ends the connection.
func (c *connection) write(kind int, data []byte) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	late := time.AfterFunc(writeTimeout, func() { c.cut("it does not take what is written") })
	defer late.Stop()
	return c.ws.WriteMessage(kind, data)
}

// cut ends the connection without a word.
func (c *connection) cut(reason string) {
	c.note(ending{reason, true})
	_ = c.ws.NetConn().Close()
}

// close ends the connection in good order, and waits until it has.
func (c *connection) close() {
	_ = c.write(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""))
	late := time.AfterFunc(closeTimeout, func() { c.cut("") })
	defer late.Stop()
	<-c.done
	c.pinging.Wait()
}
