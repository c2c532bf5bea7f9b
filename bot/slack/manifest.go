package slack

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
)

// EventsPath is where Slack delivers everything in HTTP mode: commands, events,
// buttons, forms and completions.
const EventsPath = "/slack/events"

// Scope is a right that the bot asks for when it is installed, and why.
type Scope struct {
	Name   string // as Slack calls it
	Reason string
}

// Scopes returns the rights of the bot's token: the least with which all of this
// version works.
func Scopes() []Scope {
	return []Scope{
		{"commands", "to be asked with a slash command, and to complete names in forms"},
		{"chat:write", "to answer where it is mentioned and in direct messages, and for “Post to channel”"},
		{"app_mentions:read", "to be asked by a mention, also in threads; of a channel it reads the messages that mention it, and no others"},
		{"im:history", "to read the direct messages that people send to it, and to find its own there"},
		{"channels:history", "to find out whether a message of which Slack did not say so was posted, so that none comes twice; it keeps nothing of what it reads"},
		{"groups:history", "the same in private channels that have invited it"},
		{"channels:read", "to know whether who has a digest posted into a channel is in it, and to find channels by their names"},
		{"groups:read", "the same of private channels that have invited it"},
		{"im:write", "to find its conversation with somebody, where it looks for a message of its own"},
		{"users:read", "to know the time zone and the language of who asks, so that “today” is today there; and who is an owner, an admin, a guest or from elsewhere, on which it depends who may change the book"},
		{"files:read", "to take a book that an admin imports as a file; it reads no file that was not put into its form"},
		{"files:write", "to give an admin the book as a file, in their conversation with it"},
		{"usergroups:read", "to know which user groups people are in, since a role in the book can be given to a group"},
	}
}

// Events returns the events that the app subscribes to. None needs a scope that
// Scopes does not have: app_home_opened, tokens_revoked and app_uninstalled need
// none at all.
func Events() []string {
	return []string{"app_mention", "message.im", "app_home_opened", "tokens_revoked", "app_uninstalled"}
}

// Limits of a manifest, from Slack's schema.
const (
	maxAppCommands  = 50
	maxAppNameRunes = 35
	maxUsageRunes   = 1000
	maxDeliveryURL  = 3000
	maxCommandName  = 32 // with the slash
	maxShortcuts    = 5  // of messages
	maxShortcutName = 24
	maxShortcutText = 150
)

// ManifestOptions are what a manifest depends on.
type ManifestOptions struct {
	Name    string   // of the app and of its bot; "briefbot" if empty
	Command string   // DefaultCommand if empty
	Aliases []string // further commands: one that is called like a verb or a group means it, any other the same as Command
	// URL is where Slack finds the bot in HTTP mode, without EventsPath. Where it
	// is empty the manifest is for Socket Mode.
	URL      string
	Commands []bot.Command // the command table
}

