package console

import "golang.org/x/term"

// maxHistory is how many lines are remembered.
const maxHistory = 200

// history remembers what was typed in this session, oldest first, without
// empty lines and repetitions.
type history struct{ lines []string }

var _ term.History = (*history)(nil)

// Add remembers a line.
func (h *history) Add(line string) {
	if line == "" || h.Len() > 0 && h.At(0) == line {
		return
	}
	if len(h.lines) == maxHistory {
		h.lines = append(h.lines[:0], h.lines[1:]...)
	}
	h.lines = append(h.lines, line)
}

// Len returns how many lines are remembered.
func (h *history) Len() int { return len(h.lines) }

// At returns the line typed i lines before the last one.
func (h *history) At(i int) string { return h.lines[len(h.lines)-1-i] }
