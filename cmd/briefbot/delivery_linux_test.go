package main

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot/discord/discordtest"
	"github.com/briefbot/briefbot/bot/slack/slacktest"
)

// until waits for something to come true.
func until(t *testing.T, what string, ok func() bool, saying ...func() string) {
	t.Helper()
	for deadline := time.Now().Add(patience); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			for _, say := range saying {
				t.Log(say())
			}
			t.Fatalf("it does not come: %s", what)
		}
	}
}

// wall is a channel as somebody in it sees it.
type wall struct {
	t       *testing.T
	name    string
	texts   func() []string // of its messages, but for those in threads
	threads func() string   // what is in the threads
}

func onDiscordWall(t *testing.T, c *discordtest.Client) wall {
	return wall{t, "Discord", func() (list []string) {
		for _, m := range c.Messages() {
			list = append(list, m.Seen().Text)
		}
		return list
	}, func() (all string) {
		for _, m := range c.Messages() {
			if thread := c.Thread(m); thread != nil {
				for _, m := range thread.Messages() {
					all += m.Seen().Text + "\n"
				}
			}
		}
		return all
	}}
}

func onSlackWall(t *testing.T, c *slacktest.Client) wall {
	return wall{t, "Slack", func() (list []string) {
		for _, m := range c.Messages() {
			if m.ThreadTS == "" || m.ThreadTS == m.TS {
				list = append(list, m.Seen().Text)
			}
		}
		return list
	}, func() (all string) {
		for _, m := range c.Messages() {
			if m.ThreadTS != "" && m.ThreadTS != m.TS {
				all += m.Seen().Text + "\n"
			}
		}
		return all
	}}
}

// with returns the messages that have the words.
func (w wall) with(words string) (list []string) {
	for _, text := range w.texts() {
		if strings.Contains(text, words) {
			list = append(list, text)
		}
	}
	return list
}

// shows waits for one message with the words.
func (w wall) shows(words string) {
	w.t.Helper()
	until(w.t, w.name+" shows one message with "+words, func() bool { return len(w.with(words)) == 1 })
}

