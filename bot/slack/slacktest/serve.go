package slacktest

import (
	"bytes"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/briefbot/briefbot/bot/bottest/standin"
)

// maxBody is the most that a request may hold.
const maxBody = 4 << 20

// Request is a request as it came, and what it was answered with.
type Request struct {
	Method string // of HTTP
	API    string // the method of the API; "" for a response_url
	Path   string // with the query
	Token  string // whose it came with: "bot", "app", "none" or "unknown"
	Status int    // 0 while it is being served, and where it never got an answer
	Error  string // of an answer with "ok": false
	Args   map[string]any
	Body   []byte
	At     time.Time
}

// Requests returns all requests to the API and to response_urls so far.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request{}, s.requests...)
}

// Calls returns the requests to one method of the API so far.
func (s *Server) Calls(method string) []Request {
	var out []Request
	for _, r := range s.Requests() {
		if r.API == method {
			out = append(out, r)
		}
	}
	return out
}

// call is a request on its way to a handler.
type call struct {
	s      *Server
	n      int    // of the request
	name   string // of the method
	path   string
	method *method
	team   *Team // nil with an app-level token
	args   object
	json   bool   // the arguments came as JSON
	bad    string // the code of what is wrong with them
}

// answer is what a request gets.
type answer struct {
	status int
	header http.Header
	body   object
	text   string // instead of a body
}

// serve answers one request, of whatever sort.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/link/") {
		s.socket.serve(w, r)
		return
	}
	if strings.HasPrefix(r.URL.Path, filePath) || strings.HasPrefix(r.URL.Path, uploadPath) {
		s.serveFile(w, r)
		return
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return
	}
	name, _ := strings.CutPrefix(r.URL.Path, "/api/")
	if name == r.URL.Path {
		name = ""
	}
	s.mu.Lock()
	if !s.host.Enter() { // Close waits, for what is found must not be reported to a test that has ended
		s.mu.Unlock()
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	defer s.host.Leave()
	n := len(s.requests)
	args, isJSON, bad := readArgs(r, body)
	s.requests = append(s.requests, Request{Method: r.Method, API: name, Path: r.URL.RequestURI(), Token: "none", Args: redacted(args), Body: body, At: time.Now()})
	s.mu.Unlock()
	c := &call{s: s, n: n, name: name, path: r.URL.Path, args: args, json: isJSON, bad: bad}
	f := s.faults.Take(r.Method, r.URL.Path)
	status, problem := 0, ""
	switch {
	case f != nil && !f.applied():
		status = s.inject(w, r, f, nil)
	case f != nil:
		if f.Kind == Late {
			time.Sleep(f.Delay)
		}
		status = s.inject(w, r, f, c.handle(r))
	default:
		a := c.handle(r)
		status, problem = a.write(w), str(a.body, "error")
	}
	if f != nil && (f.Kind == ErrorCode || f.Kind == ErrorAfter) {
		problem = f.Code
	}
	s.mu.Lock()
	s.requests[n].Status, s.requests[n].Error = status, problem
	s.host.Note()
	s.mu.Unlock()
}

// readArgs returns the arguments of a request, whether they came as JSON, and
// the code of what is wrong with them; "" for nothing.
func readArgs(r *http.Request, body []byte) (args object, isJSON bool, problem string) {
	args = object{}
	for k, v := range r.URL.Query() {
		args[k] = v[len(v)-1]
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "application/json":
		if len(body) == 0 {
			return args, true, "" // as of methods without arguments
		}
		if len(bytes.TrimSpace(body)) == 0 { // slack-go sends nothing as JSON
			return args, true, ""
		}
		var v any
		if err := standin.Decode(body, &v); err != nil {
			return args, true, "invalid_json"
		}
		o, ok := v.(object)
		if !ok {
			return args, true, "json_not_object"
		}
		maps.Copy(args, o)
		return args, true, ""
	case "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return args, false, "invalid_form_data"
		}
		for k, v := range form {
			args[k] = v[len(v)-1]
		}
	case "":
	default:
		return args, false, "invalid_post_type"
	}
	return args, false, ""
}

// redacted returns arguments without the token.
func redacted(args object) object {
	out := standin.Clone(args)
	delete(out, "token")
	return out
}

// handle does what a request asks for.
func (c *call) handle(r *http.Request) *answer {
	if id, ok := strings.CutPrefix(r.URL.Path, "/response/"); ok {
		return c.s.respond(r, id, c.args, c.json && c.bad == "")
	}
	if c.name == "" {
		c.violate("there is nothing at this address")
		return &answer{status: http.StatusNotFound, text: "Not Found"}
	}
	body, err := c.run(r)
	if err == nil {
		body["ok"] = true
		return &answer{status: http.StatusOK, header: c.scopeHeader(), body: body}
	}
	if err.violation != "" {
		c.violate(err.violation)
	}
	a := err.answer()
	for k, v := range c.scopeHeader() {
		a.header[k] = v
	}
	return a
}

func (c *call) violate(problem string) { c.s.violations.Add(c.name, c.path, problem) }

// run takes a request through what every request goes through.
func (c *call) run(r *http.Request) (object, *apiError) {
	if r.Method != http.MethodPost && r.Method != http.MethodGet {
		return nil, wrong("invalid_http_method", "%s", r.Method)
	}
	if c.method = methods()[c.name]; c.method == nil {
		return nil, &apiError{code: "unknown_method", violation: "unknown_method: the server knows no such method"}
	}
	if r.URL.Query().Has("token") {
		return nil, wrong("invalid_auth", "a token in the query ends up in logs")
	}
	if c.bad != "" {
		return nil, wrong(c.bad, "the body cannot be read")
	}
	if c.json && r.Header.Get("Authorization") == "" {
		return nil, wrong("not_authed", "a JSON request carries its token in the Authorization header")
	}
	token := str(c.args, "token")
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		token = bearer
	}
	delete(c.args, "token")
	c.s.mu.Lock()
	c.s.requests[c.n].Token = c.kindOf(token)
	err := c.authorize(token)
	c.s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	if err := c.s.limit(c); err != nil {
		return nil, err
	}
	for _, key := range []string{"blocks", "attachments", "metadata", "view"} {
		if err := c.unpack(key); err != nil {
			return nil, err
		}
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.method.handle(c)
}

// unpack decodes an argument that forms hold as JSON in a string.
func (c *call) unpack(key string) *apiError {
	s, ok := c.args[key].(string)
	if !ok {
		return nil
	}
	delete(c.args, key)
	if s == "" {
		return nil
	}
	var v any
	if err := standin.Decode([]byte(s), &v); err != nil {
		code := map[string]string{"blocks": "invalid_blocks_format", "metadata": "invalid_metadata_format"}[key]
		if code == "" {
			code = "invalid_arguments"
		}
		return wrong(code, "%s is no JSON", key)
	}
	c.args[key] = v
	return nil
}

// write sends an answer and returns its status.
func (a *answer) write(w http.ResponseWriter) int {
	for k, v := range a.header {
		w.Header()[k] = v
	}
	raw := a.encode()
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if a.body == nil {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(raw) // who went away needs no answer
	return a.status
}

func (a *answer) encode() []byte {
	if a.body == nil {
		return []byte(a.text)
	}
	return encode(a.body)
}
