package discordtest

import (
	"net/http"
	"slices"
	"time"

	"github.com/briefbot/briefbot/bot/bottest/standin"
)

// Types of command.
const (
	chatCommand    = 1
	userCommand    = 2
	messageCommand = 3
	entryCommand   = 4
)

// Bounds on the commands of one scope.
const (
	maxChatCommands = 100
	maxMenuCommands = 15
	createsADay     = 200
)

// registry is what the application has registered, by scope: "" is global, and
// every other scope a guild's id.
type registry struct {
	scopes  map[string][]object
	creates map[string][]time.Time
}

func newRegistry() registry {
	return registry{scopes: map[string][]object{}, creates: map[string][]time.Time{}}
}

// Commands returns what is registered for a guild, or globally for nil, as the
// API would list it.
func (s *Server) Commands(g *Guild) []map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	scope := ""
	if g != nil {
		scope = g.ID
	}
	var out []map[string]any
	for _, c := range s.commands.scopes[scope] {
		out = append(out, standin.Clone(c))
	}
	return out
}

// AddCommand registers a global command as an older version of the bot would have.
func (s *Server) AddCommand(cmd map[string]any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.commands.scopes[""] = append(s.commands.scopes[""], s.shape(standin.Clone(cmd), nil, ""))
	s.host.Note()
}

// SpendCreates uses up n of the day's creations of commands, as another
// process of the same application would.
func (s *Server) SpendCreates(g *Guild, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	scope := ""
	if g != nil {
		scope = g.ID
	}
	for range n {
		s.commands.creates[scope] = append(s.commands.creates[scope], s.o.Now())
	}
}

// scope returns the scope of a request. Callers hold mu.
func (c *call) scope() (string, *apiError) {
	if c.params["application_id"] != c.s.bot.ID {
		return "", fail(http.StatusForbidden, 20012, "You are not authorized to perform this action on this application")
	}
	id := c.params["guild_id"]
	if id == "" {
		return "", nil
	}
	if g := c.s.guilds[id]; g == nil || g.members[c.s.bot.ID] == nil {
		return "", errNoAccess
	}
	return id, nil
}

func (c *call) listCommands() (int, any, *apiError) {
	scope, err := c.scope()
	if err != nil {
		return 0, nil, err
	}
	out := []any{}
	full := c.query.Get("with_localizations") == "true"
	for _, cmd := range c.s.commands.scopes[scope] {
		out = append(out, listed(cmd, full))
	}
	return http.StatusOK, out, nil
}

// listed returns a command as lists hold it: without its translations unless
// they are asked for.
func listed(cmd object, full bool) object {
	out := standin.Clone(cmd)
	if full {
		return out
	}
	var strip func(object)
	strip = func(o object) {
		delete(o, "name_localizations")
		delete(o, "description_localizations")
		for _, key := range []string{"options", "choices"} {
			for _, inner := range objects(list(o, key)) {
				strip(inner)
			}
		}
	}
	strip(out)
	return out
}

// putCommands replaces all commands of a scope. Those of names that were there
// keep their ids.
func (c *call) putCommands() (int, any, *apiError) {
	scope, err := c.scope()
	if err != nil {
		return 0, nil, err
	}
	asked, _ := c.body.([]any)
	var p problems
	for i, cmd := range objects(asked) {
		checkCommand(&p, path(nil, i), cmd, scope)
	}
	checkNames(&p, objects(asked))
	if err := c.refuse(&p); err != nil {
		return 0, nil, err
	}
	var next []object
	created := 0
	for _, cmd := range objects(asked) {
		old := c.s.commands.named(scope, kindOf(cmd), str(cmd, "name"))
		if old == nil {
			created++
		}
		next = append(next, c.s.shape(cmd, old, scope))
	}
	if err := c.s.create(scope, created); err != nil {
		return 0, nil, err
	}
	c.s.commands.scopes[scope] = next
	c.s.host.Note()
	return c.listFull(next)
}

func (c *call) listFull(l []object) (int, any, *apiError) {
	out := []any{}
	for _, cmd := range l {
		out = append(out, standin.Clone(cmd))
	}
	return http.StatusOK, out, nil
}

// createCommand adds a command, or overwrites the one of the same name.
func (c *call) createCommand() (int, any, *apiError) {
	scope, err := c.scope()
	if err != nil {
		return 0, nil, err
	}
	var p problems
	checkCommand(&p, nil, c.form, scope)
	if err := c.refuse(&p); err != nil {
		return 0, nil, err
	}
	old := c.s.commands.named(scope, kindOf(c.form), str(c.form, "name"))
	next := c.s.shape(c.form, old, scope)
	all := c.s.commands.scopes[scope]
	if old != nil {
		all[slices.IndexFunc(all, func(o object) bool { return str(o, "id") == str(old, "id") })] = next
		c.s.host.Note()
		return http.StatusOK, standin.Clone(next), nil
	}
	if err := tooMany(append(slices.Clone(all), next)); err != nil {
		return 0, nil, err
	}
	if err := c.s.create(scope, 1); err != nil {
		return 0, nil, err
	}
	c.s.commands.scopes[scope] = append(all, next)
	c.s.host.Note()
	return http.StatusCreated, standin.Clone(next), nil
}

