package discordtest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// Intents that the server has events for, and those that need permission.
const (
	intentGuilds         = 1 << 0
	intentMembers        = 1 << 1
	intentPresences      = 1 << 8
	intentGuildMessages  = 1 << 9
	intentDirectMessages = 1 << 12
	intentContent        = 1 << 15

	privilegedIntents = intentMembers | intentPresences | intentContent
	knownIntents      = 1<<17 - 1 | 1<<20 | 1<<21 | 1<<24 | 1<<25
)

const (
	identifiesADay  = 1000
	identifyPause   = 5 * time.Second // between two IDENTIFY, for max_concurrency 1
	maxSent         = 120             // by a client
	sentPer         = time.Minute
	maxClientFrame  = 4096 // bytes
	compressFrom    = 1024 // bytes, where the client takes zlib
	handshakeBuffer = 4096
)

// Gateway is the server's WebSocket side. Its methods make the faults of a
// gateway, on the connections that are there and those that come.
type Gateway struct {
	s      *Server
	served sync.WaitGroup

	mu         sync.Mutex
	closed     bool
	conns      []*conn
	sessions   map[string]*session
	order      []*session
	resumeURL  string
	stopAcks   bool
	limitPace  bool
	identified time.Time

	noHello, reconnectEarly, refuseResume, holdReady int

	connections, identifies, hasty, resumes, heartbeats int
	closeCodes                                          []int
	paths                                               []string
}

func newGateway(s *Server) *Gateway { return &Gateway{s: s, sessions: map[string]*session{}} }

// Gateway returns the server's gateway.
func (s *Server) Gateway() *Gateway { return s.gateway }

// url returns an address of the gateway.
func (g *Gateway) url(suffix string) string {
	return "ws://" + g.s.host.Addr() + "/gateway" + suffix
}

// session is what a client can resume.
type session struct {
	id       string
	intents  int64
	shard    int
	shards   int
	compress bool
	seq      int64
	events   []event
	conn     *conn // nil while nobody is connected
}

type event struct {
	seq  int64
	kind string
	data json.RawMessage
}

// frame is a message of the gateway.
type frame struct {
	Op   int             `json:"op"`
	Data json.RawMessage `json:"d"`
	Seq  *int64          `json:"s"`
	Type *string         `json:"t"`
}

// dispatch sends an event to the sessions that want it, or keeps it for those
// that may be resumed. It reports whether there are any. Callers hold the
// server's mu.
func (s *Server) dispatch(guild *Guild, kind string, intent int64, data object) bool {
	if intent != 0 && guild != nil && kind != "GUILD_DELETE" && guild.members[s.bot.ID] == nil {
		return false
	}
	raw, err := json.Marshal(data)
	if err != nil {
		panic(err) // made of maps and strings
	}
	g := s.gateway
	if g == nil {
		return false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	taken := false
	for _, ses := range g.order {
		if intent != 0 && ses.intents&intent == 0 || !ses.serves(guild) {
			continue
		}
		taken = true
		g.send(ses, kind, raw)
	}
	return taken
}

// serves reports whether a session's shard is that of a guild.
func (s *session) serves(guild *Guild) bool {
	if guild == nil {
		return s.shard == 0
	}
	id, _ := strconv.ParseInt(guild.ID, 10, 64) // ids are numbers
	return int((id>>22)%int64(s.shards)) == s.shard
}

// send gives an event to a session. Callers hold mu.
func (g *Gateway) send(ses *session, kind string, raw json.RawMessage) {
	ses.seq++
	e := event{ses.seq, kind, raw}
	ses.events = append(ses.events, e)
	if ses.conn != nil && !g.stopAcks {
		ses.conn.event(e, ses.compress)
	}
}

func (c *conn) event(e event, compress bool) {
	c.push(frame{Op: opDispatch, Data: e.data, Seq: &e.seq, Type: &e.kind}, compress)
}

// forget ends a session, so that it cannot be resumed. Callers hold mu.
func (g *Gateway) forget(ses *session) {
	if ses == nil {
		return
	}
	delete(g.sessions, ses.id)
	g.order = slices.DeleteFunc(g.order, func(s *session) bool { return s == ses })
	ses.conn = nil
}

// serve is one connection, from its beginning to its end.
func (g *Gateway) serve(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	if g.closed {
		g.mu.Unlock()
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	g.served.Add(1)
	g.mu.Unlock()
	defer g.served.Done()
	up := websocket.Upgrader{
		CheckOrigin: func(*http.Request) bool { return true }, HandshakeTimeout: time.Minute,
		ReadBufferSize: handshakeBuffer, WriteBufferSize: handshakeBuffer,
	}
	ws, err := up.Upgrade(w, r, nil)
	if err != nil {
		return // the upgrader has answered
	}
	c := newConn(g, ws)
	if !g.admit(c, r) {
		c.cut()
		c.wait()
		return
	}
	g.s.changedNow()
	switch v := r.URL.Query().Get("v"); {
	case v != "9" && v != "10":
		c.close(closeVersion)
	case r.URL.Query().Get("encoding") != "json":
		c.close(closeDecode)
	default:
		c.hello()
		c.read()
	}
	g.left(c)
	c.cut()
	c.wait()
	g.s.changedNow()
}

// admit makes a connection known.
func (g *Gateway) admit(c *conn, r *http.Request) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return false
	}
	g.connections++
	g.paths = append(g.paths, r.URL.Path)
	g.conns = append(g.conns, c)
	if g.noHello > 0 {
		g.noHello--
		c.mute = true
	}
	if g.reconnectEarly > 0 {
		g.reconnectEarly--
		c.early = true
	}
	return true
}

// left takes a connection off, whose session may be resumed.
func (g *Gateway) left(c *conn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.conns = slices.DeleteFunc(g.conns, func(o *conn) bool { return o == c })
	if c.session != nil && c.session.conn == c {
		c.session.conn = nil
	}
}

// shut cuts all connections and waits for them.
func (g *Gateway) shut() {
	g.mu.Lock()
	g.closed = true
	for _, c := range g.conns {
		c.cut()
	}
	g.mu.Unlock()
	g.served.Wait()
}

// changedNow wakes everybody who waits for a change.
func (s *Server) changedNow() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.host.Note()
}
