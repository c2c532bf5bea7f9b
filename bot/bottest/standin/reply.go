package standin

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"
)

// patience is how long Eventually waits. It is no measure of how long anything
// takes.
const patience = 30 * time.Second

// Reply is what a request was answered with.
type Reply struct {
	Status int
	Header http.Header
	Body   map[string]any // nil where the answer is no object
	List   []any          // nil where it is no array
	Raw    []byte
}

// Ask makes a request as no library would get in the way of; a body goes as
// JSON, and nil is none. Without an answer the test fails and ends.
func Ask(tb testing.TB, method, url string, header http.Header, body any) Reply {
	tb.Helper()
	var in io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			tb.Fatal(err)
		}
		in = bytes.NewReader(b)
	}
	q, err := http.NewRequest(method, url, in)
	if err != nil {
		tb.Fatal(err)
	}
	q.Header = header
	p, err := http.DefaultClient.Do(q)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = p.Body.Close() }()
	out := Reply{Status: p.StatusCode, Header: p.Header}
	if out.Raw, err = io.ReadAll(p.Body); err != nil {
		tb.Fatal(err)
	}
	_ = json.Unmarshal(out.Raw, &out.Body) // an array or a text is no object
	_ = json.Unmarshal(out.Raw, &out.List)
	return out
}

// Eventually waits until something is so. Where it never is, the test fails and
// ends.
func Eventually(tb testing.TB, what string, so func() bool) {
	tb.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if so() {
			return
		}
	}
	tb.Fatalf("never: %s", what)
}
