package store

import (
	"database/sql"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/briefbot/briefbot/briefings"
)

// decodeBody returns the record of a body, with its place in the history, or
// nil where there is no body.
//
// Reading bodies is most of the time that a bot takes to start. This reader,
// the next encoding/json, takes under half of the time of the one of today; see
// BenchmarkLoad.
func decodeBody(kind briefings.RecordKind, body sql.NullString, number, recorded int64) (briefings.Record, error) {
	if !body.Valid {
		return nil, nil
	}
	r := briefings.NewRecord(kind)
	if r == nil {
		return nil, fmt.Errorf("decode: there is no kind of record %q", kind)
	}
	if err := json.UnmarshalRead(strings.NewReader(body.String), r); err != nil {
		return nil, fmt.Errorf("decode %s: %w", kind, err)
	}
	briefings.SetVersion(r, briefings.Version{Number: number, Recorded: fromMillis(recorded)})
	return r, nil
}
