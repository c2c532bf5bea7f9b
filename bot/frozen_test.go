package bot_test

import (
	"encoding/json"
	"testing"

	"github.com/briefbot/briefbot/bot"
)

func TestFreeze_TheGapsAreWhereTheWordsStoodAndNowhereElse(t *testing.T) {
	type message struct{ Text, Footer string }
	frozen, err := bot.Freeze(func(note, marker string) ([]byte, error) {
		return json.Marshal(message{note + "a \\u0001 b {{.}} %s", marker})
	})
	if err != nil {
		t.Fatal(err)
	}
	body, err := bot.Thaw(frozen, `late\n`, "edition 1", 0)
	if err != nil {
		t.Fatal(err)
	}
	var got message
	if err := json.Unmarshal(body, &got); err != nil || got != (message{"late\na \\u0001 b {{.}} %s", "edition 1"}) {
		t.Errorf("%s: %v", body, err)
	}
}

func TestFreeze_RefusesAMessageWithoutRoom(t *testing.T) {
	for _, body := range []func(note, marker string) string{
		func(string, string) string { return "nothing" },
		func(note, marker string) string { return marker + note },
		func(note, marker string) string { return note + marker + marker },
	} {
		if _, err := bot.Freeze(func(note, marker string) ([]byte, error) { return []byte(body(note, marker)), nil }); err == nil {
			t.Error("it was frozen")
		}
	}
	if _, err := bot.Thaw([]byte{0, 0, 0, 9, 0, 0, 0, 1, 'x'}, "", "", 0); err == nil {
		t.Error("it was thawed")
	}
}
