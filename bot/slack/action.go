package slack

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/briefbot/briefbot/briefings"
)

// action is what somebody did with what we have shown, as far as it concerns us.
// It is not slack-go's type, which refuses a whole action where a block of the
// message in it is not as it expects.
type action struct {
	Type       string    `json:"type"`
	TriggerID  string    `json:"trigger_id"`
	ResponseTo string    `json:"response_url"`
	Team       *idOf     `json:"team"`
	User       someone   `json:"user"`
	Channel    *idOf     `json:"channel"`
	Container  container `json:"container"`
	Message    *struct {
		Thread string `json:"thread_ts"`
	} `json:"message"`
	View    *view     `json:"view"`
	Actions []pressed `json:"actions"`
	// Of a menu that asks for its options.
	ActionID string `json:"action_id"`
	Value    string `json:"value"`
}

type idOf struct {
	ID string `json:"id"`
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
	State       struct {
		Values map[string]map[string]input `json:"values"`
	} `json:"state"`
}

// input is what has been put into a form.
type input struct {
	Value    *string `json:"value"`
	Selected *choice `json:"selected_option"`
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
	if thread == a.Container.MessageTS {
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

// direct reports whether a channel is a conversation of two: of one person with
// the bot, or of two people, in which the bot cannot write.
func direct(channel string) bool { return strings.HasPrefix(channel, "D") }

// get returns what a form holds, by the id of the input.
func (v *view) get(id string) string {
	for _, block := range v.State.Values {
		in, ok := block[id]
		switch {
		case !ok:
		case in.Selected != nil:
			return in.Selected.Value
		case in.Value != nil:
			return *in.Value
		}
	}
	return ""
}

// chosen is what was chosen where it is a menu, or "".
func (p pressed) chosen() string {
	if p.Selected == nil {
		return ""
	}
	return p.Selected.Value
}
