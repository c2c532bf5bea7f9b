package discordtest_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/briefbot/briefbot/bot/discord/discordtest"
)

// register registers commands globally.
func register(t *testing.T, s *discordtest.Server, commands ...any) {
	t.Helper()
	if r := do(t, s, "PUT", "/applications/"+s.ApplicationID()+"/commands", commands); r.Status != 200 {
		t.Fatalf("register: %d %s", r.Status, r.Raw)
	}
}

// who is a command with an option of each sort that matters.
var who = m{
	"name": "who", "description": "Who is it",
	"options": []any{
		m{"type": 3, "name": "name", "description": "A name", "required": true, "autocomplete": true, "max_length": 20},
		m{"type": 4, "name": "days", "description": "How many", "min_value": 1, "max_value": 30},
		m{"type": 5, "name": "full", "description": "All of it"},
		m{"type": 3, "name": "order", "description": "Which first", "choices": []any{m{"name": "Newest", "value": "new"}, m{"name": "Oldest", "value": "old"}}},
	},
}

// taken collects interactions.
func taken(d *discordgo.Session) <-chan *discordgo.Interaction {
	c := make(chan *discordgo.Interaction, 100)
	d.AddHandler(func(_ *discordgo.Session, i *discordgo.InteractionCreate) { c <- i.Interaction })
	return c
}

// answering answers each interaction by a function of the bot's, which has
// returned when the test ends.
func answering(t *testing.T, d *discordgo.Session, f func(*discordgo.Interaction)) {
	var mu sync.RWMutex // read-locked while f runs
	ended := false
	d.AddHandler(func(_ *discordgo.Session, i *discordgo.InteractionCreate) {
		mu.RLock()
		defer mu.RUnlock()
		if !ended {
			f(i.Interaction)
		}
	})
	t.Cleanup(func() {
		mu.Lock()
		defer mu.Unlock()
		ended = true
	})
}

func callback(i *discordgo.Interaction) string {
	return fmt.Sprintf("/interactions/%s/%s/callback", i.ID, i.Token)
}

func hook(s *discordtest.Server, i *discordgo.Interaction) string {
	return "/webhooks/" + s.ApplicationID() + "/" + i.Token
}

func TestSlash_IsCheckedByTheClientFirst(t *testing.T) {
	s := discordtest.New(t, discordtest.Options{})
	g, ch, ada := world(s)
	c := ada.In(ch)
	if _, err := c.Slash("who"); !errors.Is(err, discordtest.ErrUnknownCommand) {
		t.Errorf("an unregistered command: %v", err)
	}
	register(t, s, who)
	name := discordtest.Option{Name: "name", Value: "Witkoff"}
	for _, bad := range [][]discordtest.Option{
		{},
		{name, {Name: "nope", Value: "x"}},
		{name, {Name: "days", Value: 31}},
		{name, {Name: "days", Value: "1"}},
		{name, {Name: "full", Value: "yes"}},
		{name, {Name: "order", Value: "sideways"}},
		{{Name: "name", Value: "a name of more than twenty"}},
		{{Name: "name", Value: ""}},
		{name, name},
	} {
		if _, err := c.Slash("who", bad...); !errors.Is(err, discordtest.ErrBadOption) {
			t.Errorf("%v: got %v", bad, err)
		}
	}
	if _, err := c.Slash("who", name); !errors.Is(err, discordtest.ErrNoConnection) {
		t.Errorf("without a session: %v", err)
	}
	g.SetPermissions(ada, discordtest.ViewChannel)
	if _, err := c.Slash("who", name); !errors.Is(err, discordtest.ErrUnknownCommand) {
		t.Errorf("without the permission: %v", err)
	}
}

