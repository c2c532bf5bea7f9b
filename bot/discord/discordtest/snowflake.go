package discordtest

import (
	"strconv"
	"time"
)

// epoch is the first millisecond of Discord's ids, in Unix milliseconds.
const epoch = 1420070400000

// Snowflake returns the smallest id of a moment, as one would page with.
func Snowflake(t time.Time) string {
	return strconv.FormatInt((t.UnixMilli()-epoch)<<22, 10)
}

// SnowflakeTime returns when an id was made; the zero time where it is none.
func SnowflakeTime(id string) time.Time {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.UnixMilli(n>>22 + epoch)
}

// newID returns an id of now that is larger than all before. Callers hold mu
// or are the only ones who know the server.
func (s *Server) newID() string {
	id := (s.o.Now().UnixMilli() - epoch) << 22
	if id <= s.lastID {
		id = s.lastID + 1
	}
	s.lastID = id
	return strconv.FormatInt(id, 10)
}

// older reports whether the id a was made before b.
func older(a, b string) bool {
	if len(a) != len(b) {
		return len(a) < len(b)
	}
	return a < b
}
