package slacktest

import (
	"net/http"
	"slices"
	"strings"
)

// method is a method of the API that the server knows.
type method struct {
	// tier says how often it may be called: 1 to 4, or special for
	// chat.postMessage, or 0 for as often as one likes.
	tier tier
	// scopes are those of which one is needed; nil for none. Methods on
	// conversations look at them again by the sort of conversation.
	scopes []string
	// app is whether it takes an app-level token instead of a bot token.
	app bool
	// handle is called with mu held.
	handle func(*call) (object, *apiError)
}

// methods returns all that the server knows; a function, for it refers to
// handlers that refer to it. Tiers and scopes are those of the methods' pages
// as of September 2026.
func methods() map[string]*method {
	var (
		write   = []string{"chat:write"}
		reading = []string{"channels:read", "groups:read", "im:read", "mpim:read"}
		history = []string{"channels:history", "groups:history", "im:history", "mpim:history"}
		users   = []string{"users:read"}
		groups  = []string{"usergroups:read"}
	)
	return map[string]*method{
		"auth.test":                    {0, nil, false, (*call).authTest},
		"apps.connections.open":        {tier1, nil, true, (*call).openConnection},
		"api.test":                     {0, nil, false, (*call).apiTest},
		"team.info":                    {tier3, []string{"team:read"}, false, (*call).teamInfo},
		"bots.info":                    {tier3, users, false, (*call).botInfo},
		"chat.postMessage":             {special, write, false, (*call).postMessage},
		"chat.postEphemeral":           {tier4, write, false, (*call).postEphemeral},
		"chat.update":                  {tier3, write, false, (*call).updateMessage},
		"chat.delete":                  {tier3, write, false, (*call).deleteMessage},
		"chat.getPermalink":            {special, nil, false, (*call).permalink},
		"conversations.info":           {tier3, reading, false, (*call).channelInfo},
		"conversations.list":           {tier2, reading, false, (*call).channelList},
		"conversations.members":        {tier4, reading, false, (*call).channelMembers},
		"conversations.history":        {tier3, history, false, (*call).history},
		"conversations.replies":        {tier3, history, false, (*call).replies},
		"conversations.open":           {tier3, []string{"im:write", "mpim:write", "channels:manage", "groups:write"}, false, (*call).openDirect},
		"conversations.join":           {tier3, []string{"channels:join"}, false, (*call).joinChannel},
		"users.info":                   {tier4, users, false, (*call).userInfo},
		"users.list":                   {tier2, users, false, (*call).userList},
		"users.conversations":          {tier3, reading, false, (*call).userChannels},
		"usergroups.list":              {tier2, groups, false, (*call).groupList},
		"usergroups.users.list":        {tier2, groups, false, (*call).groupUsers},
		"views.open":                   {tier4, nil, false, (*call).openView},
		"views.push":                   {tier4, nil, false, (*call).pushView},
		"views.update":                 {tier4, nil, false, (*call).updateView},
		"views.publish":                {tier4, nil, false, (*call).publishView},
		"files.getUploadURLExternal":   {tier4, []string{"files:write"}, false, (*call).uploadURL},
		"files.completeUploadExternal": {tier4, []string{"files:write"}, false, (*call).completeUpload},
		"reactions.add":                {tier3, []string{"reactions:write"}, false, (*call).addReaction},
	}
}

// allScopes are the scopes that the server knows.
func allScopes() []string {
	return []string{
		"app_mentions:read", "channels:history", "channels:join", "channels:read", "chat:write", "chat:write.public", "commands", "files:read", "files:write",
		"groups:history", "groups:read", "im:history", "im:read", "im:write", "mpim:history", "mpim:read",
		"reactions:write", "team:read", "usergroups:read", "users:read", "users:read.email",
	}
}

// need returns an error where the token has none of the scopes. Callers hold
// mu.
func (c *call) need(scopes ...string) *apiError {
	if len(scopes) == 0 || slices.ContainsFunc(scopes, func(s string) bool { return slices.Contains(c.team.scopes, s) }) {
		return nil
	}
	return &apiError{code: "missing_scope", needed: strings.Join(scopes, ","), provided: strings.Join(c.team.scopes, ",")}
}

// scopeHeader says what the token may do and what the method needs.
func (c *call) scopeHeader() http.Header {
	h := http.Header{}
	if c.team == nil {
		return h
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	h.Set("X-OAuth-Scopes", strings.Join(c.team.scopes, ","))
	if len(c.method.scopes) > 0 {
		h.Set("X-Accepted-OAuth-Scopes", strings.Join(c.method.scopes, ","))
	}
	return h
}
