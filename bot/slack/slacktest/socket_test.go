package slacktest_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/briefbot/briefbot/bot/slack/slacktest"
)

// wire is a socket without a library.
type wire struct {
	t *testing.T
	*websocket.Conn
}

type frame struct {
	Type    string `json:"type"`
	Reason  string `json:"reason"`
	Number  int    `json:"num_connections"`
	ID      string `json:"envelope_id"`
	Accepts bool   `json:"accepts_response_payload"`
	Attempt int    `json:"retry_attempt"`
	Payload m      `json:"payload"`
}

func dial(t *testing.T, s *slacktest.Server) wire {
	t.Helper()
	url, _ := do(t, s, s.AppToken(), "apps.connections.open", m{}).Body["url"].(string)
	c, _, err := websocket.DefaultDialer.Dial(url, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetReadDeadline(time.Now().Add(patience))
	return wire{t, c}
}

// next reads a frame of a type.
func (w wire) next(kind string) frame {
	w.t.Helper()
	var f frame
	if err := w.ReadJSON(&f); err != nil {
		w.t.Fatal(err)
	}
	expect(w.t, "type of frame", f.Type, kind)
	return f
}

func (w wire) ack(id string, payload any) {
	w.t.Helper()
	o := m{"envelope_id": id}
	if payload != nil {
		o["payload"] = payload
	}
	if err := w.WriteJSON(o); err != nil {
		w.t.Error(err)
	}
}

// later does something while the test goes on.
func later[T any](f func() (T, error)) func() (T, error) {
	var v T
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		v, err = f()
	}()
	return func() (T, error) {
		<-done
		return v, err
	}
}

func TestSocket_TicketIsGoodForOneConnection(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{})
	s.NewTeam("Talks")
	url, _ := do(t, s, s.AppToken(), "apps.connections.open", m{}).Body["url"].(string)
	c, _, err := websocket.DefaultDialer.Dial(url, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if _, p, err := websocket.DefaultDialer.Dial(url, nil); err == nil || p.StatusCode != 403 {
		t.Errorf("the second: %v", err)
	}
	expect(t, "opened", s.Socket().Opened(), 1)
	s.Socket().RefuseOpen("internal_error", 1)
	expect(t, "refused", do(t, s, s.AppToken(), "apps.connections.open", m{}).code(), "internal_error")
	expect(t, "once", do(t, s, s.AppToken(), "apps.connections.open", m{}).code(), "")
}

func TestSocket_EachEnvelopeGoesToOneConnectionInTurn(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{})
	_, ch, ada := world(s)
	a := dial(t, s)
	expect(t, "the first hello", a.next("hello").Number, 1)
	b := dial(t, s)
	expect(t, "the second hello", b.next("hello").Number, 2)
	if !s.Socket().WaitConnections(2, patience) {
		t.Fatal("not connected")
	}
	for range 2 {
		one := later(func() (*slacktest.Shown, error) { return ada.In(ch).Command("/brief", "") })
		two := later(func() (*slacktest.Shown, error) { return ada.In(ch).Command("/brief", "") })
		for _, w := range []wire{a, b} {
			f := w.next("slash_commands")
			expect(t, "accepts", f.Accepts, true)
			w.ack(f.ID, m{"text": "hello"})
		}
		must[*slacktest.Shown](t)(one())
		must[*slacktest.Shown](t)(two())
	}
}

func TestSocket_NoMoreThanTenConnections(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{NoRateLimits: true})
	for range 10 {
		dial(t, s).next("hello")
	}
	expect(t, "reason", dial(t, s).next("disconnect").Reason, "too_many_websockets")
	violated(t, s, "more than 10")
	expect(t, "connections", s.Socket().Connections(), 10)
}