// Manifest returns the manifest of the Slack app as indented JSON. An error is
// of ErrInvalid, with a sentence for the operator.
func Manifest(o ManifestOptions) ([]byte, error) {
	if o.Name == "" {
		o.Name = "briefbot"
	}
	if o.Command == "" {
		o.Command = DefaultCommand
	}
	if err := checkAppName(o.Name); err != nil {
		return nil, err
	}
	deliverTo, err := deliveryURL(o.URL)
	if err != nil {
		return nil, err
	}
	commands, err := manifestCommands(o, deliverTo)
	if err != nil {
		return nil, err
	}
	shortcuts, err := manifestShortcuts(o.Commands)
	if err != nil {
		return nil, err
	}
	m := manifest{
		Metadata: manifestMetadata{Major: 2, Minor: 1},
		Display:  manifestDisplay{Name: o.Name, Description: "A briefing book that answers: who somebody is, where things stand, what changed, and who says so."},
		Features: manifestFeatures{
			Home: manifestHome{HomeTab: true, MessagesTab: true},
			// Slack otherwise shows every bot that does not use its old RTM API as away.
			Bot:       manifestBotUser{DisplayName: o.Name, AlwaysOnline: true},
			Shortcuts: shortcuts,
			Commands:  commands,
		},
		Settings: manifestSettings{
			Events:        manifestSubscriptions{URL: deliverTo, Bot: Events()},
			Interactivity: manifestInteractivity{Enabled: true, URL: deliverTo, OptionsURL: deliverTo},
			SocketMode:    deliverTo == "",
		},
	}
	for _, s := range Scopes() {
		m.OAuth.Scopes.Bot = append(m.OAuth.Scopes.Bot, s.Name)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // for people to read
	enc.SetIndent("", "  ")
	if err := enc.Encode(m); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// manifestCommands declares the command and its aliases. What they are for comes
// from the command table.
func manifestCommands(o ManifestOptions, deliverTo string) ([]manifestCommand, error) {
	verbs, groups := map[string]*bot.Command{}, map[string][]string{}
	var names []string
	for i := range o.Commands {
		c := &o.Commands[i]
		verbs[c.Name] = c
		if g := c.Group(); g != "" {
			groups[g] = append(groups[g], c.Verb())
		}
		if name := cmp.Or(c.Group(), c.Name); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	// Without ShouldEscape, nobody would be known by what is typed behind an @.
	all := manifestCommand{Description: "Ask the briefing book", UsageHint: clipHint("a name, or "+strings.Join(names, ", "), maxUsageRunes), URL: deliverTo, ShouldEscape: true}
	var list []manifestCommand
	for i, name := range append([]string{o.Command}, o.Aliases...) {
		if err := CheckCommand(name); err != nil {
			return nil, err
		}
		if slices.ContainsFunc(list, func(c manifestCommand) bool { return c.Command == name }) {
			return nil, briefings.Errorf(briefings.ErrInvalid, "%s is there twice. Name each command once.", name)
		}
		c := all
		means := verbOf(o.Commands, strings.TrimPrefix(name, "/"))
		switch verb := verbs[means]; {
		case i == 0 || means == "":
		case verb != nil:
			c.Description, c.UsageHint = verb.Summary, clipHint(usageHint(verb), maxUsageRunes)
		default:
			c.Description, c.UsageHint = "What begins with “"+means+"”", clipHint(strings.Join(groups[means], ", "), maxUsageRunes)
		}
		c.Command = name
		list = append(list, c)
	}
	if len(list) > maxAppCommands {
		return nil, briefings.Errorf(briefings.ErrInvalid, "These are %d commands, and a Slack app can have %d.", len(list), maxAppCommands)
	}
	return list, nil
}

// manifestShortcuts declares the commands that are in the menu of messages.
func manifestShortcuts(commands []bot.Command) ([]manifestShortcut, error) {
	var list []manifestShortcut
	for i := range commands {
		c := &commands[i]
		if c.Menu == "" {
			continue
		}
		if n := utf8.RuneCountInString(c.Menu); n > maxShortcutName {
			return nil, briefings.Errorf(briefings.ErrInvalid, "%q is too long for the menu of a message: Slack takes %d characters.", c.Menu, maxShortcutName)
		}
		list = append(list, manifestShortcut{Name: c.Menu, Type: "message", Callback: shortcutID(c.Name), Description: clipHint(c.Summary, maxShortcutText)})
	}
	if len(list) > maxShortcuts {
		return nil, briefings.Errorf(briefings.ErrInvalid, "These are %d commands in the menu of a message, and a Slack app can have %d.", len(list), maxShortcuts)
	}
	return list, nil
}

// usageHint shows what may follow a verb.
func usageHint(c *bot.Command) string {
	var words []string
	for i, a := range c.Shown() {
		word := a.Name
		if i > 0 && a.Type != bot.Flag {
			word += ":…"
		}
		if !a.Required {
			word = "[" + word + "]"
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

// CheckCommand reports whether an app can have a slash command of that name,
// which begins with the slash. An error is of ErrInvalid, with a sentence for
// the operator: one bad name makes Slack refuse a whole manifest.
func CheckCommand(name string) error {
	refuse := func(format string, args ...any) error { return briefings.Errorf(briefings.ErrInvalid, format, args...) }
	bare, slash := strings.CutPrefix(name, "/")
	switch {
	case utf8.RuneCountInString(name) > maxCommandName:
		return refuse("The name of a Slack command has up to %d characters with the slash. Take a shorter one, such as %s.", maxCommandName, DefaultCommand)
	case bare == "":
		return refuse("A Slack command needs a name, such as %s.", DefaultCommand)
	case !slash:
		return refuse("%q does not begin with a slash. A Slack command is written with it, such as %s.", name, DefaultCommand)
	case strings.ContainsFunc(bare, func(r rune) bool { return !commandRune(r) }):
		return refuse("%q cannot be a Slack command: its name has small letters a to z, digits, - and _ only, such as %s.", name, DefaultCommand)
	case strings.Trim(bare, "-_") == "":
		return refuse("%q cannot be a Slack command: there is no letter and no digit in it. Take a name such as %s.", name, DefaultCommand)
	case slices.Contains(builtIns, bare):
		return refuse("%s is a command of Slack itself, and Slack refuses an app that wants it. Take another name: with %s, people write %[2]s %[3]s.", name, DefaultCommand, bare)
	}
	return nil
}

func commandRune(r rune) bool {
	return 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '-' || r == '_'
}

// builtIns are the commands that Slack's own programs have, or had and keep. The
// list is ours: Slack publishes one for people, which changes. /help and /todo are
// not in it, as Slack takes them: /todo is the example in its own documentation.
var builtIns = []string{
	"active", "apps", "archive", "away", "call", "close", "collapse", "dm", "dnd", "expand",
	"feed", "feedback", "huddle", "invite", "invite_people", "join", "keys", "kick", "leave",
	"lennyface", "list", "me", "msg", "mute", "open", "part", "prefs", "pro", "remind", "remove",
	"rename", "search", "shortcuts", "shrug", "star", "status", "topic", "unarchive", "who",
}

func checkAppName(name string) error {
	if n := utf8.RuneCountInString(name); n > maxAppNameRunes || strings.TrimSpace(name) != name ||
		strings.ContainsFunc(name, briefings.Unprintable) || strings.ContainsAny(name, "\n\t") || !utf8.ValidString(name) {
		return briefings.Errorf(briefings.ErrInvalid, "This cannot be the name of a Slack app: it has up to %d characters on one line, and no spaces around them.", maxAppNameRunes)
	}
	return nil
}

// deliveryURL returns the address for Slack's deliveries below that of the bot.
func deliveryURL(s string) (string, error) {
	if s == "" {
		return "", nil
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", briefings.Errorf(briefings.ErrInvalid, "Slack delivers to an address that begins with https://, such as https://bot.example.org, without a user, a query or a fragment.")
	}
	base := strings.TrimRight(u.String(), "/?#")
	full := strings.TrimSuffix(base, EventsPath) + EventsPath
	if len(full) > maxDeliveryURL {
		return "", briefings.Errorf(briefings.ErrInvalid, "This address is too long for Slack: it takes %d characters with %s.", maxDeliveryURL, EventsPath)
	}
	return full, nil
}

func clipHint(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most-1]) + "…"
}

// manifest is what Slack calls an app manifest, in its second version, in the
// order in which Slack shows it.
type manifest struct {
	Metadata manifestMetadata `json:"_metadata"`
	Display  manifestDisplay  `json:"display_information"`
	Features manifestFeatures `json:"features"`
	OAuth    manifestOauth    `json:"oauth_config"`
	Settings manifestSettings `json:"settings"`
}

type manifestMetadata struct {
	Major int `json:"major_version"`
	Minor int `json:"minor_version"`
}

type manifestDisplay struct {
	Name        string `json:"name"`
	Description string `json:"description"`
}

type manifestFeatures struct {
	Home      manifestHome       `json:"app_home"`
	Bot       manifestBotUser    `json:"bot_user"`
	Shortcuts []manifestShortcut `json:"shortcuts,omitempty"`
	Commands  []manifestCommand  `json:"slash_commands"`
}

type manifestShortcut struct {
	Name        string `json:"name"`
	Type        string `json:"type"`
	Callback    string `json:"callback_id"`
	Description string `json:"description"`
}

type manifestHome struct {
	HomeTab     bool `json:"home_tab_enabled"`
	MessagesTab bool `json:"messages_tab_enabled"`
	ReadOnly    bool `json:"messages_tab_read_only_enabled"`
}

type manifestBotUser struct {
	DisplayName  string `json:"display_name"`
	AlwaysOnline bool   `json:"always_online"`
}

type manifestCommand struct {
	Command      string `json:"command"`
	URL          string `json:"url,omitempty"`
	Description  string `json:"description"`
	UsageHint    string `json:"usage_hint,omitempty"`
	ShouldEscape bool   `json:"should_escape"`
}

type manifestOauth struct {
	Scopes struct {
		Bot []string `json:"bot"`
	} `json:"scopes"`
}

type manifestSettings struct {
	Events        manifestSubscriptions `json:"event_subscriptions"`
	Interactivity manifestInteractivity `json:"interactivity"`
	OrgDeploy     bool                  `json:"org_deploy_enabled"`
	SocketMode    bool                  `json:"socket_mode_enabled"`
	TokenRotation bool                  `json:"token_rotation_enabled"`
}

type manifestSubscriptions struct {
	URL string   `json:"request_url,omitempty"`
	Bot []string `json:"bot_events"`
}

type manifestInteractivity struct {
	Enabled    bool   `json:"is_enabled"`
	URL        string `json:"request_url,omitempty"`
	OptionsURL string `json:"message_menu_options_url,omitempty"`
}
