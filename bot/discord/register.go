package discord

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/bwmarrin/discordgo"

	"github.com/briefbot/briefbot/bot"
)

// register sees to it that Discord keeps the commands as they are declared, in
// the scope that the operator chose and in no other. It writes only where they
// differ: Discord lets 200 commands be made a day.
func (d *Discord) register(ctx context.Context, commands []bot.Command) error {
	want := declare(commands, d.opts.Scope)
	app := d.application()
	global := discordgo.EndpointApplicationGlobalCommands(app)
	var errs []error
	put := func(where, address string, want []declaration) {
		if err := d.put(ctx, where, address, want); err != nil {
			if code(err) == codeMissingAccess {
				err = fmt.Errorf("the bot is not in that server; open the link of 'briefbot discord invite': %w", err)
			}
			errs = append(errs, fmt.Errorf("register the commands %s: %w", where, err))
		}
	}
	inServers := []declaration{}
	if d.opts.Scope == Servers {
		inServers, want = want, []declaration{}
	}
	put("globally", global, want)
	for _, server := range d.opts.Servers {
		put("in server "+string(server), discordgo.EndpointApplicationGuildCommands(app, string(server)), inServers)
	}
	return errors.Join(errs...)
}

// put makes the commands at an address those that are wanted.
func (d *Discord) put(ctx context.Context, where, address string, want []declaration) error {
	var have []declaration
	err := d.api.call(ctx, http.MethodGet, address+"?with_localizations=true", "commands", nil, &have)
	if err == nil && equal(have, want) {
		return nil
	}
	if err != nil && len(want) == 0 { // there is nothing to take away, as far as is known
		return err
	}
	if err := d.api.call(ctx, http.MethodPut, address, "commands", want, nil); err != nil {
		return err
	}
	d.log.Info("registered the commands", "where", where, "commands", len(want))
	return nil
}

// equal reports whether Discord keeps the commands that are wanted, in whatever
// order; verbs and arguments are compared in theirs, in which they are shown. What
// Discord fills in by itself makes no difference.
func equal(have, want []declaration) bool {
	have, want = slices.Clone(have), slices.Clone(want)
	scoped := slices.ContainsFunc(want, func(d declaration) bool { return d.Contexts != nil })
	for _, list := range [][]declaration{have, want} {
		for i := range list {
			if !scoped {
				list[i].Contexts, list[i].Installs = nil, nil
			}
		}
		slices.SortFunc(list, func(a, b declaration) int {
			return cmp.Or(cmp.Compare(a.Type, b.Type), strings.Compare(a.Name, b.Name))
		})
	}
	a, err := json.Marshal(have)
	b, err2 := json.Marshal(want)
	return err == nil && err2 == nil && len(have) == len(want) && (len(have) == 0 || bytes.Equal(a, b))
}
