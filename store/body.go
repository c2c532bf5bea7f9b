package store

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/briefbot/briefbot/briefings"
)

// millis returns the time as it is stored. What is earlier within a
// millisecond is the same.
func millis(t time.Time) int64 { return t.UnixMilli() }

// millisUp returns the first stored time that is not before t.
func millisUp(t time.Time) int64 {
	ms := t.UnixMilli()
	if time.UnixMilli(ms).Before(t) {
		ms++
	}
	return ms
}

// fromMillis returns a stored time.
func fromMillis(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

// stored returns a time as it reads once it was stored.
func stored(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return fromMillis(millis(t))
}

// validText reports whether both engines can hold s.
func validText(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }

// cleanText returns s as both engines can hold it.
func cleanText(s string) string {
	if validText(s) {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
}

// copyRecord returns a shallow copy, so that a claim can be changed.
func copyRecord(r briefings.Record) briefings.Record {
	switch r := r.(type) {
	case *briefings.Book:
		c := *r
		return &c
	case *briefings.Source:
		c := *r
		return &c
	case *briefings.Entry:
		c := *r
		return &c
	case *briefings.Report:
		c := *r
		return &c
	case *briefings.Suggestion:
		c := *r
		return &c
	default:
		return r
	}
}

// encodeBody returns the record as it is stored. Times are cut to the
// millisecond, and a claim that does not say since when it is known gets
// recorded. The record itself stays as it is.
func encodeBody(r briefings.Record, recorded time.Time) (sql.NullString, error) {
	r = copyRecord(r)
	if c := briefings.ClaimOf(r); c != nil {
		c.Recorded, c.VerifiedUntil = stored(c.Recorded), stored(c.VerifiedUntil)
		if c.Recorded.IsZero() {
			c.Recorded = recorded
		}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(r); err != nil {
		return sql.NullString{}, fmt.Errorf("encode %s %s: %w", r.Ref().Kind, r.Ref().ID, err)
	}
	return sql.NullString{String: strings.TrimSuffix(b.String(), "\n"), Valid: true}, nil
}
