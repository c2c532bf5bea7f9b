package discordtest

// Permissions that the server enforces or reports.
const (
	Administrator          int64 = 1 << 3
	ManageGuild            int64 = 1 << 5
	ViewChannel            int64 = 1 << 10
	SendMessages           int64 = 1 << 11
	ManageMessages         int64 = 1 << 13
	EmbedLinks             int64 = 1 << 14
	AttachFiles            int64 = 1 << 15
	ReadMessageHistory     int64 = 1 << 16
	MentionEveryone        int64 = 1 << 17
	ManageRoles            int64 = 1 << 28
	UseApplicationCommands int64 = 1 << 31
	CreatePublicThreads    int64 = 1 << 35
	SendMessagesInThreads  int64 = 1 << 38
	UseExternalApps        int64 = 1 << 50
)

const allPermissions int64 = 1<<53 - 1

// What the bot and a person may do where nothing else was said.
const (
	BotPermissions    = ViewChannel | SendMessages | EmbedLinks | ReadMessageHistory | CreatePublicThreads | SendMessagesInThreads | UseApplicationCommands
	MemberPermissions = ViewChannel | SendMessages | EmbedLinks | AttachFiles | ReadMessageHistory | SendMessagesInThreads | UseApplicationCommands | UseExternalApps
)

// directPermissions are what everybody may do in a direct message.
const directPermissions = ViewChannel | SendMessages | EmbedLinks | AttachFiles | ReadMessageHistory | MentionEveryone | UseApplicationCommands | UseExternalApps

// may returns what somebody may do in a channel. Callers hold mu.
func (c *Channel) may(p *Person) int64 {
	if c.guild == nil {
		if p == c.recipient || p.bot {
			return directPermissions
		}
		return 0
	}
	m := c.guild.members[p.ID]
	if m == nil {
		return 0
	}
	perms := m.permissions
	if perms&Administrator != 0 {
		return allPermissions
	}
	at := c
	if c.parent != nil {
		at = c.parent
	}
	if own, ok := at.overrides[p.ID]; ok {
		perms = own
	}
	if perms&Administrator != 0 {
		return allPermissions
	}
	if perms&ViewChannel == 0 {
		return 0 // who does not see the channel can do nothing in it
	}
	return perms
}

// sendRight is the permission that posting in the channel needs.
func (c *Channel) sendRight() int64 {
	if c.parent != nil {
		return SendMessagesInThreads
	}
	return SendMessages
}
