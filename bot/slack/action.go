package slack

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
)

// action is what somebody did with what we have shown, as far as it concerns us.
// It is not slack-go's type, which refuses a whole action where a block of the
// message in it is not as it expects.
type action struct {
	Type       string    `json:"type"`
	TriggerID  string    `json:"trigger_id"`
	ResponseTo string    `json:"response_url"`
	Team       *team     `json:"team"`
	User       someone   `json:"user"`
	Channel    *idOf     `json:"channel"`
	Container  container `json:"container"`
	Message    *struct {
		Text   string `json:"text"`
		Thread string `json:"thread_ts"`
	} `json:"message"`
	View    *view     `json:"view"`
	Actions []pressed `json:"actions"`
	// Of what was chosen in the menu of a message.
	Callback  string `json:"callback_id"`
	MessageTS string `json:"message_ts"`
	At        string `json:"action_ts"`
	// Of a menu that asks for its options.
	ActionID string `json:"action_id"`
	Value    string `json:"value"`
}

type idOf struct {
	ID string `json:"id"`
}

type team struct {
	ID     string `json:"id"`
	Domain string `json:"domain"`
}

type someone struct {
	ID     string `json:"id"`
	TeamID string `json:"team_id"`
	Name   string `json:"username"`
}

type container struct {
	Type      string `json:"type"`
	Ephemeral bool   `json:"is_ephemeral"`
	ChannelID string `json:"channel_id"`
	MessageTS string `json:"message_ts"`
	Thread    string `json:"thread_ts"`
}

type view struct {
	ID       string `json:"id"`
	Type     string `json:"type"`
	Callback string `json:"callback_id"`
	Metadata string `json:"private_metadata"`
	// InstalledIn is the workspace in which the app has opened it.
	InstalledIn briefings.Workspace `json:"app_installed_team_id"`
	Hash        string              `json:"hash"`
	Blocks      []struct {
		Type string `json:"type"`
		ID   string `json:"block_id"`
	} `json:"blocks"`
	State struct {
		Values map[string]map[string]input `json:"values"`
	} `json:"state"`
}

// input is what has been put into a form.
type input struct {
	Value    *string  `json:"value"`
	Selected *choice  `json:"selected_option"`
	Files    []upload `json:"files"`
}

type choice struct {
	Value string `json:"value"`
}

// pressed is a button or a menu that was used.
type pressed struct {
	ActionID string  `json:"action_id"`
	At       string  `json:"action_ts"`
	Value    string  `json:"value"`
	Selected *choice `json:"selected_option"`
}

// parseAction reads an action. It returns an error where it lacks what an answer
// needs.
func parseAction(body []byte) (*action, error) {
	a := new(action)
	if err := json.Unmarshal(body, a); err != nil {
		return nil, fmt.Errorf("read an action: %w", err)
	}
	if a.Type == "" || a.User.ID == "" {
		return nil, fmt.Errorf("an action without a type or a user")
	}
	return a, nil
}

// channel is the id of the channel where it was done, or "".
func (a *action) channel() string {
	if a.Channel != nil && a.Channel.ID != "" {
		return a.Channel.ID
	}
	return a.Container.ChannelID
}

// thread is the thread that the message is in, or "". One that others have replied
// to is not in its own thread.
func (a *action) thread() string {
	thread := a.Container.Thread
	if thread == "" && a.Message != nil {
		thread = a.Message.Thread
	}
	if thread == cmp.Or(a.Container.MessageTS, a.MessageTS) {
		return ""
	}
	return thread
}

// teams are the workspaces that Slack names, the likeliest to be ours first.
func (a *action) teams() []briefings.Workspace {
	var list []briefings.Workspace
	if a.View != nil {
		list = append(list, a.View.InstalledIn)
	}
	if a.Team != nil {
		list = append(list, briefings.Workspace(a.Team.ID))
	}
	return append(list, briefings.Workspace(a.User.TeamID))
}

// once is the same for a press however often it is delivered, and not for another.
func (a *action) once() string {
	on := a.Actions[0]
	return digest("press", a.TriggerID, on.At, a.User.ID, a.channel(), a.Container.MessageTS, on.ActionID, on.chosen())
}

// sent is the same for a form however often it is delivered that it was sent, and not
// for it sent once more.
func (a *action) sent() string {
	list := []string{"sent", a.TriggerID, a.User.ID, a.View.ID, a.View.Hash, a.View.Callback}
	for _, block := range slices.Sorted(maps.Keys(a.View.State.Values)) {
		values := a.View.State.Values[block]
		for _, name := range slices.Sorted(maps.Keys(values)) {
			list = append(list, block, name, values[name].text())
		}
	}
	return digest(list...)
}

// direct reports whether a channel is a conversation of two: of one person with
// the bot, or of two people, in which the bot cannot write.
func direct(channel string) bool { return strings.HasPrefix(channel, "D") }

// get returns what a form holds, by the id of the input.
func (v *view) get(id string) string {
	for _, block := range v.State.Values {
		if in, ok := block[id]; ok && in.text() != "" {
			return in.text()
		}
	}
	return ""
}

// inputs returns what a form was filled with, also where that is nothing.
func (v *view) inputs() []bot.Value {
	var list []bot.Value
	for _, block := range slices.Sorted(maps.Keys(v.State.Values)) {
		values := v.State.Values[block]
		for _, name := range slices.Sorted(maps.Keys(values)) {
			list = append(list, bot.Value{Name: name, Value: values[name].text()})
		}
	}
	return list
}

// input returns the block of the first input, or "".
func (v *view) input() string {
	for _, b := range v.Blocks {
		if b.Type == "input" {
			return b.ID
		}
	}
	return ""
}

// text is what is in an input.
func (in input) text() string {
	switch {
	case in.Selected != nil:
		return in.Selected.Value
	case len(in.Files) > 0:
		return in.Files[0].ID
	case in.Value != nil:
		return *in.Value
	default:
		return ""
	}
}

// chosen is what was chosen where it is a menu, or "".
func (p pressed) chosen() string {
	if p.Selected == nil {
		return ""
	}
	return p.Selected.Value
}
