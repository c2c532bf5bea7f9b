package bot

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"

	"github.com/briefbot/briefbot/briefings"
)

// Locale is a language, as its BCP 47 tag: "uk", "ru", "de", "fr", "pt-BR". It
// is no platform's own code for it; an adapter translates where the two differ.
type Locale string

// Wording is what a command or an argument is called in a language, and what is
// said of it.
type Wording struct {
	Name    string `toml:"name"`
	Summary string `toml:"summary"`
}

// localeFiles are the translations, a file each language. They are data, so
// that a translator needs no Go, and so that a new file is a new language.
//
//go:embed locales/*.toml
var localeFiles embed.FS

const localeFolder = "locales"

// localeShape is a tag of a language, with a script or a region if need be.
var localeShape = regexp.MustCompile(`^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$`)

// sharedTable is the table with the words of arguments that several commands
// have. A command's own words for an argument go before them, each by itself.
const sharedTable = "shared"

// translated is a table of a file: what a command is called, and its arguments,
// by their English names.
type translated struct {
	Wording
	Args map[string]Wording `toml:"args"`
}

// localise gives each command and argument its words in every language that
// files has. It returns an error, with the file and what to do, where a file
// lacks words, or has any that belong to nothing.
func localise(commands []Command, files fs.FS) error {
	names, err := fs.Glob(files, localeFolder+"/*.toml")
	if err != nil {
		return fmt.Errorf("list translations: %w", err)
	}
	for i := range commands {
		commands[i].Local = make(map[Locale]Wording, len(names))
		for j := range commands[i].Args {
			commands[i].Args[j].Local = make(map[Locale]Wording, len(names))
		}
	}
	for _, name := range names {
		tables, err := readLocale(files, name)
		if err == nil {
			err = attach(commands, localeOf(name), tables)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// localeOf returns the language that a file is named after.
func localeOf(file string) Locale {
	return Locale(strings.TrimSuffix(path.Base(file), ".toml"))
}

func readLocale(files fs.FS, name string) (map[string]translated, error) {
	switch tag := localeOf(name); {
	case !localeShape.MatchString(string(tag)):
		return nil, fmt.Errorf("the file must be named after a language tag, such as uk.toml or pt-BR.toml")
	case tag == "en" || strings.HasPrefix(string(tag), "en-"):
		return nil, fmt.Errorf("the English words are in the command table: change them there, and remove this file")
	}
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	var tables map[string]translated
	err = toml.NewDecoder(bytes.NewReader(data)).DisallowUnknownFields().Decode(&tables)
	var unknown *toml.StrictMissingError
	var broken *toml.DecodeError
	switch {
	case errors.As(err, &unknown) && len(unknown.Errors) > 0:
		first := &unknown.Errors[0]
		line, _ := first.Position()
		return nil, fmt.Errorf("line %d: there is no key %s: a command takes name, summary and args, an argument name and summary", line, strings.Join(first.Key(), "."))
	case errors.As(err, &broken):
		line, _ := broken.Position()
		return nil, fmt.Errorf("line %d: this is not how a translation is written, see the top of the file: %w", line, err)
	}
	return tables, err
}

// attach puts a language's words onto the commands. They have room for it.
func attach(commands []Command, locale Locale, tables map[string]translated) error {
	shared := tables[sharedTable]
	if shared.Wording != (Wording{}) {
		return fmt.Errorf("[%s] is no command: give it no name and no summary, only [%s.args.…]", sharedTable, sharedTable)
	}
	for i := range commands {
		c := &commands[i]
		own, there := tables[c.Name]
		if !there && c.Role > briefings.Reader {
			continue // the desk reads English where nobody has translated it
		}
		if err := own.complete(c.Name); err != nil {
			return err
		}
		c.Local[locale] = own.Wording
		for j := range c.Args {
			a := &c.Args[j]
			if a.hidden {
				continue
			}
			w := own.Args[a.Name].or(shared.Args[a.Name])
			if err := w.complete(c.Name + ".args." + a.Name); err != nil {
				return err
			}
			a.Local[locale] = w
		}
	}
	return checkUsed(commands, tables)
}

// or returns the words, with those of general where there are none.
func (w Wording) or(general Wording) Wording {
	if w.Name == "" {
		w.Name = general.Name
	}
	if w.Summary == "" {
		w.Summary = general.Summary
	}
	return w
}

// complete returns an error where a word is missing that belongs into a table.
func (w Wording) complete(table string) error {
	for _, field := range []struct{ key, value string }{{"name", w.Name}, {"summary", w.Summary}} {
		if strings.TrimSpace(field.value) == "" {
			return fmt.Errorf("the %s of %s is missing: write %s = \"…\" under [%s]", field.key, table, field.key, table)
		}
	}
	return nil
}

// checkUsed returns an error that names the first table which belongs to no
// command or to none of its arguments.
func checkUsed(commands []Command, tables map[string]translated) error {
	for _, table := range slices.Sorted(maps.Keys(tables)) {
		known := false
		args := map[string]bool{}
		for i := range commands {
			if table != sharedTable && table != commands[i].Name {
				continue
			}
			known = true
			for j := range commands[i].Args {
				args[commands[i].Args[j].Name] = true
			}
		}
		if !known && table != sharedTable {
			return fmt.Errorf("there is no command %q: remove [%s], or call it by the command's English name", table, table)
		}
		for _, arg := range slices.Sorted(maps.Keys(tables[table].Args)) {
			if !args[arg] {
				return fmt.Errorf("no argument %q belongs to %s: remove [%s.args.%s], or call it by the argument's English name", arg, table, table, arg)
			}
		}
	}
	return nil
}

// localNameShape is what Discord takes for a name in any language. It wants
// lower case, too, where a letter has it.
var localNameShape = regexp.MustCompile(`^[-_'\p{L}\p{N}\p{Devanagari}\p{Thai}]{1,32}$`)

// checkLocal returns an error that names the first language in which some
// platform would refuse the words.
func checkLocal(local map[Locale]Wording) error {
	for _, locale := range slices.Sorted(maps.Keys(local)) {
		w := local[locale]
		switch {
		case !localNameShape.MatchString(w.Name):
			return fmt.Errorf("in %s: the name %q must be 1 to 32 letters, digits, - or _", locale, w.Name)
		case w.Name != strings.ToLower(w.Name):
			return fmt.Errorf("in %s: the name %q must be in lower case", locale, w.Name)
		}
		if err := checkSummary(w.Summary); err != nil {
			return fmt.Errorf("in %s: %w", locale, err)
		}
	}
	return nil
}

// longest returns how many characters of a platform's total a name and a
// summary take: of each, the language counts in which it is longest.
func longest(name, summary string, local map[Locale]Wording) int {
	n, s := utf8.RuneCountInString(name), utf8.RuneCountInString(summary)
	for _, w := range local {
		n, s = max(n, utf8.RuneCountInString(w.Name)), max(s, utf8.RuneCountInString(w.Summary))
	}
	return n + s
}

// checkLocalNames returns an error where a name could mean two of n things of a
// kind, to somebody who reads one language and English. The English names are
// known to differ.
func checkLocalNames(kind string, n int, thing func(i int) (name string, local map[Locale]Wording)) error {
	english := map[string]bool{}
	for i := range n {
		name, _ := thing(i)
		english[name] = true
	}
	type word struct {
		locale Locale
		name   string
	}
	seen := map[word]string{}
	for i := range n {
		name, local := thing(i)
		for _, locale := range slices.Sorted(maps.Keys(local)) {
			w := word{locale, local[locale].Name}
			if english[w.name] && w.name != name {
				return fmt.Errorf("%s %q: in %s it is called %q, which is another one in English", kind, name, locale, w.name)
			}
			if other := seen[w]; other != "" {
				return fmt.Errorf("%s %q: in %s it is called %q, as %q is", kind, name, locale, w.name, other)
			}
			seen[w] = name
		}
	}
	return nil
}
