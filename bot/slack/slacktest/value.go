package slacktest

import (
	"bytes"
	"encoding/json"
	"strconv"
	"unicode/utf8"
)

// object is a JSON object as it came or is to go.
type object = map[string]any

// str returns the string at a key; "" where there is none.
func str(o object, key string) string {
	s, _ := o[key].(string)
	return s
}

// list returns the array at a key; nil where there is none.
func list(o object, key string) []any {
	l, _ := o[key].([]any)
	return l
}

// obj returns the object at a key; nil where there is none.
func obj(o object, key string) object {
	v, _ := o[key].(object)
	return v
}

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

// number returns a whole number of any form.
func number(v any) (int64, bool) {
	switch v := v.(type) {
	case json.Number:
		n, err := v.Int64()
		return n, err == nil
	case float64:
		return int64(v), v == float64(int64(v))
	case int:
		return int64(v), true
	case int64:
		return v, true
	case string:
		n, err := strconv.ParseInt(v, 10, 64)
		return n, err == nil
	}
	return 0, false
}

// objects returns those members of an array that are objects.
func objects(l []any) []object {
	var out []object
	for _, v := range l {
		if o, ok := v.(object); ok {
			out = append(out, o)
		}
	}
	return out
}

// clone returns a deep copy of a JSON value.
func clone[T any](v T) T {
	var copyOf func(any) any
	copyOf = func(v any) any {
		switch v := v.(type) {
		case object:
			if v == nil {
				return v
			}
			out := make(object, len(v))
			for k, e := range v {
				out[k] = copyOf(e)
			}
			return out
		case []any:
			if v == nil {
				return v
			}
			out := make([]any, len(v))
			for i, e := range v {
				out[i] = copyOf(e)
			}
			return out
		}
		return v
	}
	out, _ := copyOf(v).(T)
	return out
}

// orEmpty returns an array that is not nil, so that it marshals as one.
func orEmpty(l []any) []any {
	if l == nil {
		return []any{}
	}
	return l
}

// anys returns strings as a JSON array.
func anys(l []string) []any {
	out := make([]any, len(l))
	for i, s := range l {
		out[i] = s
	}
	return out
}

// decode reads JSON and keeps numbers as they were written.
func decode(raw []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	return d.Decode(into)
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
