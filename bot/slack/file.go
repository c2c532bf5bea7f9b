package slack

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/slack-go/slack"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
)

// upload is a file that was put into a form.
type upload struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Size     int64  `json:"size"`
	Download string `json:"url_private_download"`
	Private  string `json:"url_private"`
}

// fetchTime is how long a file may take.
const fetchTime = 5 * time.Second

// uploads returns the files that were put into a form, by their ids.
func (s *Slack) uploads(p place, v *view) map[string]bot.FileRef {
	found := map[string]bot.FileRef{}
	for _, block := range v.State.Values {
		for _, in := range block {
			for _, f := range in.Files {
				address := f.Download
				if address == "" {
					address = f.Private
				}
				found[f.ID] = bot.FileRef{Name: f.Name, Size: f.Size, Fetch: func(ctx context.Context, most int64) ([]byte, error) {
					return s.fetch(ctx, p.w, address, most)
				}}
			}
		}
	}
	return found
}

// fetch reads a file from Slack. It takes the bot's token, which goes to Slack alone:
// to none of its redirects either.
func (s *Slack) fetch(ctx context.Context, w *workspace, address string, most int64) ([]byte, error) {
	u, err := url.Parse(address)
	if err != nil || !(u.Scheme == "https" && slacks(u.Hostname())) && !(u.Host == s.client.root.Host && u.Scheme == s.client.root.Scheme) {
		return nil, fmt.Errorf("fetch a file: it is not at Slack")
	}
	ctx, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, fmt.Errorf("fetch a file: %w", err)
	}
	answer, err := bearer{s.client.http.Transport, w.token}.RoundTrip(r)
	if err != nil {
		return nil, fmt.Errorf("fetch a file: %w", explain(err))
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		if why := fix("missing_scope", w.name()); answer.StatusCode < http.StatusInternalServerError {
			return nil, briefings.Errorf(briefings.ErrDenied, "Slack does not give me the file. %s", why)
		}
		return nil, fmt.Errorf("fetch a file: Slack answers %s", answer.Status)
	}
	data, err := io.ReadAll(io.LimitReader(answer.Body, most+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("fetch a file: %w", err)
	case int64(len(data)) > most:
		return nil, briefings.Errorf(briefings.ErrInvalid, "The file is larger than what can be taken here.")
	}
	return data, nil
}

// deliver puts the files of a reply into the person's conversation with the bot, where
// nobody else sees them. The error has a sentence where Slack does not let it.
func (s *Slack) deliver(ctx context.Context, p place, files []bot.File) error {
	for _, f := range files {
		to := place{w: p.w, named: p.named, user: p.user, name: p.name}
		channel, err := s.conversation(ctx, to, f.Name)
		if err == nil {
			err = p.w.call(ctx, "files.getUploadURLExternal", "", func(ctx context.Context) error {
				_, err := p.w.api.UploadFileContext(ctx, slack.UploadFileParameters{Reader: bytes.NewReader(f.Data), FileSize: len(f.Data), Filename: f.Name, Title: f.Name, Channel: channel})
				return err
			})
		}
		if err != nil {
			if why := fix(code(err), p.w.name()); why != "" {
				return briefings.Errorf(briefings.ErrDenied, "The file could not be sent. %s In the terminal: briefbot export %s", why, f.Name)
			}
			return fmt.Errorf("send a file: %w", err)
		}
	}
	return nil
}

// conversation returns the id of somebody's conversation with the bot. It says there what
// comes, since that is how the id is had with the scopes that there are.
func (s *Slack) conversation(ctx context.Context, p place, name string) (channel string, err error) {
	m := render(&bot.Card{Title: "A file for you", Lead: []bot.Text{bot.T(name + " follows.")}}, inMessage)[0]
	err = p.w.call(ctx, "chat.postMessage", p.user, func(ctx context.Context) error {
		channel, _, err = p.w.api.PostMessageContext(ctx, p.user, m.options("")...)
		return err
	})
	return channel, err
}
