package slack_test

import (
	"os"
	"testing"

	"github.com/briefbot/briefbot/bot/bottest"
)

func TestMain(m *testing.M) {
	bottest.Beside(16)
	os.Exit(m.Run())
}
