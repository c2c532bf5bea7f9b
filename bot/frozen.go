package bot

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/briefbot/briefbot/briefings"
)

// Freeze writes the body of a message with two gaps: one for the note and, behind it,
// one for the marker of a delivery.Message. write returns the body with the words that
// it is given in their places; they are of letters and digits alone, and nobody's text
// has them. What is frozen is written once for all places of a run: see Thaw.
func Freeze(write func(note, marker string) ([]byte, error)) ([]byte, error) {
	note, marker := briefings.NewToken(), briefings.NewToken()
	body, err := write(note, marker)
	if err != nil {
		return nil, err
	}
	i, j := bytes.Index(body, []byte(note)), bytes.Index(body, []byte(marker))
	if i < 0 || j < i+len(note) || bytes.Count(body, []byte(note)) != 1 || bytes.Count(body, []byte(marker)) != 1 {
		return nil, errors.New("a message has no room for its note and its marker, in this order")
	}
	frozen := binary.BigEndian.AppendUint32(nil, uint32(i))
	frozen = binary.BigEndian.AppendUint32(frozen, uint32(j-len(note)))
	frozen = append(frozen, body[:i]...)
	frozen = append(frozen, body[i+len(note):j]...)
	return append(frozen, body[j+len(marker):]...), nil
}

// Thaw puts a note and a marker, written as they stand in the body, into what Freeze
// returned. The result is the caller's; room is how many bytes more it will hold.
func Thaw(frozen []byte, note, marker string, room int) ([]byte, error) {
	const head = 8
	if len(frozen) < head {
		return nil, errors.New("no frozen message")
	}
	body := frozen[head:]
	i, j := int(binary.BigEndian.Uint32(frozen)), int(binary.BigEndian.Uint32(frozen[4:]))
	if i > j || j > len(body) {
		return nil, fmt.Errorf("a frozen message of %d bytes has gaps at %d and %d", len(body), i, j)
	}
	out := make([]byte, 0, len(body)+len(note)+len(marker)+room)
	out = append(out, body[:i]...)
	out = append(out, note...)
	out = append(out, body[i:j]...)
	out = append(out, marker...)
	return append(out, body[j:]...), nil
}