// tooMany returns an error where a scope has more commands than it may.
func tooMany(all []object) *apiError {
	count := map[int]int{}
	for _, cmd := range all {
		count[kindOf(cmd)]++
	}
	if count[chatCommand] > maxChatCommands || count[userCommand] > maxMenuCommands || count[messageCommand] > maxMenuCommands || count[entryCommand] > 1 {
		err := fail(http.StatusBadRequest, 30032, "Maximum number of application commands reached (100)")
		err.violation = "there are more commands than a scope may have"
		return err
	}
	return nil
}

// create counts commands that are made against the day's bound.
func (s *Server) create(scope string, n int) *apiError {
	now := s.o.Now()
	kept := slices.DeleteFunc(s.commands.creates[scope], func(t time.Time) bool { return now.Sub(t) >= 24*time.Hour })
	if len(kept)+n > createsADay {
		s.commands.creates[scope] = kept
		return fail(http.StatusBadRequest, 30034, "Max number of daily application command creates has been reached (200)")
	}
	for range n {
		kept = append(kept, now)
	}
	s.commands.creates[scope] = kept
	return nil
}

func (c *call) theCommand() (scope string, at int, err *apiError) {
	if scope, err = c.scope(); err != nil {
		return "", 0, err
	}
	at = slices.IndexFunc(c.s.commands.scopes[scope], func(o object) bool { return str(o, "id") == c.params["command_id"] })
	if at < 0 {
		return "", 0, errUnknownCommand
	}
	return scope, at, nil
}

func (c *call) getCommand() (int, any, *apiError) {
	scope, at, err := c.theCommand()
	if err != nil {
		return 0, nil, err
	}
	return http.StatusOK, standin.Clone(c.s.commands.scopes[scope][at]), nil
}

func (c *call) patchCommand() (int, any, *apiError) {
	scope, at, err := c.theCommand()
	if err != nil {
		return 0, nil, err
	}
	old := c.s.commands.scopes[scope][at]
	merged := standin.Clone(old)
	for k, v := range c.form {
		merged[k] = v
	}
	var p problems
	checkCommand(&p, nil, merged, scope)
	if err := c.refuse(&p); err != nil {
		return 0, nil, err
	}
	next := c.s.shape(merged, old, scope)
	c.s.commands.scopes[scope][at] = next
	c.s.host.Note()
	return http.StatusOK, standin.Clone(next), nil
}

func (c *call) deleteCommand() (int, any, *apiError) {
	scope, at, err := c.theCommand()
	if err != nil {
		return 0, nil, err
	}
	c.s.commands.scopes[scope] = slices.Delete(c.s.commands.scopes[scope], at, at+1)
	c.s.host.Note()
	return http.StatusNoContent, nil, nil
}

// named returns the command of a name and type; nil where there is none.
func (r registry) named(scope string, kind int, name string) object {
	for _, cmd := range r.scopes[scope] {
		if kindOf(cmd) == kind && str(cmd, "name") == name {
			return cmd
		}
	}
	return nil
}

func kindOf(cmd object) int {
	if k := whole(cmd, "type"); k != 0 {
		return k
	}
	return chatCommand
}

// shape returns a command as Discord keeps it: known fields alone, with their
// defaults, and a new version where something changed.
func (s *Server) shape(cmd, old object, scope string) object {
	out := object{
		"application_id": s.bot.ID, "type": kindOf(cmd), "name": str(cmd, "name"), "description": str(cmd, "description"),
		"name_localizations": cmd["name_localizations"], "description_localizations": cmd["description_localizations"],
		"default_member_permissions": nil, "nsfw": flag(cmd, "nsfw"), "integration_types": []any{0}, "contexts": nil,
	}
	if n, ok := number(cmd["default_member_permissions"]); ok {
		out["default_member_permissions"] = bits(n)
	}
	if l := list(cmd, "integration_types"); len(l) > 0 {
		out["integration_types"] = l
	}
	if l := list(cmd, "contexts"); len(l) > 0 {
		out["contexts"] = l
	}
	if options := list(cmd, "options"); len(options) > 0 {
		out["options"] = shapedOptions(options)
	}
	if scope != "" {
		out["guild_id"] = scope
		delete(out, "integration_types")
		delete(out, "contexts")
	} else {
		allowed, ok := cmd["dm_permission"].(bool)
		out["dm_permission"] = !ok || allowed
	}
	out = standin.Clone(out)
	if old != nil {
		out["id"], out["version"] = old["id"], old["version"]
		if same(out, old) {
			return out
		}
	} else {
		out["id"] = s.newID()
	}
	out["version"] = s.newID()
	return out
}

// shapedOptions leaves out what Discord leaves out of options.
func shapedOptions(l []any) []any {
	out := standin.Clone(l)
	for _, o := range objects(out) {
		for k, v := range o {
			if empty, isList := v.([]any); v == nil && k != "name_localizations" && k != "description_localizations" || isList && len(empty) == 0 || v == false && k != "autocomplete" {
				delete(o, k)
			}
		}
		if inner := list(o, "options"); inner != nil {
			o["options"] = shapedOptions(inner)
		}
	}
	return out
}
