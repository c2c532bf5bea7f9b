package standin

import (
	"net"
	"net/http"
	"strconv"
	"time"
)

// Disturb does to a request what kinds of fault do whatever is asked: it hangs,
// its connection is reset, or it is slow. It reports whether the connection is
// gone, so that there is nothing to answer.
func (h *Host) Disturb(w http.ResponseWriter, r *http.Request, k FaultKind, delay time.Duration) bool {
	switch k {
	case HangBefore, HangAfter:
		h.linger(r, 0)
		reset(w)
		return true
	case ResetBefore, ResetAfter:
		reset(w)
		return true
	case Slow:
		h.linger(r, delay)
	}
	return false
}

// Truncate sends half of an answer and returns its status. The header that is
// the platform's must be set.
func Truncate(w http.ResponseWriter, status int, raw []byte) int {
	w.Header().Set("Content-Length", strconv.Itoa(len(raw)))
	w.WriteHeader(status)
	_, _ = w.Write(raw[:len(raw)/2])
	return status // the server cuts the connection, for it is owed more
}

// reset ends a connection with a TCP reset.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	Cut(conn)
}

// Cut closes a connection without a goodbye.
func Cut(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}
