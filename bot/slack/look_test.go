package slack_test

import (
	"testing"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// TestMoved_SaysWhatHasBecomeOfAMessage: that it is gone always, and that it was edited
// where the app may read the channel.
func TestMoved_SaysWhatHasBecomeOfAMessage(t *testing.T) {
	t.Parallel()
	o := openOffice(t, corpus())
	ben := reader(o.team, o.desk, "ben")
	m := must(t)(ben.Post("as it was"))
	ref := briefings.MessageRef{Platform: "slack", Workspace: briefings.Workspace(o.team.ID), Channel: o.desk.ID, Message: m.TS}
	looks := func(since time.Time, want string) {
		t.Helper()
		how, err := o.running.Moved(t.Context(), ref, since)
		if err != nil || how != want {
			t.Errorf("%q, %v; want %q", how, err, want)
		}
	}
	before := time.Now().Add(-time.Hour)
	looks(before, "")
	if err := ben.Edit(m, "as it is"); err != nil {
		t.Fatal(err)
	}
	o.team.SetScopes("commands", "chat:write")
	looks(before, "") // it is not to be seen
	o.team.SetScopes("commands", "chat:write", "channels:history")
	looks(before, "edited")
	looks(time.Now().Add(time.Hour), "")
	if err := ben.Delete(m); err != nil {
		t.Fatal(err)
	}
	looks(before, "deleted")
	ref.Workspace = "T9"
	if _, err := o.running.Moved(t.Context(), ref, before); err == nil {
		t.Error("a message of a workspace that is not ours is looked at")
	}
}
