package bot_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/briefbot/briefbot/bot"
)

func TestSecret_ShowsNothingHoweverItIsPrinted(t *testing.T) {
	const canary = "canary-7f3a91"
	holder := struct{ Token bot.Secret }{bot.NewSecret(canary)}
	hidden := struct {
		token  bot.Secret
		tokens []bot.Secret
	}{holder.Token, []bot.Secret{holder.Token}}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&out, verb+"\n", holder)
		fmt.Fprintf(&out, verb+"\n", holder.Token)
		fmt.Fprintf(&out, verb+"\n", &holder)
		fmt.Fprintf(&out, verb+"\n", hidden)
		fmt.Fprintf(&out, verb+"\n", &hidden)
	}
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "token", holder.Token, "holder", holder)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "token", holder.Token, "holder", holder)
	if err := json.NewEncoder(&out).Encode(holder); err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(&out, fmt.Errorf("use %v", holder.Token))
	if hex := fmt.Sprintf("%x", canary); strings.Contains(out.String(), canary) || strings.Contains(out.String(), hex) {
		t.Errorf("the secret can be read:\n%s", out.String())
	}
	if holder.Token.Reveal() != canary {
		t.Errorf("Reveal returns %q", holder.Token.Reveal())
	}
}
