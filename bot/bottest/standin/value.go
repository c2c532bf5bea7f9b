package standin

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// object is a JSON object as it came or is to go.
type object = map[string]any

// Str returns the string at a key; "" where there is none.
func Str(o object, key string) string {
	s, _ := o[key].(string)
	return s
}

// List returns the array at a key; nil where there is none.
func List(o object, key string) []any {
	l, _ := o[key].([]any)
	return l
}

// Obj returns the object at a key; nil where there is none.
func Obj(o object, key string) object {
	v, _ := o[key].(object)
	return v
}

// Number returns a whole number of any form.
func Number(v any) (int64, bool) {
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

// Objects returns those members of an array that are objects.
func Objects(l []any) []object {
	var out []object
	for _, v := range l {
		if o, ok := v.(object); ok {
			out = append(out, o)
		}
	}
	return out
}

// OrEmpty returns an array that is not nil, so that it marshals as one.
func OrEmpty(l []any) []any {
	if l == nil {
		return []any{}
	}
	return l
}

// Clone returns a deep copy of a JSON value.
func Clone[T any](v T) T {
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

// Decode reads JSON and keeps numbers as they were written.
func Decode(raw []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	return d.Decode(into)
}
