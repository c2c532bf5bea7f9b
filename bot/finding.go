package bot

// Finding is one thing that briefbot doctor has looked at: how it is, and what
// to do where it is not as it should be.
type Finding struct {
	Level   Level
	Subject string // what was looked at, in a few words: "Discord token"
	Message string // one sentence: how it is
	Fix     string // what to do, or the empty string
}

// Level says how much a finding matters.
type Level uint8

// The levels.
const (
	Good    Level = iota // as it should be
	Notice               // works, and yet somebody should know
	Problem              // does not work until it is mended
)

func (l Level) String() string { return [...]string{"ok", "note", "PROBLEM"}[l] }
