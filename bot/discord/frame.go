package discord

import "encoding/json"

// The operations of the gateway
// (https://discord.com/developers/docs/topics/opcodes-and-status-codes).
const (
	opDispatch       = 0
	opHeartbeat      = 1
	opIdentify       = 2
	opResume         = 6
	opReconnect      = 7
	opInvalidSession = 9
	opHello          = 10
	opHeartbeatAck   = 11
)

// frame is one message that the gateway sends.
type frame struct {
	Op   int             `json:"op"`
	Data json.RawMessage `json:"d"`
	Seq  int64           `json:"s,omitempty"`
	Type string          `json:"t,omitempty"`
}

// outgoing is a frame that we send.
type outgoing struct {
	Op   int `json:"op"`
	Data any `json:"d"`
}

// hello is the first frame of a connection.
type hello struct {
	HeartbeatMillis int64 `json:"heartbeat_interval"`
}

// identify begins a session. It asks for no intent: interactions come without,
// and nothing else is wanted.
type identify struct {
	Token      string            `json:"token"`
	Intents    int               `json:"intents"`
	Properties map[string]string `json:"properties"`
}

// resume asks to go on with a session.
type resume struct {
	Token   string `json:"token"`
	Session string `json:"session_id"`
	Seq     int64  `json:"seq"`
}

// ready is what the first dispatch of a session says.
type ready struct {
	Session   string `json:"session_id"`
	ResumeURL string `json:"resume_gateway_url"`
	User      struct {
		ID       string `json:"id"`
		Username string `json:"username"`
	} `json:"user"`
	Application struct {
		ID string `json:"id"`
	} `json:"application"`
	Guilds []struct {
		ID string `json:"id"`
	} `json:"guilds"`
}

// closing is what a close code of Discord's means to us.
type closing struct {
	// fatal is the sentence for the operator where connecting again cannot help.
	fatal string
	// fresh is true where the session is gone, so that it cannot be resumed.
	fresh bool
}

// closeCodes are the codes after which we don't just resume.
var closeCodes = map[int]closing{
	4004: {fatal: "Discord refused the bot's token. Copy a new one from the Bot page of the application (Reset Token) and give it to briefbot."},
	4010: {fatal: "Discord refused the shard."},
	4011: {fatal: "The bot is in too many servers for one connection: Discord asks for shards, which this version does not have."},
	4012: {fatal: "Discord does not speak this version of its gateway any more. Install a newer briefbot."},
	4013: {fatal: "Discord refused the intents of the connection. This is a fault of briefbot's: please report it."},
	4014: {fatal: "Discord refused an intent that the application has not been given. This is a fault of briefbot's, which needs none: please report it."},
	4003: {fresh: true}, // not authenticated
	4007: {fresh: true}, // invalid sequence
	4009: {fresh: true}, // session timed out
}
