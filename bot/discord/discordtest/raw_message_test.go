package discordtest_test

import (
	"strings"
	"testing"

	"github.com/bwmarrin/discordgo"

	"github.com/briefbot/briefbot/bot/discord/discordtest"
)

// TestRaw_EmptyAllowedMentionsBecomeNull shows that the zero value of
// discordgo's allowed mentions does not switch them off.
func TestRaw_EmptyAllowedMentionsBecomeNull(t *testing.T) {
	s := discordtest.New(t, discordtest.Options{})
	_, ch, _ := world(s)
	d := raw(t, s)
	_, err := d.ChannelMessageSendComplex(ch.ID, &discordgo.MessageSend{Content: "x", AllowedMentions: &discordgo.MessageAllowedMentions{}})
	if err == nil {
		t.Error("it was taken: discordgo writes an empty list now")
	}
	if body := string(s.Requests()[0].Body); !strings.Contains(body, `"parse":null`) {
		t.Errorf("the body is %s", body)
	}
	expect(t, "violations", len(s.Violations()), 1)
}

// TestRaw_A502AfterApplyingMakesSeveralPosts shows that discordgo tries again
// what may have been done.
func TestRaw_A502AfterApplyingMakesSeveralPosts(t *testing.T) {
	s := discordtest.New(t, discordtest.Options{})
	_, ch, ada := world(s)
	s.Fault(discordtest.Fault{Method: "POST", Path: "/messages$", Times: 3, Kind: discordtest.StatusAfter, Status: 502})
	if _, err := raw(t, s).ChannelMessageSendComplex(ch.ID, quiet("x")); err != nil {
		t.Fatal(err)
	}
	expect(t, "posts of one call", len(ada.In(ch).Messages()), 4)
}
