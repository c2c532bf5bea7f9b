package discord

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
)

// attachment is a file that somebody gave with a command.
type attachment struct {
	Name string `json:"filename"`
	Size int64  `json:"size"`
	URL  string `json:"url"`
}

// files returns the files that came with a command, by their ids.
func (d *Discord) files(in *interaction) map[string]bot.FileRef {
	var found map[string]bot.FileRef
	_, options := in.filled()
	for _, o := range options {
		a, ok := in.Data.Resolved.Attachments[o.text()]
		if o.Type != discordgo.ApplicationCommandOptionAttachment || !ok {
			continue
		}
		if found == nil {
			found = map[string]bot.FileRef{}
		}
		found[o.text()] = bot.FileRef{Name: a.Name, Size: a.Size, Fetch: func(ctx context.Context, most int64) ([]byte, error) {
			return d.fetch(ctx, a.URL, most)
		}}
	}
	return found
}

// How a file is fetched: SECURITY 16.
const (
	fetchTime    = 5 * time.Second
	maxRedirects = 3
)

// errTooLarge is said of a file that has more than it may.
var errTooLarge = briefings.Errorf(briefings.ErrInvalid, "The file is larger than what can be taken here.")

// fetch reads a file from where the interaction says that it is. Nothing of ours goes
// along, and no address of this machine or its network is asked, unless Discord itself
// is said to be there.
func (d *Discord) fetch(ctx context.Context, address string, most int64) ([]byte, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" {
		return nil, fmt.Errorf("fetch a file: %q is no address of the web", address)
	}
	dialer := &net.Dialer{Timeout: fetchTime}
	if d.opts.BaseURL == "" {
		dialer.Control = outside
	}
	client := &http.Client{
		Transport: &http.Transport{DialContext: dialer.DialContext},
		Timeout:   fetchTime,
		CheckRedirect: func(_ *http.Request, via []*http.Request) error {
			if len(via) > maxRedirects {
				return errors.New("too many redirects")
			}
			return nil
		},
	}
	defer client.CloseIdleConnections()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, fmt.Errorf("fetch a file: %w", err)
	}
	answer, err := client.Do(r)
	if err != nil {
		return nil, fmt.Errorf("fetch a file: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("fetch a file: Discord answers %s", answer.Status)
	}
	data, err := io.ReadAll(io.LimitReader(answer.Body, most+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("fetch a file: %w", err)
	case int64(len(data)) > most:
		return nil, errTooLarge
	}
	return data, nil
}

// outside refuses to dial what is not of the public network: it is asked of each
// address that is dialled, whatever a name or a redirect led to.
func outside(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	ip := at.Addr().Unmap()
	if err != nil || !ip.IsGlobalUnicast() || ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() {
		return fmt.Errorf("%s is not of the public network", address)
	}
	return nil
}

// attach sends the files of an answer after it, to whoever asked alone.
func (d *Discord) attach(ctx context.Context, in *interaction, files []bot.File) {
	for _, f := range files {
		if err := d.upload(ctx, in, f); err != nil {
			said := bot.Excuse(d.log, "a file could not be sent", err, "interaction", in.ID, "user", in.userID())
			_ = d.send(ctx, http.MethodPost, discordgo.EndpointWebhookToken(in.Application, in.Token), refusal(said).message().shown(in, true))
		}
	}
}

// upload sends one file.
func (d *Discord) upload(ctx context.Context, in *interaction, f bot.File) error {
	m := message{Embeds: []embed{}, Components: []row{}}.shown(in, true)
	kind, body, err := discordgo.MultipartBodyWithJSON(m, []*discordgo.File{{Name: f.Name, ContentType: "text/plain; charset=utf-8", Reader: bytes.NewReader(f.Data)}})
	if err != nil {
		return fmt.Errorf("write a file: %w", err)
	}
	address := discordgo.EndpointWebhookToken(in.Application, in.Token)
	err = d.persist(ctx, func() error {
		_, err := d.api.send(ctx, http.MethodPost, address, routeAnswer, kind, body, nil)
		if e := (*apiError)(nil); errors.As(err, &e) && e.Status != http.StatusTooManyRequests {
			return bot.Final(err)
		}
		return err
	})
	if status(err) == http.StatusRequestEntityTooLarge {
		return briefings.Errorf(briefings.ErrInvalid, "The file is larger than what Discord takes. Export it in the terminal: briefbot export %s", f.Name)
	}
	return err
}
