package bot

import (
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"

	"github.com/briefbot/briefbot/briefings"
)

// languages are those that briefbot comes with, beside English.
var languages = []Locale{"de", "fr", "ru", "uk"}

// words returns all words of a table, by where they stand.
func words(commands []Command) map[string]Wording {
	all := map[string]Wording{}
	for _, c := range commands {
		for locale, w := range c.Local {
			all[string(locale)+" "+c.Name] = w
		}
		for _, a := range c.Args {
			for locale, w := range a.Local {
				all[string(locale)+" "+c.Name+" "+a.Name] = w
			}
		}
	}
	return all
}

func TestLocales_EveryCommandAndArgumentHasWordsInEachLanguage(t *testing.T) {
	commands := table()
	if err := localise(commands, localeFiles); err != nil {
		t.Fatal(err)
	}
	if err := validate(commands); err != nil {
		t.Fatal(err)
	}
	check := func(what string, local map[Locale]Wording) {
		if got := slices.Sorted(maps.Keys(local)); !slices.Equal(got, languages) {
			t.Errorf("%s has words in %q, want %q", what, got, languages)
		}
	}
	for _, c := range commands {
		if c.Role > briefings.Reader {
			continue // the desk reads English
		}
		check("/"+c.Name, c.Local)
		for _, a := range c.Args {
			check("/"+c.Name+" "+a.Name, a.Local)
		}
	}
}

func TestLocales_AreWrittenAlike(t *testing.T) {
	commands := table()
	if err := localise(commands, localeFiles); err != nil {
		t.Fatal(err)
	}
	for where, w := range words(commands) {
		if strings.HasSuffix(w.Summary, ".") || strings.TrimSpace(w.Summary) != w.Summary {
			t.Errorf("%s: %q ends in a full stop or has space around it", where, w.Summary)
		}
		if first, _ := utf8.DecodeRuneInString(w.Summary); strings.ToUpper(string(first)) != string(first) {
			t.Errorf("%s: %q starts with a small letter", where, w.Summary)
		}
		if !norm.NFC.IsNormalString(w.Name + w.Summary) {
			t.Errorf("%s: %q has letters in parts: write it in NFC", where, w)
		}
		// What is typed before a colon has its hyphens read as underscores.
		if strings.Count(where, " ") == 2 && strings.Contains(w.Name, "-") {
			t.Errorf("%s: the argument %q has a hyphen, want an underscore", where, w.Name)
		}
	}
}

// small is a table with as much in it as the rules of translation need.
func small() []Command {
	arg := func(name string) Arg { return Arg{Name: name, Summary: "It"} }
	return []Command{
		{Name: "who", Summary: "Who", Role: briefings.Reader, run: about, Args: []Arg{arg("name"), arg("page")}},
		{Name: "find", Summary: "Find", Role: briefings.Reader, run: about, Args: []Arg{arg("text"), arg("page")}},
	}
}

// german is a whole translation of small, with its tables apart.
var german = []string{
	"[shared.args.page]\nname = 'seite'\nsummary = 'Welche Seite'\n",
	"[who]\nname = 'wer'\nsummary = 'Wer'\n",
	"[who.args.name]\nname = 'name'\nsummary = 'Ein Name'\n",
	"[find]\nname = 'suche'\nsummary = 'Suche'\n",
	"[find.args.text]\nname = 'text'\nsummary = 'Ein Text'\n",
}

// file returns translations in one file: german, with from written as to.
func file(t *testing.T, name, from, to string) fs.FS {
	t.Helper()
	text := strings.Join(german, "")
	if !strings.Contains(text, from) {
		t.Fatalf("no %q to replace", from)
	}
	return fstest.MapFS{"locales/" + name: {Data: []byte(strings.Replace(text, from, to, 1))}}
}

func TestLocalise_OwnWordsGoBeforeTheSharedOnesEachByItself(t *testing.T) {
	commands := small()
	files := file(t, "de.toml", german[1], german[1]+"[who.args.page]\nsummary = 'Welche von den Seiten'\n")
	if err := localise(commands, files); err != nil {
		t.Fatal(err)
	}
	want := map[string]Wording{
		"de who": {"wer", "Wer"}, "de who name": {"name", "Ein Name"}, "de who page": {"seite", "Welche von den Seiten"},
		"de find": {"suche", "Suche"}, "de find text": {"text", "Ein Text"}, "de find page": {"seite", "Welche Seite"},
	}
	if diff := cmp.Diff(want, words(commands)); diff != "" {
		t.Errorf("words (-want +got):\n%s", diff)
	}
}

