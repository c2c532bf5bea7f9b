package discord_test

import (
	"os"
	"testing"

	"github.com/briefbot/briefbot/bot/bottest"
)

func TestMain(m *testing.M) {
	bottest.Beside(4)
	os.Exit(m.Run())
}
