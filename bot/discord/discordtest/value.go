package discordtest

import (
	"bytes"
	"encoding/json"

	"github.com/briefbot/briefbot/bot/bottest/standin"
)

// object is a JSON object as it came or is to go.
type object = map[string]any

// Values are read as by every stand-in.
var (
	str, list, obj           = standin.Str, standin.List, standin.Obj
	objects, number, orEmpty = standin.Objects, standin.Number, standin.OrEmpty
)

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

// same reports whether two JSON values are equal once written.
func same(a, b any) bool {
	x, err := json.Marshal(a)
	if err != nil {
		return false
	}
	y, err := json.Marshal(b)
	return err == nil && bytes.Equal(x, y)
}
