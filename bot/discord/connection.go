package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/gorilla/websocket"
)

// How long the gateway may keep us waiting on one connection.
const (
	helloTimeout  = 10 * time.Second
	readyTimeout  = 30 * time.Second
	writeTimeout  = 10 * time.Second
	closeTimeout  = time.Second
	maxFrameBytes = 16 << 20 // READY names every server of the bot
)

// closeResumable ends a connection whose session goes on: any code does but
// 1000 and 1001, which end the session, too.
const closeResumable = 4000

// What ends a connection, beside Discord itself.
var (
	errSilent    = errors.New("Discord did not say a word in time")
	errZombie    = errors.New("a heartbeat was not acknowledged")
	errReconnect = errors.New("Discord asked for another connection")
)

// connection is one connection of a gateway. What is read comes from a
// goroutine of its own; everything else happens in run.
type connection struct {
	*gateway
	conn   *websocket.Conn
	frames chan frame    // closed at the end of reading, when readErr is set
	done   chan struct{} // closed when nothing takes frames any more
	began  bool          // READY or RESUMED has come

	readErr  error
	interval time.Duration // of heartbeats
	acked    bool          // the last one was
	beats    int           // how many were sent
}

// steadyBeats is how many heartbeats a connection must have lasted before its end
// is no reason to be slower: some minutes.
const steadyBeats = 4

// run serves the connection until it ends, and closes it.
func (c *connection) run(ctx context.Context) error {
	c.conn.SetReadLimit(maxFrameBytes)
	go c.read()
	err := c.serve(ctx)
	close(c.done)
	code := closeResumable
	if ctx.Err() != nil {
		code = websocket.CloseNormalClosure // the session ends with us
	}
	// The other side may be gone; the connection is closed in any case.
	_ = c.within(closeTimeout, func() error {
		return c.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Time{})
	})
	_ = c.conn.Close()
	for range c.frames { // until reading has ended
	}
	return err
}

// read hands over frames until the connection ends.
func (c *connection) read() {
	defer close(c.frames)
	for {
		_, message, err := c.conn.ReadMessage()
		if err != nil {
			c.readErr = err
			return
		}
		var f frame
		if err := json.Unmarshal(message, &f); err != nil {
			c.readErr = fmt.Errorf("a frame that cannot be read: %w", err)
			return
		}
		select {
		case c.frames <- f:
		case <-c.done:
			return
		}
	}
}

// serve answers frames and sends heartbeats until either ends.
func (c *connection) serve(ctx context.Context) error {
	patience, beat := time.NewTimer(helloTimeout), time.NewTimer(0)
	<-beat.C
	defer patience.Stop()
	defer beat.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-patience.C:
			return errSilent
		case <-beat.C:
			if !c.acked {
				return errZombie
			}
			if err := c.heartbeat(); err != nil {
				return err
			}
			if c.beats++; c.began && c.beats > steadyBeats {
				c.again = 0 // a session that has lasted may be followed by another at once
			}
			c.acked = false
			beat.Reset(c.interval)
		case f, ok := <-c.frames:
			if !ok {
				return c.readErr
			}
			if err := c.handle(f, patience, beat); err != nil {
				return err
			}
		}
	}
}

// handle does what a frame asks for. It sets how long we wait for the next
// step, and when the first heartbeat is due.
func (c *connection) handle(f frame, patience, beat *time.Timer) error {
	switch f.Op {
	case opHello:
		var h hello
		if err := json.Unmarshal(f.Data, &h); err != nil || h.HeartbeatMillis <= 0 {
			return fmt.Errorf("a hello without a heartbeat interval: %s", f.Data)
		}
		c.interval, c.acked = time.Duration(h.HeartbeatMillis)*time.Millisecond, true
		beat.Reset(rand.N(c.interval)) // so that not everybody beats together
		patience.Reset(readyTimeout)
		return c.write(c.hail())
	case opHeartbeat:
		return c.heartbeat()
	case opHeartbeatAck:
		c.acked = true
	case opReconnect:
		return errReconnect
	case opInvalidSession:
		if resumable := false; json.Unmarshal(f.Data, &resumable) != nil || !resumable {
			c.forget()
		}
		return errInvalidSession
	case opDispatch:
		if f.Seq > 0 {
			c.seq = f.Seq
		}
		return c.event(f, patience)
	}
	return nil // what we don't know is not for us
}

// event takes note of the beginning of a session, and hands over the rest.
func (c *connection) event(f frame, patience *time.Timer) error {
	switch f.Type {
	case "READY":
		var r ready
		if err := json.Unmarshal(f.Data, &r); err != nil {
			return fmt.Errorf("a READY that cannot be read: %w", err)
		}
		c.session, c.resumeURL = r.Session, r.ResumeURL
		c.gateway.ready(r)
	case "RESUMED":
		c.log.Info("connected to Discord again; nothing was missed")
	default:
		c.dispatch(f.Type, f.Data)
		return nil
	}
	c.began = true
	patience.Stop()
	return nil
}

// heartbeat tells Discord that we are there, and what we have seen.
func (c *connection) heartbeat() error {
	if c.seq == 0 {
		return c.write(outgoing{opHeartbeat, nil})
	}
	return c.write(outgoing{opHeartbeat, c.seq})
}

// write sends a frame.
func (c *connection) write(v any) error {
	return c.within(writeTimeout, func() error { return c.conn.WriteJSON(v) })
}

// within runs what may block on the network, and cuts the connection where it
// takes too long. A timer does that, since what is below cmd asks no clock.
func (c *connection) within(d time.Duration, do func() error) error {
	cut := time.AfterFunc(d, func() { _ = c.conn.NetConn().Close() })
	defer cut.Stop()
	return do()
}