func TestLocalise_AFileIsALanguage(t *testing.T) {
	for _, name := range []string{"de.toml", "pt-BR.toml", "es-419.toml", "zh-Hant-TW.toml"} {
		commands := small()
		if err := localise(commands, file(t, name, "", "")); err != nil {
			t.Error(err)
		}
		locale := Locale(strings.TrimSuffix(name, ".toml"))
		if commands[0].Local[locale].Name != "wer" || commands[1].Args[1].Local[locale].Name != "seite" {
			t.Errorf("%s: %v, want its words as %s", name, words(commands), locale)
		}
	}
}

func TestLocalise_RefusesABrokenFileAndSaysWhatToDo(t *testing.T) {
	for _, c := range []struct{ name, file, from, to, want string }{
		{"no TOML", "", "[who]", "[who", "locales/de.toml: line 4: this is not how a translation is written, see the top of the file"},
		{"no text", "", "name = 'wer'", "name = 7", "locales/de.toml: line 5: this is not how a translation is written"},
		{"no table", "", german[1], "who = 'wer'\n", "locales/de.toml: line 4: there is no key"},
		{"twice", "", german[3], german[3] + german[3], "locales/de.toml: line 13: this is not how a translation is written"},
		{"unknown key", "", "summary = 'Wer'", "sumary = 'Wer'", "locales/de.toml: line 6: there is no key who.sumary: a command takes name, summary and args"},
		{"unknown key of an argument", "", "summary = 'Ein Name'", "description = 'Ein Name'", "locales/de.toml: line 9: there is no key who.args.name.description: a command takes name, summary and args, an argument name and summary"},
		{"arguments without args", "", "[who.args.name]", "[who.options.name]", "locales/de.toml: line 7: there is no key who.options"},
		{"unknown command", "", german[4], german[4] + "[wer]\nname = 'wer'\nsummary = 'Wer'\n", `locales/de.toml: there is no command "wer": remove [wer], or call it by the command's English name`},
		{"unknown argument", "", german[4], german[4] + "[find.args.seite]\nname = 'seite'\n", `locales/de.toml: no argument "seite" belongs to find: remove [find.args.seite], or call it by the argument's English name`},
		{"argument of another command", "", german[4], german[4] + "[find.args.name]\nname = 'name'\n", `locales/de.toml: no argument "name" belongs to find`},
		{"unknown shared argument", "", german[4], german[4] + "[shared.args.since]\nname = 'seit'\n", `locales/de.toml: no argument "since" belongs to shared: remove [shared.args.since]`},
		{"shared as a command", "", german[0], "[shared]\nname = 'alle'\n" + german[0], "locales/de.toml: [shared] is no command: give it no name and no summary, only [shared.args.…]"},
		{"command left out", "", german[3], "", `locales/de.toml: the name of find is missing: write name = "…" under [find]`},
		{"summary left out", "", "summary = 'Wer'\n", "", `locales/de.toml: the summary of who is missing: write summary = "…" under [who]`},
		{"summary blank", "", "'Wer'", "' '", `locales/de.toml: the summary of who is missing`},
		{"argument left out", "", german[4], "", `locales/de.toml: the name of find.args.text is missing: write name = "…" under [find.args.text]`},
		{"argument's summary left out", "", "summary = 'Ein Text'\n", "", `locales/de.toml: the summary of find.args.text is missing: write summary = "…" under [find.args.text]`},
		{"shared argument left out", "", german[0], "", `locales/de.toml: the name of who.args.page is missing`},
		{"nothing in it", "", strings.Join(german, ""), "", `locales/de.toml: the name of who is missing`},
		{"no language", "german.toml", "", "", "locales/german.toml: the file must be named after a language tag, such as uk.toml or pt-BR.toml"},
		{"another spelling", "pt_br.toml", "", "", "locales/pt_br.toml: the file must be named after a language tag"},
		{"English", "en-GB.toml", "", "", "locales/en-GB.toml: the English words are in the command table: change them there, and remove this file"},
	} {
		name := c.file
		if name == "" {
			name = "de.toml"
		}
		err := localise(small(), file(t, name, c.from, c.to))
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v\nwant %s", c.name, err, c.want)
		}
	}
}

