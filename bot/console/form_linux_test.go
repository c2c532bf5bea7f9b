package console_test

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot/bottest"
)

var _ bottest.Filler = (*pty)(nil)

// quiet is for how long nothing more may come before all is taken to be there.
const quiet = 150 * time.Millisecond

// settled reads until a screen's last line is a prompt of some kind and nothing more
// comes, and returns the lines of it that came since.
func (p *pty) settled() ([]string, error) {
	from, b := len(p.seen), make([]byte, 1<<16)
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		if err := p.master.SetReadDeadline(time.Now().Add(quiet)); err != nil {
			return nil, err
		}
		n, err := p.master.Read(b)
		p.seen = append(p.seen, b[:n]...)
		lines := screen(p.seen[from:], 1000)
		last := lines[len(lines)-1] + " "
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded) && (strings.HasPrefix(last, "> ") || strings.HasPrefix(last, prompt)):
			return lines, nil
		case err != nil && !errors.Is(err, os.ErrDeadlineExceeded):
			return nil, err
		}
	}
	return nil, errors.New("no prompt comes")
}

// formInput is an input as it is shown.
type formInput struct {
	label, value string
	choices      []string
}

func inputOf(lines []string) formInput {
	in := formInput{value: strings.TrimSpace(strings.TrimPrefix(lines[len(lines)-1], ">"))}
	for _, line := range lines[:len(lines)-1] {
		switch number, choice, ok := strings.Cut(strings.TrimSpace(line), "  "); {
		case ok && len(number) == 1 && number >= "1" && number <= "9":
			in.choices = append(in.choices, choice)
		case line != "" && !strings.HasPrefix(line, ">") && !strings.HasPrefix(line, prompt) && !strings.HasPrefix(line, "Enter keeps"):
			in.label, _, _ = strings.Cut(line, "  ")
		}
	}
	return in
}

// walk goes through the form of a line, and puts into each input what answer says.
func (p *pty) walk(line string, answer func(formInput) string) (title string, last []string, err error) {
	if _, err := p.master.WriteString(line + "\r"); err != nil {
		return "", nil, err
	}
	for first := true; ; first = false {
		lines, err := p.settled()
		if err != nil {
			return "", nil, err
		}
		if strings.HasPrefix(lines[len(lines)-1]+" ", prompt) {
			return title, lines, nil
		}
		if first {
			title = lines[1]
		}
		if _, err := p.master.WriteString("\x15" + answer(inputOf(lines)) + "\r"); err != nil { // Ctrl-U empties the line
			return "", nil, err
		}
	}
}

// Open goes through the form, looks at each input, and leaves it at the last.
func (p *pty) Open(line string) (bottest.Opened, error) {
	p.opened = line
	o := bottest.Opened{Values: map[string]string{}}
	var err error
	o.Title, _, err = p.walk(line, func(in formInput) string {
		o.Values[in.label] = in.value
		if len(o.Values) == 3 {
			return "/cancel"
		}
		if in.value == "" {
			return "something"
		}
		return in.value
	})
	return o, err
}

// Submit goes through the form that was opened last once more.
func (p *pty) Submit(values map[string]string) (bottest.Seen, error) {
	_, lines, err := p.walk(p.opened, func(in formInput) string {
		value, ok := values[in.label]
		if !ok {
			return in.value
		}
		if i := slices.Index(in.choices, value); i >= 0 {
			return string(rune('1' + i))
		}
		return strings.NewReplacer(`\`, `\\`, "\n", `\n`).Replace(value)
	})
	return bottest.Seen{Text: strings.Join(lines, "\n"), Private: true}, err
}

func TestForm_IsLeftWithoutAnEffect(t *testing.T) {
	core := corpus()
	p := open(t, core)
	_, lines, err := p.walk("/desk write a word", func(formInput) string { return "/cancel" })
	if err != nil {
		t.Fatal(err)
	}
	if seen := strings.Join(lines, "\n"); !strings.Contains(seen, "Nothing was changed.") || core.Last().Via == "form" {
		t.Errorf("seen: %s", seen)
	}
	if seen, err := p.Type("/echo next"); err != nil || !strings.Contains(seen.Text, "next") {
		t.Errorf("then: %q, %v", seen.Text, err)
	}
	p.send("\x1b[A")
	p.shows(columns, lastLine(prompt+"/echo next")) // and no input
}

func TestForm_AsksAgainForWhatIsNeededOrDoesNotFit(t *testing.T) {
	core := corpus()
	p := open(t, core)
	asked := map[string]int{}
	_, lines, err := p.walk("/desk write a word", func(in formInput) string {
		asked[in.label]++
		switch in.label {
		case "Title is needed.", "Title":
			if asked[in.label] == 1 && in.label == "Title" {
				return ""
			}
			return "A title"
		case "Kind":
			return "9"
		case "Write a number from 1 to 2.":
			return "a status"
		default:
			return in.value
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen := strings.Join(lines, "\n"); !strings.Contains(seen, "Written") || core.Last().Invocation.Get("kind") != "status" {
		t.Errorf("seen: %s\n%v", seen, asked)
	}
}
