package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/briefbot/briefbot/bot"
)

// said is what every method of the Web API answers. What else a method answers stands
// beside it in one struct, so that an answer is read once.
type said struct {
	OK       bool   `json:"ok"`
	Error    string `json:"error"`
	Needed   string `json:"needed"`
	Metadata struct {
		Messages []string `json:"messages"`
	} `json:"response_metadata"`
}

func (s *said) how() *said { return s }

// webAnswer is a struct that holds said.
type webAnswer interface{ how() *said }

// post makes one request of JSON to a method of the Web API, and reads the answer into
// out. The error is an *apiError, or that of ctx.
func (c *client) post(ctx context.Context, token bot.Secret, method string, body []byte, out webAnswer) error {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	var connected atomic.Bool // a dial that is given up may still end
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }})
	r, err := http.NewRequestWithContext(traced, http.MethodPost, c.root.String()+"/"+method, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	r.Header.Set("Authorization", "Bearer "+token.Reveal())
	resp, err := c.pool.RoundTrip(r) // an http.Client would follow redirects, and do much for it
	if err != nil {
		e := explain(err)
		if known := (*apiError)(nil); errors.As(e, &known) {
			known.unsent = known.unsent || !connected.Load()
		}
		return e
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusTooManyRequests {
		seconds, _ := strconv.Atoi(resp.Header.Get("Retry-After"))
		return &apiError{Status: resp.StatusCode, RetryAfter: max(time.Duration(seconds)*time.Second, time.Second)}
	}
	if resp.StatusCode != http.StatusOK {
		return &apiError{Status: resp.StatusCode}
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswerBytes))
	if err != nil {
		return &apiError{cause: fmt.Errorf("the answer broke off: %w", err)}
	}
	unread := json.Unmarshal(data, out)
	switch how := out.how(); {
	case !how.OK && how.Error != "": // also where something beside it cannot be read
		return &apiError{Code: how.Error, Needed: how.Needed, Details: how.Metadata.Messages}
	case unread != nil:
		return &apiError{cause: fmt.Errorf("an answer that cannot be read: %w", unread)}
	case !how.OK:
		return &apiError{cause: errors.New("an answer that says nothing")}
	default:
		return nil
	}
}
