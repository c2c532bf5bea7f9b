package slack

import (
	"context"
	"time"

	"github.com/slack-go/slack"

	"github.com/briefbot/briefbot/bot"
)

// homeCommand is the command that the Home tab shows.
const homeCommand = "home"

// actionSearch is the id of the button that opens the search form.
const actionSearch = "search"

// opened shows the Home tab to whoever opened it.
func (s *Slack) opened(ctx context.Context, p place) {
	m := s.work(ctx, p, func(ctx context.Context) *message {
		m := s.board(ctx, p)
		return &m
	})
	err := s.persist(ctx, 0, func() error {
		return p.w.call(ctx, "views.publish", "", func(ctx context.Context) error {
			_, err := p.w.api.PublishViewContext(ctx, slack.PublishViewContextRequest{
				UserID: p.user, View: slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: m.Blocks()}},
			})
			return err
		})
	})
	if err != nil {
		s.log.Error("the Home tab could not be shown", "user", p.user, "err", err)
	}
}

// maxViewBlocks is how many blocks a view has.
const maxViewBlocks = 100

// board is the Home tab: the whole of the core's board, and a button to search.
func (s *Slack) board(ctx context.Context, p place) message {
	book, err := s.book(ctx, p)
	if err != nil {
		return s.sorry(p, err)
	}
	r := s.request(ctx, p, book, "home", bot.Request{Invocation: bot.Invocation{Command: homeCommand}})
	reply := s.core.Handle(ctx, r)
	search := slack.NewActionBlock("", slack.NewButtonBlockElement(actionSearch, "", label("Search the book", maxButton)).WithStyle(slack.StylePrimary))
	blocks := []slack.Block{search}
	for _, page := range render(reply.Card, inView) {
		blocks = append(blocks, page.Blocks()...)
	}
	actions, _ := reply.Presses(0, 1, false)
	room := maxViewBlocks - 1 - (len(actions)+mostButtons-1)/mostButtons
	return s.offer(message{above: blocks[:min(len(blocks), room)]}, book, p.actor(), false, actions, nil)
}

// pressedInView answers a button in a view: on the Home tab in a window, and in a
// window in its place.
func (s *Slack) pressedInView(ctx context.Context, p place, a *action) {
	on := a.Actions[0]
	if on.ActionID == actionSearch {
		if err := s.openForm(ctx, p, a.TriggerID); err != nil {
			s.log.Error("the search form could not be opened", "user", p.user, "err", err)
		}
		return
	}
	if _, _, _, ours := bot.ParsePress(on.ActionID, on.chosen()); !ours {
		return // somebody has chosen something in a form, which is not sent yet
	}
	done := make(chan *slack.ModalViewRequest, 1)
	go func() { done <- s.inWindow(ctx, p, a) }()
	err := s.window(ctx, p, a, done)
	if err != nil {
		s.log.Error("a window could not be shown", "user", p.user, "err", err)
	}
}

// inWindow asks for what was pressed, and returns the window that shows it; nil where
// it was shown when it came first.
func (s *Slack) inWindow(ctx context.Context, p place, a *action) *slack.ModalViewRequest {
	var form *slack.ModalViewRequest
	m := s.work(ctx, p, func(ctx context.Context) *message {
		said := func(m message) *message { return &m }
		book, choice, err := s.pick(ctx, p, a.Actions[0])
		if err != nil {
			return said(s.sorry(p, err))
		}
		r := s.request(ctx, p, book, "button", bot.Request{Invocation: bot.Pressed(choice), Event: a.once()})
		reply := s.core.Handle(ctx, r)
		switch {
		case reply.Outcome == bot.Repeated:
			return nil
		case reply.Form != nil:
			v, sorry := s.modal(p, book, reply.Form)
			if sorry != nil {
				return sorry
			}
			form = &v
			return nil
		}
		shown := newAnswer(reply, choice.Page, inView)
		return said(s.dress(shown, book, p.actor(), false))
	})
	if m != nil {
		v := window(*m)
		return &v
	}
	return form
}

// window shows what comes in a window: in the one that is open, or in a new one,
// which opens before the answer is there if that takes long.
func (s *Slack) window(ctx context.Context, p place, a *action, done <-chan *slack.ModalViewRequest) error {
	if a.View.Type == string(slack.VTModal) {
		return s.updateView(ctx, p, a.View.ID, <-done)
	}
	patience := time.NewTimer(openFast)
	defer patience.Stop()
	select {
	case v := <-done:
		if v == nil {
			return nil
		}
		_, err := s.openView(ctx, p, a.TriggerID, *v)
		return err
	case <-patience.C:
		id, err := s.openView(ctx, p, a.TriggerID, moment())
		v := <-done
		if err != nil {
			return err
		}
		return s.updateView(ctx, p, id, v)
	}
}

// moment is the window that stands there until there is another.
func moment() slack.ModalViewRequest {
	return window(message{above: []slack.Block{note("One moment…")}})
}

// window is a message as a window.
func window(m message) slack.ModalViewRequest {
	return slack.ModalViewRequest{
		Type: slack.VTModal, Title: label("briefbot", maxViewText), Close: label("Close", maxViewText),
		Blocks: slack.Blocks{BlockSet: m.Blocks()},
	}
}

func (s *Slack) openView(ctx context.Context, p place, trigger string, v slack.ModalViewRequest) (id string, err error) {
	err = p.w.call(ctx, "views.open", "", func(ctx context.Context) error {
		r, err := p.w.api.OpenViewContext(ctx, trigger, v)
		if err == nil && r != nil {
			id = r.ID
		}
		return err
	})
	return id, err
}

// updateView shows another view in a window; nil for none.
func (s *Slack) updateView(ctx context.Context, p place, id string, v *slack.ModalViewRequest) error {
	if v == nil {
		return nil
	}
	return s.persist(ctx, 0, func() error {
		return p.w.call(ctx, "views.update", "", func(ctx context.Context) error {
			_, err := p.w.api.UpdateViewContext(ctx, *v, "", "", id)
			return err
		})
	})
}