// TestValidate_RefusesWordsThatSomePlatformWould holds every language to the
// limits of English.
func TestValidate_RefusesWordsThatSomePlatformWould(t *testing.T) {
	for _, c := range []struct{ name, from, to, want string }{
		{"all in order", "", "", ""},
		{"name of 32 letters", "'wer'", "'" + strings.Repeat("ж", 32) + "'", ""},
		{"name of 33 letters", "'wer'", "'" + strings.Repeat("ж", 33) + "'", `command "who": in de: the name`},
		{"summary of 100 letters", "'Wer'", "'" + strings.Repeat("ж", 100) + "'", ""},
		{"summary of 101 letters", "'Wer'", "'" + strings.Repeat("ж", 101) + "'", `command "who": in de: the summary has 101 characters: a platform takes 1 to 100`},
		{"argument's summary of 101 letters", "'Ein Text'", "'" + strings.Repeat("x", 101) + "'", `command "find": argument "text": in de: the summary has 101`},
		{"letter apostrophe", "'wer'", "'імʼя'", ""},
		{"vowel signs of Hindi", "'wer'", "'कौन_है'", ""},
		{"no lower case to have", "'wer'", "'誰'", ""},
		{"capital", "'wer'", "'Хто'", `command "who": in de: the name "Хто" must be in lower case`},
		{"space", "'wer'", "'wer ist'", `command "who": in de: the name "wer ist" must be 1 to 32 letters, digits, - or _`},
		{"typographic apostrophe", "'wer'", "'qu’est'", `command "who": in de: the name`},
		{"letter in parts", "'suche'", "'e\u0301tat'", `command "find": in de: the name`},
		{"capital in an argument", "'text'", "'Text'", `command "find": argument "text": in de: the name "Text" must be in lower case`},
		{"two commands alike", "'suche'", "'wer'", `command "find": in de it is called "wer", as "who" is`},
		{"another command's English name", "'suche'", "'who'", `command "find": in de it is called "who", which is another one in English`},
		{"its own English name", "'suche'", "'find'", ""},
		{"two arguments alike", "'text'", "'seite'", `command "find": argument "page": in de it is called "seite", as "text" is`},
		{"another argument's English name", "'text'", "'page'", `command "find": argument "text": in de it is called "page", which is another one in English`},
		{"an argument like a command", "'text'", "'wer'", ""},
	} {
		commands := small()
		if err := localise(commands, file(t, "de.toml", c.from, c.to)); err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		switch err := validate(commands); {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.want != "" && (err == nil || !strings.HasPrefix(err.Error(), c.want)):
			t.Errorf("%s: %v\nwant %s", c.name, err, c.want)
		}
	}
}

func TestValidate_TheSameNameInTwoLanguagesIsFine(t *testing.T) {
	commands := small()
	files := fstest.MapFS{}
	for _, name := range []string{"de.toml", "nl.toml"} {
		files["locales/"+name] = &fstest.MapFile{Data: []byte(strings.Join(german, ""))}
	}
	if err := localise(commands, files); err != nil {
		t.Fatal(err)
	}
	if err := validate(commands); err != nil {
		t.Error(err)
	}
}

// TestValidate_TheTotalCountsTheLanguageInWhichEachFieldIsLongest fills a
// command up to the total, which needs choices, and lets one language spill.
func TestValidate_TheTotalCountsTheLanguageInWhichEachFieldIsLongest(t *testing.T) {
	choices := func(runes int) (list []string) {
		for ; runes > 0; runes -= maxChoiceRunes {
			list = append(list, strings.Repeat("ж", min(runes, maxChoiceRunes)))
		}
		return list
	}
	filled := func() []Command {
		c := Command{Name: "who", Summary: "Who?", Role: briefings.Reader, run: about}
		c.Args = []Arg{{Name: "a", Summary: "A", Choices: choices(2500)}, {Name: "b", Summary: "B"}}
		// The name of the first language and the summary of the second count.
		c.Local = map[Locale]Wording{"de": {"wer_denn", "Wer"}, "uk": {"хто", "Хто це?"}}
		size := utf8.RuneCountInString("wer_denn" + "Хто це?" + "aA" + "bB")
		c.Args[1].Choices = choices((maxDeclarationRunes-size)/2 - 2500)
		if left := (maxDeclarationRunes - size) % 2; left > 0 {
			c.Args[0].Summary += strings.Repeat("!", left)
		}
		return []Command{c}
	}
	if err := validate(filled()); err != nil {
		t.Fatal(err)
	}
	for name, lengthen := range map[string]func(c *Command){
		"name":               func(c *Command) { c.Local["uk"] = Wording{"хто_це_такий", "Хто це?"} },
		"summary":            func(c *Command) { c.Local["de"] = Wording{"wer_denn", "Wer ist das"} },
		"argument's summary": func(c *Command) { c.Args[1].Local = map[Locale]Wording{"uk": {"б", "Бе"}} },
		"English summary":    func(c *Command) { c.Summary = "Who is that" },
	} {
		commands := filled()
		lengthen(&commands[0])
		err := validate(commands)
		if err == nil || !strings.Contains(err.Error(), "characters in all: a platform takes 8000") {
			t.Errorf("longer %s: %v, want it refused", name, err)
		}
	}
}

// BenchmarkLocalise is what the translations add to the start; 2 ms is the most
// it may be.
func BenchmarkLocalise(b *testing.B) {
	for b.Loop() {
		if err := localise(table(), localeFiles); err != nil {
			b.Fatal(err)
		}
	}
}
