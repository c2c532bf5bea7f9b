package discordtest

import (
	"bytes"
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/briefbot/briefbot/bot/bottest/standin"
)

// maxBody is the most that a request may hold.
const maxBody = 25 << 20

// Request is a request as it came, and what it was answered with.
type Request struct {
	Method string
	Path   string // with the version and the query
	Status int    // 0 while it is being served, and where it never got an answer
	Body   []byte
	At     time.Time
}

// Requests returns all requests to the API so far.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request{}, s.requests...)
}

// InvalidRequests counts the answers that Discord counts against an address:
// 401, 403, and 429 that are not shared. It bans at 10,000 in 10 minutes.
func (s *Server) InvalidRequests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.invalid
}

// call is a request on its way to a handler.
type call struct {
	s      *Server
	method string
	path   string
	route  *route
	params map[string]string
	query  url.Values
	body   any // decoded; nil where there is none
	form   object
	files  []File
}

// answer is what a handler returns. A nil body is none.
type answer struct {
	status int
	header http.Header
	body   any
}

var version = regexp.MustCompile(`^/api(?:/v(9|10))?(/.*)$`)

// serve answers one request, of whatever sort.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, cdnPath) {
		s.cdn(w, r)
		return
	}
	if r.URL.Path == "/gateway" || strings.HasPrefix(r.URL.Path, "/gateway/") {
		s.gateway.serve(w, r)
		return
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return
	}
	s.mu.Lock()
	if !s.host.Enter() { // Close waits, for what is found must not be reported to a test that has ended
		s.mu.Unlock()
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	defer s.host.Leave()
	n := len(s.requests)
	s.requests = append(s.requests, Request{Method: r.Method, Path: r.URL.RequestURI(), Body: body, At: time.Now()})
	s.mu.Unlock()
	f := s.faults.Take(r.Method, r.URL.Path)
	status := 0
	switch {
	case f != nil && !f.Kind.Applied():
		status = s.inject(w, r, f, nil)
	case f != nil:
		if f.Kind == Late {
			time.Sleep(f.Delay)
		}
		status = s.inject(w, r, f, s.handle(r, body))
	default:
		status = s.handle(r, body).write(w)
	}
	s.mu.Lock()
	s.requests[n].Status = status
	s.host.Note()
	s.mu.Unlock()
}

// handle does what a request asks for.
func (s *Server) handle(r *http.Request, raw []byte) *answer {
	c := &call{s: s, method: r.Method, path: r.URL.Path, query: r.URL.Query()}
	a, err := c.run(r, raw)
	if err == nil {
		return a
	}
	if err.violation != "" {
		s.violations.Add(c.method, c.path, err.violation)
	}
	s.mu.Lock()
	if err.status == http.StatusUnauthorized || err.status == http.StatusForbidden {
		s.invalid++
	}
	s.mu.Unlock()
	out := &answer{status: err.status, body: err.body()}
	if a != nil {
		out.header = a.header
	}
	return out
}

// run takes a request through what every request goes through. Where it
// returns an error, the answer may hold headers.
func (c *call) run(r *http.Request, raw []byte) (*answer, *apiError) {
	m := version.FindStringSubmatch(r.URL.EscapedPath())
	if m == nil {
		return nil, &apiError{status: http.StatusNotFound, message: "404: Not Found", violation: "there is no such route"}
	}
	if !strings.HasPrefix(r.UserAgent(), "DiscordBot (") {
		return nil, &apiError{status: http.StatusForbidden, code: 40333, message: "internal network error", violation: "the User-Agent is not of the form DiscordBot ($url, $version)"}
	}
	var err *apiError
	if c.route, c.params, err = match(r.Method, m[2]); err != nil {
		return nil, err
	}
	if !c.route.tokened && r.Header.Get("Authorization") != "Bot "+c.s.o.Token {
		return nil, errUnauthorized
	}
	limited, header := c.s.limit(c)
	if limited != nil {
		return limited, nil
	}
	a := &answer{header: header}
	if len(raw) > maxBody {
		return a, fail(http.StatusRequestEntityTooLarge, 40005, "Request entity too large")
	}
	if err := c.read(r, raw); err != nil {
		return a, err
	}
	if err := c.s.doc.checkParams(c); err != nil && !c.s.overlook(c, err) {
		return a, err
	}
	if err := c.s.doc.checkBody(c); err != nil {
		return a, err
	}
	c.s.mu.Lock()
	status, body, err := c.route.handle(c)
	c.s.mu.Unlock()
	if err != nil {
		return a, err
	}
	if err := c.s.doc.checkAnswer(c, status, body); err != nil {
		c.s.tb.Errorf("discordtest: its own answer to %s %s (%d): %v", c.method, c.path, status, err)
	}
	a.status, a.body = status, body
	return a, nil
}

// overlook notes a violation for which Discord would not have refused the
// request, and reports whether it is one.
func (s *Server) overlook(c *call, err *apiError) bool {
	if err.status != 0 {
		return false
	}
	s.violations.Add(c.method, c.path, err.violation)
	return true
}

// read decodes the body.
func (c *call) read(r *http.Request, raw []byte) *apiError {
	if len(raw) == 0 {
		return nil
	}
	kind, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "multipart/form-data":
		form, err := multipart.NewReader(bytes.NewReader(raw), params["boundary"]).ReadForm(maxBody)
		if err != nil {
			return &apiError{status: http.StatusBadRequest, code: 50035, message: "Invalid Form Body", violation: "the form cannot be read"}
		}
		raw = []byte("{}")
		if v := form.Value["payload_json"]; len(v) > 0 {
			raw = []byte(v[0])
		}
		for _, parts := range form.File {
			for _, part := range parts {
				f, err := part.Open()
				if err != nil {
					return &apiError{status: http.StatusBadRequest, code: 50035, message: "Invalid Form Body", violation: "a file cannot be read"}
				}
				data, _ := io.ReadAll(f)
				f.Close()
				c.files = append(c.files, File{part.Filename, data})
			}
		}
	case "application/json":
	default:
		if c.method == http.MethodGet || c.method == http.MethodDelete {
			return nil
		}
		return &apiError{status: http.StatusBadRequest, code: 50035, message: "Invalid Form Body", violation: "the Content-Type is " + kind}
	}
	if err := standin.Decode(raw, &c.body); err != nil {
		return &apiError{status: http.StatusBadRequest, code: 50109, message: "The request body contains invalid JSON.", violation: "the body is no JSON"}
	}
	c.form, _ = c.body.(object)
	return nil
}

// write sends an answer and returns its status.
func (a *answer) write(w http.ResponseWriter) int {
	for k, v := range a.header {
		w.Header()[k] = v
	}
	if a.body == nil {
		w.WriteHeader(a.status)
		return a.status
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(a.status)
	_, _ = w.Write(a.encode()) // who went away needs no answer
	return a.status
}

func (a *answer) encode() []byte {
	if a.body == nil {
		return nil
	}
	b, err := json.Marshal(a.body)
	if err != nil {
		panic(err) // an answer is made of maps and strings
	}
	return b
}
