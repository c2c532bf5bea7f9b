package discordtest

import (
	"net/http"
	"net/url"
	"strings"
)

// route is a method and a path that the server knows.
type route struct {
	method  string
	pattern string // as in the OpenAPI document
	// tokened routes carry a token of their own in the path.
	tokened bool
	// handle is called with mu held.
	handle func(*call) (status int, body any, err *apiError)
}

// routes returns all that the server knows; a function, for it refers to
// handlers that refer to it.
func routes() []*route {
	const (
		commands      = "/applications/{application_id}/commands"
		guildCommands = "/applications/{application_id}/guilds/{guild_id}/commands"
		hook          = "/webhooks/{webhook_id}/{webhook_token}"
	)
	return []*route{
		{"GET", "/gateway", true, (*call).getGateway},
		{"GET", "/gateway/bot", false, (*call).getGatewayBot},
		{"GET", "/users/@me", false, (*call).getMe},
		{"GET", "/users/@me/guilds", false, (*call).getMyGuilds},
		{"POST", "/users/@me/channels", false, (*call).openDirect},
		{"GET", "/applications/@me", false, (*call).getApplication},
		{"GET", "/oauth2/applications/@me", false, (*call).getApplication},
		{"GET", "/guilds/{guild_id}", false, (*call).getGuild},
		{"GET", "/guilds/{guild_id}/members/{user_id}", false, (*call).getMember},
		{"GET", "/channels/{channel_id}", false, (*call).getChannel},
		{"GET", "/channels/{channel_id}/thread-members/{user_id}", false, (*call).getThreadMember},
		{"GET", "/channels/{channel_id}/messages", false, (*call).listMessages},
		{"POST", "/channels/{channel_id}/messages", false, (*call).createMessage},
		{"GET", "/channels/{channel_id}/messages/{message_id}", false, (*call).getMessage},
		{"PATCH", "/channels/{channel_id}/messages/{message_id}", false, (*call).editMessage},
		{"DELETE", "/channels/{channel_id}/messages/{message_id}", false, (*call).deleteMessage},
		{"POST", "/channels/{channel_id}/messages/{message_id}/threads", false, (*call).startThread},
		{"GET", commands, false, (*call).listCommands},
		{"PUT", commands, false, (*call).putCommands},
		{"POST", commands, false, (*call).createCommand},
		{"GET", commands + "/{command_id}", false, (*call).getCommand},
		{"PATCH", commands + "/{command_id}", false, (*call).patchCommand},
		{"DELETE", commands + "/{command_id}", false, (*call).deleteCommand},
		{"GET", guildCommands, false, (*call).listCommands},
		{"PUT", guildCommands, false, (*call).putCommands},
		{"POST", guildCommands, false, (*call).createCommand},
		{"GET", guildCommands + "/{command_id}", false, (*call).getCommand},
		{"PATCH", guildCommands + "/{command_id}", false, (*call).patchCommand},
		{"DELETE", guildCommands + "/{command_id}", false, (*call).deleteCommand},
		{"POST", "/interactions/{interaction_id}/{interaction_token}/callback", true, (*call).respond},
		{"POST", hook, true, (*call).followUp},
		{"GET", hook + "/messages/@original", true, (*call).getAnswer},
		{"PATCH", hook + "/messages/@original", true, (*call).editAnswer},
		{"DELETE", hook + "/messages/@original", true, (*call).deleteAnswer},
		{"GET", hook + "/messages/{message_id}", true, (*call).getAnswer},
		{"PATCH", hook + "/messages/{message_id}", true, (*call).editAnswer},
		{"DELETE", hook + "/messages/{message_id}", true, (*call).deleteAnswer},
	}
}

// match finds the route of a request. Unknown ones are violations: either the
// bot is wrong, or the server must learn the route.
func match(method, escaped string) (*route, map[string]string, *apiError) {
	segments := strings.Split(escaped, "/")
	known := false
	for _, r := range routes() {
		params, ok := fit(strings.Split(r.pattern, "/"), segments)
		if !ok {
			continue
		}
		if r.method == method {
			return r, params, nil
		}
		known = true
	}
	if known {
		return nil, nil, &apiError{status: http.StatusMethodNotAllowed, message: "405: Method Not Allowed", violation: "the route does not have this method"}
	}
	return nil, nil, &apiError{status: http.StatusNotFound, message: "404: Not Found", violation: "there is no such route"}
}

// fit reports whether segments of a path are those of a pattern.
func fit(pattern, segments []string) (map[string]string, bool) {
	if len(pattern) != len(segments) {
		return nil, false
	}
	params := map[string]string{}
	for i, p := range pattern {
		value, err := url.PathUnescape(segments[i])
		switch {
		case err != nil:
			return nil, false
		case !strings.HasPrefix(p, "{"):
			if p != value {
				return nil, false
			}
		case value == "" || strings.HasPrefix(value, "@"):
			return nil, false
		default:
			params[strings.Trim(p, "{}")] = value
		}
	}
	return params, true
}
