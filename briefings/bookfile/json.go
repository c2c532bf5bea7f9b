package bookfile

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/briefbot/briefbot/briefings"
)

// The header of a history. jsonVersion grows when older programs could no
// longer read what is written.
const (
	jsonFormat  = "briefbot-history"
	jsonVersion = 1
)

// jsonRevision is a revision in a file: its after stands in the clear, and is
// absent where the revision deletes. Before is not written: it is what the
// record's previous revision left.
type jsonRevision struct {
	briefings.Revision
	After json.RawMessage `json:"after,omitempty"`
}

// WriteJSON writes the whole history of a book, one revision a line:
//
//	{"format":"briefbot-history","version":1,"book":"harbour-strike","revisions":[
//	{"seq":1,"number":1,"ref":{"kind":"book","id":"harbour-strike"},…,"after":{…}},
//	…
//	]}
//
// The revisions are in the order of Seq, as Store.Revisions returns them. A
// history that ReadJSON would refuse for its length is ErrInvalid.
func WriteJSON(w io.Writer, book briefings.BookID, history []briefings.Revision) error {
	if len(history) > maxRevisions {
		return errTooLong
	}
	counted := &countingWriter{w: w}
	b := bufio.NewWriter(counted)
	head, err := marshal(struct {
		Format  string           `json:"format"`
		Version int              `json:"version"`
		Book    briefings.BookID `json:"book"`
	}{jsonFormat, jsonVersion, book})
	if err != nil {
		return fmt.Errorf("write history: %w", err)
	}
	fmt.Fprintf(b, "%s,\"revisions\":[", bytes.TrimSuffix(head, []byte("}")))
	for i, rev := range history {
		line := jsonRevision{Revision: rev}
		if rev.After != nil {
			if line.After, err = marshal(rev.After); err != nil {
				return fmt.Errorf("write revision %d: %w", rev.Seq, err)
			}
		}
		text, err := marshal(line)
		if err != nil {
			return fmt.Errorf("write revision %d: %w", rev.Seq, err)
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
		b.Write(text)
	}
	b.WriteString("\n]}\n")
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write history: %w", err)
	}
	if counted.n > maxJSONBytes {
		return errTooLong
	}
	return nil
}

// errTooLong refuses to hand out a file that ReadJSON would not take back.
var errTooLong = briefings.Errorf(briefings.ErrInvalid, "The history is too long for a file. Make a back-up of the store instead.")

// countingWriter counts what passes through it.
type countingWriter struct {
	w io.Writer
	n int64
}

func (c *countingWriter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	return n, err
}

// marshal is json.Marshal that leaves <, > and & as they are.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
