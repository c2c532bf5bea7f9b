package main

import (
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"

	"github.com/briefbot/briefbot/briefings"
)

// admins is the key with the accounts that the operator makes admins, whatever the
// books say: the first admin of a platform may be nobody who runs a workspace.
func (r *configReader) admins(t *ties, table string) setting {
	return setting{"admins", func(k *tomlKey) {
		if k.value.kind != unstable.Array {
			r.report(k.line, table+" admins", `This takes a list of accounts: admins = ["…", "…"].`)
			return
		}
		for _, item := range k.value.items {
			id := strings.TrimSpace(item.text)
			switch {
			case item.kind != unstable.String || id == "":
				r.report(k.line, table+" admins", `Put each account between quotes: admins = ["…", "…"].`)
			case strings.ContainsAny(id, " @<>/"):
				r.report(k.line, table+" admins", "%s is not the id of an account, and names can be anybody's. %s", shownValue(id), t.whereAccount())
			case !slices.Contains(t.admins, briefings.UserID(id)):
				t.admins = append(t.admins, briefings.UserID(id))
			}
		}
	}}
}

// whereAccount says where people find the id of an account.
func (t *ties) whereAccount() string {
	if t.name == "Slack" {
		return "In Slack, open somebody's profile, and under ⋮ choose Copy member ID."
	}
	return "In Discord, turn on Developer Mode, right-click on somebody and choose Copy User ID."
}

// adminsOf are the accounts that the config makes admins.
func (c *config) adminsOf() []briefings.Actor {
	var list []briefings.Actor
	for _, t := range c.ties() {
		for _, id := range t.admins {
			list = append(list, briefings.Actor{Platform: t.platform, User: id})
		}
	}
	return list
}
