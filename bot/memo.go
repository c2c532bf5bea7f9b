package bot

import (
	"strings"
	"sync"

	"github.com/briefbot/briefbot/briefings"
)

// memo is what is made of a page at most once between two changes of what it
// shows: its cards as most readers ask for them, and who else has the names by
// which it is asked for.
type memo struct {
	who *Card

	mu     sync.Mutex
	status *Card           // nil until somebody asks
	same   map[string]Text // by what was typed
}

// maxSame is how many names of one page are remembered.
const maxSame = 32

// memo returns what is made of a page as it stands.
func (c *Call) memo(p *briefings.Page) *memo {
	if m := p.Memo.Load(); m != nil && (m.Until.IsZero() || c.Request.Now.Before(m.Until)) {
		if made, ok := m.Value.(*memo); ok {
			return made
		}
	}
	card, until := newView(c.Now, c.Request.Now).who(p, false)
	made := &memo{who: card, same: map[string]Text{}}
	p.Memo.Store(&briefings.Memo{Value: made, Until: until})
	return made
}

// statusCard is the card of view.status, signed. It holds as long as that of who:
// both show the page's own records.
func (m *memo) statusCard(c *Call, p *briefings.Page) *Card {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.status == nil {
		v := newView(c.Now, c.Request.Now)
		m.status = v.status(p, false)
		v.sign(m.status)
	}
	return m.status
}

// namesakes is view.namesakes, which looks through the whole index.
func (m *memo) namesakes(v view, query string, p *briefings.Page) Text {
	m.mu.Lock()
	t, ok := m.same[query]
	m.mu.Unlock()
	if ok {
		return t
	}
	t = v.namesakes(query, p)
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.same) >= maxSame {
		clear(m.same)
	}
	m.same[strings.Clone(query)] = t
	return t
}
