package standin_test

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/briefbot/briefbot/bot/bottest/standin"
)

func TestFaults_ThoseAddedFirstComeFirstAndWearOut(t *testing.T) {
	var faults standin.Faults[string]
	faults.Add("twice", "POST", "/a$", 2)
	faults.Add("once", "", "", 0)
	faults.Add("for ever", "", "/b", -1)
	var got []string
	for _, r := range [][2]string{{"GET", "/a"}, {"POST", "/a"}, {"POST", "/a"}, {"POST", "/a"}, {"POST", "/a/b"}, {"GET", "/b"}} {
		what := faults.Take(r[0], r[1])
		if what == nil {
			got = append(got, "")
			continue
		}
		got = append(got, *what)
	}
	if diff := cmp.Diff([]string{"once", "twice", "twice", "", "for ever", "for ever"}, got); diff != "" {
		t.Error(diff)
	}
	faults.Clear()
	if what := faults.Take("GET", "/b"); what != nil {
		t.Errorf("after Clear: %q", *what)
	}
}

func TestViolations_AreTakenOnce(t *testing.T) {
	var violations standin.Violations
	violations.Add("GET", "/a", "x")
	if diff := cmp.Diff([]standin.Violation{{Method: "GET", Path: "/a", Problem: "x"}}, violations.Take()); diff != "" {
		t.Error(diff)
	}
	if again := violations.Take(); len(again) != 0 {
		t.Errorf("taken again: %v", again)
	}
}

func TestHost_AwaitSeesChangesAndEndsWithTheServer(t *testing.T) {
	var mu sync.Mutex
	h := standin.NewHost(t, &mu)
	h.Serve(http.NotFound)
	n := 0
	seen := make(chan bool, 1)
	mu.Lock()
	h.Spawn(func() { seen <- h.Await(time.Minute, func() bool { return n == 1 }) })
	n = 1
	h.Note()
	mu.Unlock()
	if !<-seen {
		t.Error("the change was not seen")
	}
	if h.Await(time.Millisecond, func() bool { return false }) {
		t.Error("what is never so was seen")
	}
	mu.Lock()
	h.Spawn(func() { seen <- h.Await(time.Minute, func() bool { return false }) })
	mu.Unlock()
	h.Close(func() {})
	if len(seen) != 1 || <-seen {
		t.Error("Close did not end and await who waits")
	}
	mu.Lock()
	defer mu.Unlock()
	if h.Spawn(func() { t.Error("something began after Close") }); h.Enter() {
		t.Error("it can be entered after Close")
	}
}

func TestDisturb_TheConnectionIsGone(t *testing.T) {
	var mu sync.Mutex
	h := standin.NewHost(t, &mu)
	h.Serve(func(w http.ResponseWriter, r *http.Request) {
		kind, _ := strconv.Atoi(r.URL.Path[1:])
		if !h.Disturb(w, r, standin.FaultKind(kind), time.Millisecond) {
			standin.Truncate(w, http.StatusOK, []byte("all of it"))
		}
	})
	t.Cleanup(func() { h.Close(func() {}) })
	for kind := range standin.Own {
		client := &http.Client{Timeout: time.Minute}
		if kind == standin.HangBefore || kind == standin.HangAfter {
			client.Timeout = 50 * time.Millisecond
		}
		p, err := client.Get(h.URL() + "/" + strconv.Itoa(int(kind)))
		gone := slices.Contains([]standin.FaultKind{standin.HangBefore, standin.HangAfter, standin.ResetBefore, standin.ResetAfter}, kind)
		if gone != (err != nil) {
			t.Errorf("kind %d: %v", kind, err)
		}
		if err != nil {
			continue
		}
		raw, err := io.ReadAll(p.Body)
		_ = p.Body.Close()
		if string(raw) != "all " || err == nil {
			t.Errorf("kind %d: read %q, %v", kind, raw, err)
		}
	}
	if conn, err := net.Dial("tcp", h.Addr()); err != nil {
		t.Error(err)
	} else {
		standin.Cut(conn)
	}
}

func TestClone_SharesNothingAndKeepsWhatIsNil(t *testing.T) {
	var v map[string]any
	if err := standin.Decode([]byte(`{"a":[{"n":12345678901234567890}],"none":null}`), &v); err != nil {
		t.Fatal(err)
	}
	c := standin.Clone(v)
	standin.Objects(standin.List(v, "a"))[0]["n"] = "changed"
	want := map[string]any{"a": []any{map[string]any{"n": json.Number("12345678901234567890")}}, "none": nil}
	if diff := cmp.Diff(want, c); diff != "" {
		t.Error(diff)
	}
	if standin.Clone([]any(nil)) != nil || standin.OrEmpty(nil) == nil {
		t.Error("nil does not stay nil, or OrEmpty is nil")
	}
}

func TestNumber_WholeOnesOfAnyForm(t *testing.T) {
	for _, v := range []any{json.Number("7"), 7.0, 7, int64(7), "7"} {
		if n, ok := standin.Number(v); n != 7 || !ok {
			t.Errorf("%T: got %d, %t", v, n, ok)
		}
	}
	for _, v := range []any{json.Number("7.5"), 7.5, "seven", "", nil, true} {
		if _, ok := standin.Number(v); ok {
			t.Errorf("%T %v is taken for a whole number", v, v)
		}
	}
}