func TestSocket_NobodyThereOrNoAcknowledgement(t *testing.T) {
	s := slacktest.New(t, quick())
	_, ch, ada := world(s)
	if _, err := ada.In(ch).Command("/brief", ""); !errors.Is(err, slacktest.ErrDispatchFailed) {
		t.Errorf("nobody: %v", err)
	}
	violated(t, s)
	w := dial(t, s)
	w.next("hello")
	_, err := ada.In(ch).Command("/brief", "")
	if !errors.Is(err, slacktest.ErrOperationTimeout) || errors.Is(err, slacktest.ErrDispatchFailed) {
		t.Errorf("no acknowledgement: %v", err)
	}
	violated(t, s, "/brief was not acknowledged in time")
	w.ack(w.next("slash_commands").ID, nil) // too late, and nothing comes of it
	one := later(func() (*slacktest.Shown, error) { return ada.In(ch).Command("/brief", "") })
	w.ack(w.next("slash_commands").ID, nil)
	if _, err := one(); !errors.Is(err, slacktest.ErrNothingSeen) {
		t.Errorf("nothing said: %v", err)
	}
	w.ack("none", nil)
	violated(t, s, "never sent")
}

func TestSocket_EventsComeAgainUntilAcknowledged(t *testing.T) {
	s := slacktest.New(t, quick())
	_, _, ada := world(s)
	w := dial(t, s)
	w.next("hello")
	must[*slacktest.Message](t)(ada.DM().Post("hello"))
	first := w.next("events_api")
	expect(t, "attempt", first.Attempt, 0)
	second := w.next("events_api")
	expect(t, "the next attempt", second.Attempt, 1)
	expect(t, "another envelope", second.ID != first.ID, true)
	expect(t, "the same event", second.Payload["event_id"], first.Payload["event_id"])
	w.ack(second.ID, nil)
	violated(t, s, "message was not acknowledged in time")
	deliveries := func() slacktest.Delivery { return s.Deliveries()[0] }
	for end := time.Now().Add(patience); !deliveries().Acked && time.Now().Before(end); time.Sleep(time.Millisecond) {
	}
	expect(t, "attempts", deliveries().Attempts, 2)
}

func TestSocket_OversizedFrameEndsTheConnection(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{})
	w := dial(t, s)
	w.next("hello")
	w.ack("x", strings.Repeat("x", 20480))
	_, _, err := w.ReadMessage()
	if !websocket.IsCloseError(err, 1009) {
		t.Errorf("the connection ends with %v", err)
	}
	violated(t, s, "20480")
}

func TestSocket_PayloadOnlyWhereItIsAccepted(t *testing.T) {
	s := slacktest.New(t, quick())
	_, _, ada := world(s)
	w := dial(t, s)
	w.next("hello")
	said := later(func() (*slacktest.Shown, error) { return ada.DM().Say("hello") })
	f := w.next("events_api")
	expect(t, "accepts", f.Accepts, false)
	w.ack(f.ID, m{"text": "x"})
	if _, err := said(); !errors.Is(err, slacktest.ErrNothingSeen) {
		t.Errorf("said: %v", err)
	}
	violated(t, s, "not accepted")
}

func TestSocket_DisconnectFramesAndCuts(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{WarnFor: 20 * time.Millisecond})
	a := dial(t, s)
	a.next("hello") // those who have it are in order
	b := dial(t, s)
	b.next("hello")
	s.Socket().Refresh(0)
	expect(t, "refreshed", a.next("disconnect").Reason, "refresh_requested")
	if _, _, err := a.ReadMessage(); err == nil {
		t.Error("it stays open")
	}
	s.Socket().Warn()
	expect(t, "warned", b.next("disconnect").Reason, "warning")
	if _, _, err := b.ReadMessage(); err == nil {
		t.Error("it stays open")
	}
	c := dial(t, s)
	c.next("hello")
	s.Socket().DisableLink()
	expect(t, "disabled", c.next("disconnect").Reason, "link_disabled")
	d := dial(t, s)
	d.next("hello")
	s.Socket().Drop()
	if _, _, err := d.ReadMessage(); err == nil || websocket.IsCloseError(err, 1000, 1001) {
		t.Errorf("a cut: %v", err)
	}
}

func TestSocket_ZombieGetsNothingAndTheNextOneDoes(t *testing.T) {
	o := quick()
	o.PingEvery = 5 * time.Millisecond
	s := slacktest.New(t, o)
	_, ch, ada := world(s)
	w := dial(t, s)
	w.next("hello")
	s.Socket().Mute(true)
	if _, err := ada.In(ch).Command("/brief", ""); !errors.Is(err, slacktest.ErrOperationTimeout) {
		t.Errorf("a zombie alone: %v", err)
	}
	violated(t, s)
	alive := dial(t, s)
	alive.next("hello")
	one := later(func() (*slacktest.Shown, error) { return ada.In(ch).Command("/brief", "") })
	alive.ack(alive.next("slash_commands").ID, m{"text": "here"})
	expect(t, "answered", must[*slacktest.Shown](t)(one()).Message.Text, "here")
	s.Socket().NoHello(true)
	silent := dial(t, s)
	_ = silent.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
	if _, _, err := silent.ReadMessage(); err == nil {
		t.Error("there was a hello")
	}
}

