package discordtest_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/briefbot/briefbot/bot/discord/discordtest"
)

// wire is a gateway connection without a library.
type wire struct {
	t *testing.T
	*websocket.Conn
}

type frame struct {
	Op int             `json:"op"`
	S  int64           `json:"s"`
	T  string          `json:"t"`
	D  json.RawMessage `json:"d"`
}

func dial(t *testing.T, s *discordtest.Server) wire {
	t.Helper()
	c, _, err := websocket.DefaultDialer.Dial(strings.Replace(s.URL(), "http", "ws", 1)+"/gateway/?v=10&encoding=json", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetReadDeadline(time.Now().Add(patience))
	return wire{t, c}
}

func (w wire) send(op int, d any) {
	w.t.Helper()
	if err := w.WriteJSON(m{"op": op, "d": d}); err != nil {
		w.t.Fatal(err)
	}
}

func (w wire) identify(s *discordtest.Server, change m) {
	w.t.Helper()
	d := m{"token": s.Token(), "intents": 0, "properties": m{"os": "linux", "browser": "x", "device": "x"}}
	for k, v := range change {
		d[k] = v
	}
	w.send(2, d)
}

func (w wire) next(op int, kind string) frame {
	w.t.Helper()
	var f frame
	if err := w.ReadJSON(&f); err != nil {
		w.t.Fatal(err)
	}
	if f.Op != op || f.T != kind {
		w.t.Fatalf("got op %d %s %s, want op %d %s", f.Op, f.T, f.D, op, kind)
	}
	return f
}

// closes expects the server to close with a code.
func (w wire) closes(code int) {
	w.t.Helper()
	for {
		_, _, err := w.ReadMessage()
		var closed *websocket.CloseError
		switch {
		case err == nil:
		case errors.As(err, &closed) && closed.Code == code:
			return
		default:
			w.t.Fatalf("got %v, want close %d", err, code)
		}
	}
}

func TestGateway_ClosesWithTheCodeOfTheFault(t *testing.T) {
	s := discordtest.New(t, discordtest.Options{})
	for name, c := range map[string]struct {
		code int
		do   func(wire)
	}{
		"an unknown op":    {4001, func(w wire) { w.send(77, nil) }},
		"no JSON":          {4002, func(w wire) { _ = w.WriteMessage(websocket.TextMessage, []byte("{")) }},
		"too long":         {4002, func(w wire) { w.send(1, strings.Repeat("x", 4096)) }},
		"not identified":   {4003, func(w wire) { w.send(3, m{}) }},
		"a wrong token":    {4004, func(w wire) { w.identify(s, m{"token": "Bot nope"}) }},
		"identified twice": {4005, func(w wire) { w.identify(s, nil); w.identify(s, nil) }},
		"too many frames": {4008, func(w wire) {
			for range 121 {
				w.send(1, nil)
			}
		}},
		"a wrong shard":        {4010, func(w wire) { w.identify(s, m{"shard": []int{2, 2}}) }},
		"an unknown intent":    {4013, func(w wire) { w.identify(s, m{"intents": 1 << 30}) }},
		"a disallowed intent":  {4014, func(w wire) { w.identify(s, m{"intents": 1 << 15}) }},
		"a resume with 'Bot '": {4004, func(w wire) { w.send(6, m{"token": "Bot x", "session_id": "x", "seq": 1}) }},
	} {
		t.Run(name, func(t *testing.T) {
			w := dial(t, s)
			w.next(10, "")
			c.do(w)
			w.closes(c.code)
		})
	}
}

func TestGateway_ASilentClientIsTimedOut(t *testing.T) {
	s := discordtest.New(t, discordtest.Options{Heartbeat: 50 * time.Millisecond})
	w := dial(t, s)
	w.next(10, "")
	w.identify(s, nil)
	w.closes(4009)
}

func TestGateway_ResumingGivesWhatWasMissedInOrder(t *testing.T) {
	s := discordtest.New(t, discordtest.Options{})
	_, ch, ada := world(s)
	w := dial(t, s)
	w.next(10, "")
	w.identify(s, m{"intents": 1 << 9})
	var ready struct {
		SessionID string `json:"session_id"`
		URL       string `json:"resume_gateway_url"`
	}
	if err := json.Unmarshal(w.next(0, "READY").D, &ready); err != nil {
		t.Fatal(err)
	}
	expect(t, "where to resume", ready.URL, strings.Replace(s.URL(), "http", "ws", 1)+"/gateway/resume")
	ada.In(ch).Say("one")
	last := w.next(0, "MESSAGE_CREATE")
	s.Gateway().Drop()
	eventually(t, "it is gone", func() bool { return s.Gateway().Connected() == 0 })
	ada.In(ch).Say("two")
	ada.In(ch).Say("three")
	again := func(seq int64) wire {
		w := dial(t, s)
		w.next(10, "")
		w.send(6, m{"token": s.Token(), "session_id": ready.SessionID, "seq": seq})
		return w
	}
	w = again(last.S)
	for n, want := range []string{"two", "three"} {
		f := w.next(0, "MESSAGE_CREATE")
		if f.S != last.S+int64(n)+1 || !strings.Contains(string(f.D), `"content":"`+want+`"`) {
			t.Errorf("got %d %s", f.S, f.D)
		}
	}
	w.next(0, "RESUMED")
	_ = w.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(4000, ""))
	w.closes(4000)
	w = again(last.S + 3)
	w.next(0, "RESUMED")
	_ = w.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(1000, ""))
	w.closes(1000)
	eventually(t, "it has left", func() bool { return len(s.Gateway().ClientCloseCodes()) == 2 })
	w = again(last.S + 4)
	if f := w.next(9, ""); string(f.D) != "false" {
		t.Errorf("got %s", f.D)
	}
}

func TestGateway_ASequenceFromTheFutureIsRefused(t *testing.T) {
	s := discordtest.New(t, discordtest.Options{})
	w := dial(t, s)
	w.next(10, "")
	w.identify(s, nil)
	var ready struct {
		SessionID string `json:"session_id"`
	}
	if err := json.Unmarshal(w.next(0, "READY").D, &ready); err != nil {
		t.Fatal(err)
	}
	s.Gateway().Drop()
	w = dial(t, s)
	w.next(10, "")
	w.send(6, m{"token": s.Token(), "session_id": ready.SessionID, "seq": 99})
	w.closes(4007)
}

func TestGateway_FaultsComeOnDemand(t *testing.T) {
	s := discordtest.New(t, discordtest.Options{})
	g := s.Gateway()
	g.HoldReady(1)
	w := dial(t, s)
	w.next(10, "")
	w.identify(s, nil)
	w.send(1, nil)
	w.next(11, "") // and no READY before it
	w.identify(s, nil)
	w.next(0, "READY")
	g.RequestHeartbeat()
	w.next(1, "")
	g.InvalidSession(true)
	if f := w.next(9, ""); string(f.D) != "true" {
		t.Errorf("got %s", f.D)
	}
	g.Reconnect()
	w.next(7, "")
	g.LimitIdentifies(true)
	w.identify(s, nil)
	w.next(9, "")
	expect(t, "hasty", g.HastyIdentifies(), 2)
	g.Close(4000)
	w.closes(4000)
	g.NoHello(1)
	w = dial(t, s)
	_ = w.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
	if _, _, err := w.ReadMessage(); err == nil {
		t.Error("there is a Hello")
	}
}
