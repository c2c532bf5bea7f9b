package discordtest_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/briefbot/briefbot/bot/discord/discordtest"
)

// TestRaw_A429IsSleptThroughWithoutEnd shows that discordgo waits out a rate
// limit and tries again for ever, and looks at no context while it sleeps.
func TestRaw_A429IsSleptThroughWithoutEnd(t *testing.T) {
	s := discordtest.New(t, discordtest.Options{})
	_, ch, _ := world(s)
	d := raw(t, s)
	const times = 8
	fault := discordtest.Fault{Method: "POST", Path: "/messages$", Times: times, Kind: discordtest.RateLimited, RetryAfter: 20 * time.Millisecond}
	s.Fault(fault)
	if _, err := d.ChannelMessageSendComplex(ch.ID, quiet("x")); err != nil {
		t.Fatal(err)
	}
	expect(t, "requests of one call", len(s.Requests()), times+1)
	fault.Times, fault.RetryAfter = 1, 500*time.Millisecond
	s.Fault(fault)
	ctx, cancel := context.WithCancel(context.Background())
	began := time.Now()
	d.AddHandler(func(*discordgo.Session, *discordgo.RateLimit) { cancel() }) // as soon as it sleeps
	_, err := d.ChannelMessageSendComplex(ch.ID, quiet("x"), discordgo.WithContext(ctx))
	if !errors.Is(err, context.Canceled) || time.Since(began) < fault.RetryAfter {
		t.Errorf("it gave up %v after the cancelling, with %v: discordgo looks at the context", time.Since(began), err)
	}
}

// TestRaw_ABucketIsKeptForEachInteractionToken shows that discordgo remembers
// a bucket for each token, for ever.
func TestRaw_ABucketIsKeptForEachInteractionToken(t *testing.T) {
	s := discordtest.New(t, discordtest.Options{})
	_, ch, ada := world(s)
	d := opened(t, s)
	register(t, s, m{"name": "who", "description": "Who is it"})
	answering(t, d, func(i *discordgo.Interaction) {
		_ = d.InteractionRespond(i, &discordgo.InteractionResponse{
			Type: discordgo.InteractionResponseChannelMessageWithSource,
			Data: &discordgo.InteractionResponseData{Content: "x", AllowedMentions: nobody()},
		})
	})
	buckets := map[*discordgo.Bucket]bool{}
	const asked = 5
	for range asked {
		if _, err := ada.In(ch).Slash("who"); err != nil {
			t.Fatal(err)
		}
		requests := s.Requests()
		path := requests[len(requests)-1].Path
		buckets[d.Ratelimiter.GetBucket(discordgo.EndpointDiscord[:len(discordgo.EndpointDiscord)-1]+path)] = true
	}
	expect(t, "buckets", len(buckets), asked)
}

func nobody() *discordgo.MessageAllowedMentions {
	return &discordgo.MessageAllowedMentions{Parse: []discordgo.AllowedMentionType{}}
}

func quiet(content string) *discordgo.MessageSend {
	return &discordgo.MessageSend{Content: content, AllowedMentions: nobody()}
}
