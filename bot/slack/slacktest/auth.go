package slacktest

// kindOf says what sort of token it is. Callers hold mu.
func (c *call) kindOf(token string) string {
	switch {
	case token == "":
		return "none"
	case token == c.s.o.AppToken:
		return "app"
	case c.s.teamOf(token) != nil:
		return "bot"
	}
	return "unknown"
}

// authorize finds whose token it is, and what it may do. Callers hold mu.
func (c *call) authorize(token string) *apiError {
	if c.name == "api.test" || c.name == "auth.test" && token == c.s.o.AppToken {
		return nil
	}
	if token == "" {
		return wrong("not_authed", "there is no token")
	}
	if c.method.app {
		if token != c.s.o.AppToken {
			if c.s.teamOf(token) != nil {
				return wrong("not_allowed_token_type", "the method takes an app-level token")
			}
			return fail("invalid_auth")
		}
		return nil
	}
	if token == c.s.o.AppToken {
		return wrong("not_allowed_token_type", "the method takes a bot token")
	}
	t := c.s.teamOf(token)
	switch {
	case t == nil:
		return fail("invalid_auth")
	case t.revoked:
		return c.dead(t, "token_revoked")
	case t.inactive:
		return c.dead(t, "account_inactive")
	}
	c.team = t
	return c.need(c.method.scopes...)
}

// teamOf returns the workspace of a bot token. Callers hold mu.
func (s *Server) teamOf(token string) *Team {
	for _, t := range s.teams {
		if t.token == token {
			return t
		}
	}
	return nil
}
