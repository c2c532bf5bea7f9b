package discord

import (
	"net/url"
	"strconv"

	"github.com/bwmarrin/discordgo"
)

// Permission is a right that the bot asks for when it is invited, and why.
type Permission struct {
	Name   string // as Discord's settings show it
	Bit    int64
	Reason string
}

// Permissions returns the rights that the bot asks for: the least with which
// all of this version works. Answers to commands need none of them.
func Permissions() []Permission {
	return []Permission{
		{"View Channels", discordgo.PermissionViewChannel, "to post into a channel, it must be able to see it"},
		{"Send Messages", discordgo.PermissionSendMessages, "for digests and “Post to channel”"},
		{"Send Messages in Threads", discordgo.PermissionSendMessagesInThreads, "for the rest of a digest, corrections, and “Post to channel” in a thread, where the right to send messages does not hold"},
		{"Create Public Threads", discordgo.PermissionCreatePublicThreads, "for the rest of a digest and for corrections, below the message"},
		{"Read Message History", discordgo.PermissionReadMessageHistory, "to find out whether a message of which Discord did not say so was posted, so that none comes twice"},
		{"Embed Links", discordgo.PermissionEmbedLinks, "a posted answer is an embed; without this right Discord shows an empty message"},
	}
}

// InviteURL returns the address that adds the application to a server with
// those permissions and no others. It asks for no privileged intent.
func InviteURL(applicationID string) string {
	var bits int64
	for _, p := range Permissions() {
		bits |= p.Bit
	}
	q := url.Values{
		"client_id":   {applicationID},
		"scope":       {"bot applications.commands"},
		"permissions": {strconv.FormatInt(bits, 10)},
	}
	return "https://discord.com/oauth2/authorize?" + q.Encode()
}