func TestSlash_GuildCommandsAreNotInDMs(t *testing.T) {
	s := discordtest.New(t, discordtest.Options{})
	g, ch, ada := world(s)
	r := do(t, s, "POST", "/applications/"+s.ApplicationID()+"/guilds/"+g.ID+"/commands", m{"name": "here", "description": "Only here"})
	expect(t, "status", r.Status, 201)
	register(t, s, m{"name": "guilds", "description": "x", "contexts": []int{0}}, m{"name": "both", "description": "x"})
	if got := fmt.Sprint(ada.In(ch).Offered()); got != "[here guilds both]" {
		t.Errorf("in the guild: %s", got)
	}
	if got := fmt.Sprint(ada.DM().Offered()); got != "[both]" {
		t.Errorf("in the DM: %s", got)
	}
}

func TestInteraction_HasTheShapeOfTheDocumentation(t *testing.T) {
	s := discordtest.New(t, discordtest.Options{AnswerWithin: 50 * time.Millisecond})
	g, ch, ada := world(s)
	register(t, s, who)
	got := taken(opened(t, s))
	_, err := ada.In(ch).Slash("who", discordtest.Option{Name: "name", Value: "Witkoff"}, discordtest.Option{Name: "days", Value: 3})
	if !errors.Is(err, discordtest.ErrNoResponse) {
		t.Errorf("got %v", err)
	}
	i := <-got
	data := i.ApplicationCommandData()
	expect(t, "guild", i.GuildID, g.ID)
	expect(t, "channel", i.ChannelID, ch.ID)
	expect(t, "member", i.Member.User.ID, ada.ID)
	expect(t, "permissions", i.Member.Permissions, discordtest.MemberPermissions)
	expect(t, "app permissions", i.AppPermissions, discordtest.BotPermissions)
	expect(t, "owner", i.AuthorizingIntegrationOwners[0], g.ID)
	expect(t, "context", i.Context, discordgo.InteractionContextGuild)
	expect(t, "option", data.Options[0].StringValue(), "Witkoff")
	expect(t, "option", data.Options[1].IntValue(), 3)
	if _, err := ada.DM().Slash("who", discordtest.Option{Name: "name", Value: "x"}); !errors.Is(err, discordtest.ErrNoResponse) {
		t.Errorf("got %v", err)
	}
	i = <-got
	if i.Member != nil || i.User == nil || i.User.ID != ada.ID || i.Context != discordgo.InteractionContextBotDM || i.AuthorizingIntegrationOwners[0] != "0" {
		t.Errorf("in a DM: %+v", i)
	}
	expect(t, "unanswered", len(s.Unanswered()), 2)
	expect(t, "a late response", do(t, s, "POST", callback(i), m{"type": 5}).code(), 10062)
	expect(t, "a late follow-up", do(t, s, "POST", hook(s, i), m{"content": "x", "allowed_mentions": silent}).code(), 10015)
}

func TestInteraction_IsAnsweredOnce(t *testing.T) {
	s := discordtest.New(t, discordtest.Options{})
	_, ch, ada := world(s)
	register(t, s, m{"name": "who", "description": "x"})
	codes := make(chan int, 10)
	answering(t, opened(t, s), func(i *discordgo.Interaction) {
		codes <- do(t, s, "POST", callback(i), m{"type": 4, "data": m{"content": "hello", "flags": 64, "allowed_mentions": silent}}).code()
	})
	got, err := ada.In(ch).Slash("who")
	if err != nil || got.Content != "hello" || !got.Ephemeral {
		t.Fatalf("got %+v, %v", got, err)
	}
	s.Redeliver(2)
	expect(t, "the first", <-codes, 0)
	expect(t, "the second", <-codes, 40060)
	expect(t, "the third", <-codes, 40060)
	eve := s.NewPerson("eve")
	expect(t, "what the person sees", len(ada.In(ch).Messages()), 1)
	expect(t, "what others see", len(eve.In(ch).Messages()), 0)
}