func TestRedeliver_NewEnvelopesAndCopies(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{})
	_, _, ada := world(s)
	w := dial(t, s)
	w.next("hello")
	must[*slacktest.Message](t)(ada.DM().Post("hello"))
	f := w.next("events_api")
	w.ack(f.ID, nil)
	for _, c := range []struct {
		name  string
		again func(int) int
		same  bool
	}{{"redelivered", s.Redeliver, false}, {"copied", s.Duplicate, true}} {
		count := later(func() (int, error) { return c.again(3), nil })
		for range 3 {
			g := w.next("events_api")
			expect(t, c.name+": the same envelope", g.ID == f.ID, c.same)
			expect(t, c.name+": the same event", g.Payload["event_id"], f.Payload["event_id"])
			expect(t, c.name+": an attempt", g.Attempt > 0, !c.same)
			w.ack(g.ID, nil)
		}
		expect(t, c.name, must[int](t)(count()), 3)
	}
}

func TestUnknown_EventsAndEnvelopesNeedNoAcknowledgement(t *testing.T) {
	s := slacktest.New(t, quick())
	world(s)
	w := dial(t, s)
	w.next("hello")
	known := later(func() (bool, error) { return s.SendUnknownEvent("planet_discovered"), nil })
	w.ack(w.next("events_api").ID, nil)
	expect(t, "acknowledged", must[bool](t)(known()), true)
	expect(t, "not acknowledged", s.SendUnknownEnvelope("telepathy"), false)
	w.next("telepathy")
	violated(t, s)
}

func TestEvents_OnlyTheSubscribedOnes(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{Events: []string{"app_mention"}})
	team, ch, ada := world(s)
	must[*slacktest.Message](t)(ada.In(ch).Post("hello"))
	must[*slacktest.Message](t)(ada.DM().Post("hello"))
	must[*slacktest.Message](t)(ada.In(ch).Post("hello <@" + team.Bot().ID + ">"))
	var names []string
	for _, d := range s.Deliveries() {
		names = append(names, d.Name)
	}
	expect(t, "deliveries", strings.Join(names, " "), "app_mention")
}

func TestEvents_MentionComesTwiceAndTheBotsOwnWordsCome(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{NoRateLimits: true})
	team, ch, ada := world(s)
	must[*slacktest.Message](t)(ada.In(ch).Post("hello <@" + team.Bot().ID + ">"))
	do(t, s, team.BotToken(), "chat.postMessage", quiet(m{"channel": ch.ID, "text": "I am <@" + team.Bot().ID + ">"}))
	var names []string
	var ids []any
	for _, d := range s.Deliveries() {
		names = append(names, d.Name)
		event, _ := d.Payload["event"].(map[string]any)
		ids = append(ids, event["ts"])
		expect(t, "a bot wrote it", event["bot_id"] != nil, len(names) == 3)
	}
	expect(t, "deliveries", strings.Join(names, " "), "message app_mention message")
	expect(t, "the same message", ids[0], ids[1])
	b, err := json.Marshal(s.Deliveries()[0].Payload)
	expect(t, "text", strings.Contains(string(b), "rich_text") && err == nil, true)
}

func TestSocket_ZombieAnswersNoPing(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{})
	w := dial(t, s)
	w.next("hello")
	pongs := make(chan struct{}, 10)
	w.SetPongHandler(func(string) error {
		pongs <- struct{}{}
		return nil
	})
	go func() { _, _, _ = w.ReadMessage() }()
	ping := func() {
		if err := w.WriteControl(websocket.PingMessage, nil, time.Now().Add(time.Second)); err != nil {
			t.Error(err)
		}
	}
	ping()
	<-pongs
	s.Socket().Mute(true)
	ping()
	select {
	case <-pongs:
		t.Error("it answers")
	case <-time.After(50 * time.Millisecond):
	}
}
