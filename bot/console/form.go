package console

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/term"

	"github.com/briefbot/briefbot/bot"
)

// cancelWord leaves a form. Ctrl-C leaves the console, as everywhere.
const cancelWord = "/cancel"

const (
	formLeft   = "Nothing was changed."
	formClosed = "No form can be opened here: ask in a terminal."
)

// fill has the person fill in a form, an input after the other, each with what stands
// there already. ok is false where they left it.
func (s *session) fill(f *bot.Form) (values []bot.Value, ok bool, err error) {
	p := page{style: s.style()}
	p.block(words(strong, bot.CleanLine(f.Title)))
	p.block(words(faint, "Enter keeps what stands there; "+cancelWord+" leaves the form."))
	if _, err := s.term.Write(p.out.Bytes()); err != nil {
		return nil, false, fmt.Errorf("write a form: %w", err)
	}
	// What is put into a form is no command to come back to.
	remembered, complete := s.term.History, s.term.AutoCompleteCallback
	s.term.History, s.term.AutoCompleteCallback = &history{}, nil
	defer func() {
		s.term.History, s.term.AutoCompleteCallback = remembered, complete
		s.term.SetPrompt(s.console.opts.Prompt)
	}()
	for i := range f.Fields {
		value, ok, err := s.input(&f.Fields[i])
		if err != nil || !ok {
			return nil, false, err
		}
		values = append(values, bot.Value{Name: f.Fields[i].Name, Value: value})
	}
	return values, true, nil
}

// input asks for one input until what is put in can be.
func (s *session) input(f *bot.FormField) (value string, ok bool, err error) {
	if f.File {
		return "", true, s.say(formClosed)
	}
	p := page{style: s.style()}
	label := bot.CleanLine(f.Label)
	head := words(strong, label)
	if f.Hint != "" {
		head.add(faint, "  "+bot.CleanLine(f.Hint))
	}
	if f.Long {
		head.add(faint, `  (\n is a new line)`)
	}
	p.hang(rich{}, 0, head)
	for i, c := range f.Choices {
		p.hang(rich{}, 2, words(plain, fmt.Sprintf("%d  %s", i+1, bot.CleanLine(c.Label))))
	}
	if _, err := s.term.Write(p.out.Bytes()); err != nil {
		return "", false, fmt.Errorf("write an input: %w", err)
	}
	shown := onOneLine(f.Value)
	if i := slices.IndexFunc(f.Choices, func(c bot.Choice) bool { return c.Value == f.Value }); i >= 0 {
		shown = bot.CleanLine(f.Choices[i].Label)
	}
	s.term.SetPrompt("> ")
	for {
		s.resize()
		s.keyboard.typed(shown)
		line, err := s.term.ReadLine()
		if err != nil && !errors.Is(err, term.ErrPasteIndicator) {
			return "", false, err
		}
		if strings.TrimSpace(line) == cancelWord {
			return "", false, nil
		}
		value, problem := f.Value, ""
		if line != shown { // otherwise it is as it was, to the letter
			value, problem = read(f, line)
		}
		if problem == "" && f.Required && strings.TrimSpace(value) == "" {
			problem = label + " is needed."
		}
		if problem == "" {
			return value, true, nil
		}
		shown = line
		if err := s.say(problem); err != nil {
			return "", false, err
		}
	}
}

// read returns what a line puts in, or what is wrong with it.
func read(f *bot.FormField, line string) (value, problem string) {
	line = strings.TrimSpace(line)
	if len(f.Choices) > 0 && line != "" {
		n, err := strconv.Atoi(line)
		if err == nil && n >= 1 && n <= len(f.Choices) {
			return f.Choices[n-1].Value, ""
		}
		for _, c := range f.Choices {
			if strings.EqualFold(line, c.Value) || strings.EqualFold(line, bot.CleanLine(c.Label)) {
				return c.Value, ""
			}
		}
		return "", fmt.Sprintf("Write a number from 1 to %d.", len(f.Choices))
	}
	value = line
	if f.Long {
		value = onLines(line)
	}
	if n := utf8.RuneCountInString(value); f.MaxRunes > 0 && n > f.MaxRunes {
		return "", fmt.Sprintf("That has %d characters. Keep to %d.", n, f.MaxRunes)
	}
	return value, ""
}

// say writes a sentence.
func (s *session) say(sentence string) error {
	if _, err := s.term.Write([]byte(sentence + "\n")); err != nil {
		return fmt.Errorf("write a sentence: %w", err)
	}
	return nil
}

// onOneLine writes a text as one line in which \n is a new line; onLines reads it.
func onOneLine(s string) string {
	return strings.NewReplacer(`\`, `\\`, "\n", `\n`).Replace(bot.Clean(s))
}

func onLines(s string) string {
	return strings.NewReplacer(`\\`, `\`, `\n`, "\n").Replace(s)
}