func TestInteraction_DeferralFixesWhoSees(t *testing.T) {
	now := time.Now()
	clock := make(chan time.Duration, 1)
	clock <- 0
	s := discordtest.New(t, discordtest.Options{Now: func() time.Time {
		d := <-clock
		clock <- d
		return now.Add(d)
	}})
	_, ch, ada := world(s)
	register(t, s, m{"name": "who", "description": "x"})
	token := make(chan *discordgo.Interaction, 1)
	answering(t, opened(t, s), func(i *discordgo.Interaction) {
		expect(t, "too early", do(t, s, "PATCH", hook(s, i)+"/messages/@original", m{"content": "x", "allowed_mentions": silent}).code(), 10015)
		expect(t, "defer", do(t, s, "POST", callback(i), m{"type": 5}).Status, 204)
		expect(t, "edit", do(t, s, "PATCH", hook(s, i)+"/messages/@original", m{"content": "there", "flags": 64, "allowed_mentions": silent}).Status, 200)
		expect(t, "more", do(t, s, "POST", hook(s, i), m{"content": "more", "flags": 64, "allowed_mentions": silent}).Status, 200)
		token <- i
	})
	got, err := ada.In(ch).Slash("who")
	if err != nil || got.Content != "there" || got.Ephemeral || got.Deferred {
		t.Fatalf("got %+v, %v", got, err)
	}
	i := <-token
	all := ada.In(ch).Messages()
	if len(all) != 2 || !all[1].Ephemeral {
		t.Errorf("got %+v", all)
	}
	<-clock
	clock <- 16 * time.Minute
	expect(t, "after 15 minutes", do(t, s, "PATCH", hook(s, i)+"/messages/@original", m{"content": "x", "allowed_mentions": silent}).code(), 50027)
}

func TestInteraction_ResponsesFitTheirKind(t *testing.T) {
	s := discordtest.New(t, discordtest.Options{})
	_, ch, ada := world(s)
	register(t, s, who)
	done := make(chan bool, 1)
	answering(t, opened(t, s), func(i *discordgo.Interaction) {
		if i.Type == discordgo.InteractionApplicationCommandAutocomplete {
			expect(t, "a message for a completion", do(t, s, "POST", callback(i), m{"type": 4, "data": m{"content": "x", "allowed_mentions": silent}}).code(), 50035)
			var many []any
			for n := range 26 {
				many = append(many, m{"name": fmt.Sprint("n", n), "value": fmt.Sprint(n)})
			}
			expect(t, "26 choices", do(t, s, "POST", callback(i), m{"type": 8, "data": m{"choices": many}}).code(), 50035)
			expect(t, "a long name", do(t, s, "POST", callback(i), m{"type": 8, "data": m{"choices": []any{m{"name": fmt.Sprintf("%0101d", 1), "value": "x"}}}}).code(), 50035)
			expect(t, "choices", do(t, s, "POST", callback(i), m{"type": 8, "data": m{"choices": many[:25]}}).Status, 204)
			return
		}
		expect(t, "choices for a command", do(t, s, "POST", callback(i), m{"type": 8, "data": m{"choices": []any{}}}).code(), 50035)
		expect(t, "an update of nothing", do(t, s, "POST", callback(i), m{"type": 6}).code(), 50035)
		expect(t, "no such type", do(t, s, "POST", callback(i), m{"type": 77}).code(), 50035)
		expect(t, "an empty message", do(t, s, "POST", callback(i), m{"type": 4, "data": m{"allowed_mentions": silent}}).code(), 50006)
		r := do(t, s, "POST", callback(i)+"?with_response=true", m{"type": 4, "data": m{"content": "x", "allowed_mentions": silent}})
		if r.Status != 200 || r.Body["resource"].(m)["message"].(m)["content"] != "x" {
			t.Errorf("with_response: %d %s", r.Status, r.Raw)
		}
		done <- true
	})
	choices, err := ada.In(ch).Complete("who", "name", "wit")
	if err != nil || len(choices) != 25 {
		t.Errorf("got %d choices, %v", len(choices), err)
	}
	if _, err := ada.In(ch).Slash("who", discordtest.Option{Name: "name", Value: "x"}); err != nil {
		t.Error(err)
	}
	<-done
	expect(t, "violations", len(s.Violations()), 7)
}