// TestDelivery_OneStory is a digest's life on both platforms, with the real binary and a
// real clock: it is scheduled in the chat; the network is lost after it was posted, and the
// bot killed; another is kept from being posted at all. The bot that comes back finds the
// first on both platforms, and posts the other late. What is corrected then is corrected
// in the messages, their threads say so, and who watches is told.
func TestDelivery_OneStory(t *testing.T) {
	t.Parallel()
	o := openBothOffices(t, fasterEnv+"=20")
	o.roles()
	owner := o.discord["owner"].(onDiscord)
	slackOwner := o.slack["owner"].(onSlack)
	newsroom, lateroom := o.guild.NewChannel("news"), o.guild.NewChannel("late")
	room := o.team.NewChannel("news", slackOwner.c.Person(), o.team.Bot())
	news, late, slackNews := onDiscordWall(t, owner.c.Person().In(newsroom)), onDiscordWall(t, owner.c.Person().In(lateroom)), onSlackWall(t, slackOwner.c.Person().In(room))

	// What happens at the slot: on both platforms a message is applied, and the answer is
	// lost; a third request is lost before it is applied.
	o.server.Fault(discordtest.Fault{Method: "POST", Path: newsroom.ID + "/messages$", Kind: discordtest.ResetAfter})
	o.server.Fault(discordtest.Fault{Method: "POST", Path: lateroom.ID + "/messages$", Kind: discordtest.ResetBefore, Times: -1})
	o.slacks.Fault(slacktest.Fault{Path: "chat.postMessage$", Kind: slacktest.ResetAfter})

	zone, err := time.LoadLocation("Europe/Dublin")
	if err != nil {
		t.Fatal(err)
	}
	soon := time.Now().Add(8 * time.Second)
	slot := soon.Truncate(time.Minute).Add(time.Minute)
	clock := slot.In(zone).Format("15:04")
	when := "daily " + clock
	owner.ask(inv("digest create", "channel", newsroom.ID, "when", when, "zone", "Europe/Dublin", "name", "morning")).
		says(t, slot.In(zone).Format("Mon 2 Jan 2006, 15:04 MST"), slot.AddDate(0, 0, 2).In(zone).Format("Mon 2 Jan 2006, 15:04 MST"))
	owner.ask(inv("digest create", "channel", lateroom.ID, "when", when, "zone", "Europe/Dublin", "name", "late"))
	slackOwner.shows(slackOwner.c.Command("/brief", fmt.Sprintf(`digest create <#%s|news> "%s" zone:Europe/Dublin name:on-slack`, room.ID, when))).
		says(t, "is scheduled", "Europe/Dublin")

	time.Sleep(time.Until(slot))
	news.shows("Edition 1")
	slackNews.shows("Edition 1")
	if err := o.served.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	o.served.cmd.Wait()
	if posted := time.Since(slot); posted < 0 || posted > patience {
		t.Errorf("they were posted %s after the slot", posted)
	}

	time.Sleep(time.Until(slot.Add(50 * time.Second))) // it counts as late after 45
	o.server.ClearFaults()
	o.serve()
	late.shows("due " + clock + ", posted ")
	audit := func(name string) string { return owner.ask(inv("digest history", "name", name)).text }
	until(t, "all three are known to be posted", func() bool {
		return strings.Contains(audit("morning"), "posted") && strings.Contains(audit("late"), "posted") && strings.Contains(audit("on-slack"), "posted")
	})
	for _, w := range []wall{news, late, slackNews} {
		if got := w.with("Edition 1"); len(got) != 1 {
			t.Errorf("%d editions on %s: %q", len(got), w.name, got)
		}
	}
	for _, w := range []wall{news, slackNews} {
		if got := w.with("due " + clock); len(got) != 0 {
			t.Errorf("what was posted in time says that it is late: %q", got)
		}
	}

	// Who watches is told; what is corrected is corrected where it stands.
	editor := o.discord["editor"].(onDiscord)
	reader := o.slack["reader"].(onSlack)
	reader.ask(inv("watch add", "topic", "talks")).says(t, "You are watching")
	added := editor.ask(inv("book status", "track", "talks", "text", "They go on in Geneva.", "source", "https://example.org/a", "date", "yesterday 18:00", "trend", "improving"))
	added.says(t, "Added: status")
	reader.told("They go on in Geneva.")
	for _, name := range []string{"morning", "late", "on-slack"} {
		owner.ask(inv("digest run", "name", name)).says(t, "is being posted")
	}
	for _, w := range []wall{news, late, slackNews} {
		w.shows("Edition 2")
		if got := w.with("Edition 2")[0]; !strings.Contains(got, "They go on in Geneva.") {
			t.Errorf("the second edition does not say what changed: %s", got)
		}
	}
	pinned := owner.ask(inv("desk pin", "track", "talks", "channel", newsroom.ID))
	pinned.says(t, "Kept up to date")
	news.shows("kept up to date")

	id := regexp.MustCompile(`s-[0-9]{4}-[0-9]{2}-[0-9]{2}-\w+`).FindString(added.text)
	editor.ask(inv("book retract", "what", id, "why", "the source withdrew it")).says(t, "Taken out: status")
	for _, w := range []wall{news, late, slackNews} {
		until(t, "the copy on "+w.name+" is corrected", func() bool {
			got := w.with("Edition 2")
			return len(got) == 1 && strings.Contains(got[0], "RETRACTED")
		})
		until(t, "the thread on "+w.name+" says so", func() bool { return strings.Contains(w.threads(), "RETRACTED: They go on in Geneva.") }, w.threads, o.served.log.String, func() string { return owner.ask(inv("desk failures")).text })
	}
	until(t, "the card does not show it any more", func() bool {
		got := news.with("kept up to date")
		return len(got) == 1 && !strings.Contains(got[0], "They go on in Geneva.")
	})
}
