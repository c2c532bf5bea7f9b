package bot_test

import (
	"testing"

	"github.com/briefbot/briefbot/bot"
)

// TestPlace_OfTheReplyToAPress: what could not be done leaves what is there alone.
func TestPlace_OfTheReplyToAPress(t *testing.T) {
	for _, c := range []struct {
		outcome      bot.Outcome
		visibility   bot.Visibility
		posts, alone bool
		want         bot.Place
	}{
		{bot.Answered, bot.Private, false, false, bot.InPlace},
		{bot.NotFound, bot.Private, false, false, bot.InPlace},
		{bot.Refused, bot.Private, true, false, bot.Aside},
		{bot.Failed, bot.Shared, true, false, bot.Aside},
		{bot.Answered, bot.Shared, true, false, bot.ForAll},
		{bot.Answered, bot.Shared, true, true, bot.InPlace},
		{bot.Answered, bot.Shared, false, false, bot.InPlace}, // no button of ours posts unasked
		{bot.Answered, bot.Private, true, false, bot.InPlace},
	} {
		r := bot.Reply{Outcome: c.outcome, Visibility: c.visibility}
		if got := r.Place(c.posts, c.alone); got != c.want {
			t.Errorf("%+v goes to %d", c, got)
		}
	}
}
