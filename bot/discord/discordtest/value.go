package discordtest

import (
	"bytes"
	"encoding/json"
	"strconv"
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

// flag returns the boolean at a key; false where there is none.
func flag(o object, key string) bool {
	b, _ := o[key].(bool)
	return b
}

// whole returns the whole number at a key; 0 where there is none.
func whole(o object, key string) int {
	n, _ := number(o[key])
	return int(n)
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

// same reports whether two JSON values are equal once written.
func same(a, b any) bool {
	x, err := json.Marshal(a)
	if err != nil {
		return false
	}
	y, err := json.Marshal(b)
	return err == nil && bytes.Equal(x, y)
}
