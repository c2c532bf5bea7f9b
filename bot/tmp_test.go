package bot_test

import (
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
)

func TestTmp(t *testing.T) {
	core, _ := bot.New(briefings.NewLibrary(shelf{contents: madeBook(50)}), bot.Options{})
	for _, line := range []string{"/who " + strings.Repeat("a ", 4000), "/who " + strings.Repeat("é", 4000), strings.Repeat("x:", 4000), "/timeline " + strings.Repeat("from: ", 1300), "/timeline " + strings.Repeat("who:a ", 1300)} {
		b := time.Now()
		core.CompleteLine(t.Context(), bot.Request{Role: briefings.Reader, Book: "made", Text: line, Now: now})
		t.Log(time.Since(b), line[:20])
		b = time.Now()
		core.Handle(t.Context(), bot.Request{Role: briefings.Reader, Book: "made", Text: line, Now: now})
		t.Log("handle", time.Since(b), line[:20])
	}
}
