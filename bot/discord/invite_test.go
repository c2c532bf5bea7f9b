package discord_test

import (
	"net/url"
	"strconv"
	"testing"

	"github.com/bwmarrin/discordgo"
	"github.com/google/go-cmp/cmp"

	"github.com/briefbot/briefbot/bot/discord"
)

func TestInviteURL_AsksForTheLeastRights(t *testing.T) {
	u, err := url.Parse(discord.InviteURL("123456789012345678"))
	if err != nil {
		t.Fatal(err)
	}
	bits, err := strconv.ParseInt(u.Query().Get("permissions"), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	if want := int64(1<<10 | 1<<11 | 1<<14 | 1<<16 | 1<<35 | 1<<38); bits != want {
		t.Errorf("permissions %b, want %b", bits, want)
	}
	if bits&discordgo.PermissionAdministrator != 0 {
		t.Error("it asks for Administrator")
	}
	got := []string{u.Scheme, u.Host, u.Path, u.Query().Get("client_id"), u.Query().Get("scope")}
	if diff := cmp.Diff([]string{"https", "discord.com", "/oauth2/authorize", "123456789012345678", "bot applications.commands"}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, p := range discord.Permissions() {
		if p.Name == "" || p.Reason == "" {
			t.Errorf("permission %b has no name or no reason", p.Bit)
		}
	}
}
