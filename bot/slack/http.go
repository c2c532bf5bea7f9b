package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/slack-go/slack"
)

// How the server listens. Slack's own requests are far smaller and quicker.
const (
	maxBodyBytes   = 1 << 20
	maxHeaderBytes = 64 << 10
	maxDepth       = 32 // of JSON
	headerTimeout  = 5 * time.Second
	bodyTimeout    = 10 * time.Second
	idleTimeout    = 2 * time.Minute
	answerTimeout  = workTime + sayTime + bodyTimeout // more than a command takes
	// ackBy is when a request is answered at the latest: Slack waits for three
	// seconds.
	ackBy = 2700 * time.Millisecond
)

// listen takes the events of all apps over HTTP, until ctx ends and what is being
// answered has been.
func (s *Slack) listen(ctx context.Context, v *receiver) error {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", s.opts.Listen)
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return fmt.Errorf("cannot listen on %s: %w. Look at listen in the config, below [slack]", s.opts.Listen, err)
	}
	s.mu.Lock()
	s.listening = l.Addr().String()
	s.mu.Unlock()
	s.log.Info("listening for Slack", "address", l.Addr().String())
	server := &http.Server{
		Handler:           v,
		ReadHeaderTimeout: headerTimeout, ReadTimeout: bodyTimeout, WriteTimeout: answerTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaderBytes,
		ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	select {
	case err := <-ended:
		v.work.finish()
		return fmt.Errorf("listen for Slack: %w", err)
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), graceTime)
	defer cancel()
	if server.Shutdown(grace) != nil { // what is left has had its time
		_ = server.Close()
	}
	<-ended
	v.work.finish()
	return nil
}

// receiver takes Slack's requests.
type receiver struct {
	apps []*app
	log  *slog.Logger
	work *work
	now  func() time.Time

	mu        sync.Mutex
	strangers int       // requests that were not signed, since that was last said
	said      time.Time // when that was
}

// ServeHTTP takes one request. All kinds come to any address, and are told apart
// by what is in them.
func (v *receiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "This is where Slack delivers events, by POST.", http.StatusMethodNotAllowed)
		return
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBodyBytes))
	if err != nil {
		status := http.StatusBadRequest
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			status = http.StatusRequestEntityTooLarge
		}
		http.Error(w, http.StatusText(status), status)
		return
	}
	app := v.signedBy(r.Header, raw)
	if app == nil && probes(r.Header, raw) {
		return // with 200
	}
	if app == nil {
		// Nothing of the signature is said or logged.
		v.stranger(r.RemoteAddr)
		http.Error(w, "The request is not signed as Slack signs it.", http.StatusUnauthorized)
		return
	}
	if bytes.HasPrefix(bytes.TrimLeft(raw, " \t\r\n"), []byte("{")) || strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		v.event(w, r, app, raw)
		return
	}
	form, err := url.ParseQuery(string(raw))
	if err != nil {
		http.Error(w, "The form cannot be read.", http.StatusBadRequest)
		return
	}
	switch {
	case form.Get("ssl_check") == "1":
		// with 200
	case form.Get("payload") != "":
		body := json.RawMessage(form.Get("payload"))
		if d := depth(body); d < 0 || d > maxDepth || !bytes.HasPrefix(body, []byte("{")) || !json.Valid(body) {
			http.Error(w, "The payload is not JSON as Slack sends it.", http.StatusBadRequest)
			return
		}
		v.deliver(w, r, delivery{app: app, kind: anAction, body: body})
	case form.Get("command") != "":
		v.command(w, delivery{app: app, kind: aCommand, command: parseCommand(form)})
	default:
		// with 200
	}
}

// sayStrangers is how often it is logged that requests are not signed: anybody can
// make them.
const sayStrangers = time.Minute

// stranger logs that a request was not signed, or counts it.
func (v *receiver) stranger(from string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.strangers++
	if now := v.now(); now.Sub(v.said) >= sayStrangers {
		v.log.Warn("requests that Slack has not signed", "number", v.strangers, "from", from)
		v.strangers, v.said = 0, now
	}
}

