package slacktest

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"

	"github.com/briefbot/briefbot/bot/bottest/standin"
)

// object is a JSON object as it came or is to go.
type object = map[string]any

// Values are read as by every stand-in.
var (
	str, list, obj           = standin.Str, standin.List, standin.Obj
	objects, number, orEmpty = standin.Objects, standin.Number, standin.OrEmpty
)

// flag returns the truth at a key, which forms write as a word.
func flag(o object, key string) bool {
	switch v := o[key].(type) {
	case bool:
		return v
	case string:
		return v == "true" || v == "1"
	case json.Number:
		return v == "1"
	}
	return false
}

// refused reports whether a key holds an explicit no.
func refused(o object, key string) bool {
	switch v := o[key].(type) {
	case bool:
		return !v
	case string:
		return v == "false" || v == "0"
	case json.Number:
		return v == "0"
	}
	return false
}

// whole returns the whole number at a key, or def where there is none.
func whole(o object, key string, def int) int {
	if n, ok := number(o[key]); ok {
		return int(n)
	}
	return def
}

// anys returns strings as a JSON array.
func anys(l []string) []any {
	out := make([]any, len(l))
	for i, s := range l {
		out[i] = s
	}
	return out
}

// encode writes JSON that is made of what was JSON.
func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// runes counts the characters of a text.
func runes(s string) int { return utf8.RuneCountInString(s) }