// probes reports whether Slack only looks whether our certificate is good. It
// wants nothing, whether it is signed or not.
func probes(h http.Header, raw []byte) bool {
	if strings.HasPrefix(h.Get("Content-Type"), "application/json") || len(raw) > 4<<10 {
		return false
	}
	form, err := url.ParseQuery(string(raw))
	return err == nil && form.Get("ssl_check") == "1"
}

// parseCommand reads a slash command.
func parseCommand(form url.Values) slack.SlashCommand {
	return slack.SlashCommand{
		TeamID: form.Get("team_id"), EnterpriseID: form.Get("enterprise_id"), ChannelID: form.Get("channel_id"), ChannelName: form.Get("channel_name"),
		UserID: form.Get("user_id"), UserName: form.Get("user_name"), Command: form.Get("command"), Text: form.Get("text"),
		ResponseURL: form.Get("response_url"), TriggerID: form.Get("trigger_id"), APIAppID: form.Get("api_app_id"),
	}
}

// event takes a request of the Events API, or an action that comes without a form
// around it.
func (v *receiver) event(w http.ResponseWriter, r *http.Request, app *app, raw []byte) {
	var head struct {
		Type      string `json:"type"`
		Challenge string `json:"challenge"`
	}
	if d := depth(raw); d < 0 || d > maxDepth || json.Unmarshal(raw, &head) != nil {
		http.Error(w, "The body is not JSON as Slack sends it.", http.StatusBadRequest)
		return
	}
	if head.Type == "url_verification" {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = io.WriteString(w, head.Challenge) // nobody else can be told
		return
	}
	kind := anEvent
	if slices.Contains(actions, head.Type) {
		kind = anAction
	}
	v.deliver(w, r, delivery{app: app, kind: kind, body: raw})
}

// command serves a command on the goroutine of its request: most answers are there
// at once, and nothing has to be handed over. Where the acknowledgement goes out
// before the work is done, the connection takes no further request, which would
// have to wait.
func (v *receiver) command(w http.ResponseWriter, d delivery) {
	var mu sync.Mutex
	acked := false
	d.ack = func(payload any) error {
		raw, err := pack(payload)
		if err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		if acked {
			return errLate
		}
		acked = true
		if raw == nil {
			w.Header().Set("Connection", "close")
		}
		acknowledge(w, raw)
		return nil
	}
	if !v.work.here(d) {
		unavailable(w)
		return
	}
	_ = d.ack(nil) // or it has been
}

// deliver hands a delivery on, and answers the request when it is acknowledged.
func (v *receiver) deliver(w http.ResponseWriter, r *http.Request, d delivery) {
	acks := make(chan []byte, 1)
	var once sync.Once
	d.ack = func(payload any) error {
		raw, err := pack(payload)
		if err != nil {
			return err
		}
		err = errLate
		once.Do(func() { acks <- raw; err = nil })
		return err
	}
	if !v.work.apart(d) {
		unavailable(w)
		return
	}
	late := time.NewTimer(ackBy)
	defer late.Stop()
	select {
	case raw := <-acks:
		acknowledge(w, raw)
	case <-late.C:
		_ = d.ack(nil) // or it has been meanwhile
		acknowledge(w, <-acks)
	case <-r.Context().Done():
		_ = d.ack(nil)
	}
}

// unavailable says that we are stopping: Slack delivers events again.
func unavailable(w http.ResponseWriter) {
	w.Header().Set("Connection", "close")
	http.Error(w, "briefbot is stopping.", http.StatusServiceUnavailable)
}

// acknowledge answers a request, with JSON or with nothing.
func acknowledge(w http.ResponseWriter, raw []byte) {
	if raw != nil {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(raw)))
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(raw) // who has gone asks again
	if raw == nil {
		_ = http.NewResponseController(w).Flush() // the work may go on
	}
}

// signedBy returns the app whose secret the request is signed with, or nil. Each
// header must be there once: of two, another program might read the other.
func (v *receiver) signedBy(h http.Header, body []byte) *app {
	if len(h.Values("X-Slack-Signature")) != 1 || len(h.Values("X-Slack-Request-Timestamp")) != 1 {
		return nil
	}
	for _, a := range v.apps {
		verifier, err := slack.NewSecretsVerifier(h, a.secret.Reveal())
		if err != nil {
			continue
		}
		if _, err := verifier.Write(body); err == nil && verifier.Ensure() == nil {
			return a
		}
	}
	return nil
}
