package bot

import "github.com/briefbot/briefbot/briefings"

// Arguments that several commands of the desk share.
var (
	argSource = Arg{Name: "source", Type: Words, Summary: "https://…, the name of a source, or unsourced"}
	argDate   = Arg{Name: "date", Type: Date, Summary: "When it was: 2 Dec, yesterday 18:00, December 2025"}
	argAbout  = Arg{Name: "about", Type: Words, Summary: "Whom it concerns, parted by semicolons; else as the text names them"}
	argSays   = Arg{Name: "attribution", Type: Words, Summary: "Who says so: a senior adviser"}
	argWeight = Arg{Name: "importance", Type: Whole, Min: 1, Max: 100, Summary: "1 to 100; watchers are told of 90 and more at once, at night too"}
	argSure   = Arg{Name: "confidence", Type: Words, Summary: "How sure it is", Choices: choices(briefings.Confidences)}
	argNature = Arg{Name: "nature", Type: Words, Summary: "What kind of knowledge it is", Choices: choices(briefings.Natures)}
	// seenArg is the version that was shown with a button of ours.
	seenArg   = Arg{Name: argBase, Type: Whole, Summary: "Of a button", hidden: true}
	argReason = Arg{Name: "why", Type: Words, Summary: "Why, for the history"}
)

// choices are values as the choices of an argument.
func choices[T ~string](values []T) []string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = string(v)
	}
	return list
}

// name is an argument that names an entry.
func name(name, summary string, kinds ...briefings.EntryKind) Arg {
	return Arg{Name: name, Type: EntryName, Summary: summary, Kinds: kinds}
}

// record is an argument that names an entry or a report.
func record(name, summary string) Arg { return Arg{Name: name, Type: RecordName, Summary: summary} }

// prose is an argument that holds a text.
func prose(name, summary string) Arg { return Arg{Name: name, Type: Prose, Summary: summary} }

// required makes an argument required.
func required(a Arg) Arg {
	a.Required = true
	return a
}

// formArgs are the arguments that a form fills in, and what it holds beside them.
// Nobody is asked for them, but for those that the command declares itself.
func formArgs(own ...Arg) []Arg {
	args := own
	has := func(name string) bool {
		for _, a := range own {
			if a.Name == name {
				return true
			}
		}
		return false
	}
	for _, f := range fields {
		if has(f.name) {
			continue
		}
		a := Arg{Name: f.name, Type: Prose, Summary: f.label, hidden: true}
		args = append(args, a)
	}
	for _, n := range []string{argBase, argOpen, argPart} {
		args = append(args, Arg{Name: n, Type: Whole, Summary: "Of a form", hidden: true})
	}
	return append(args, Arg{Name: argSave, Type: Flag, Summary: "Of a form", hidden: true})
}

// bookTable is what editors do to the book.
func bookTable() []Command {
	const editor = briefings.Editor
	return []Command{
		{
			Name: "book add", Role: editor, run: bookAdd,
			Summary: "Add an entry or a report, in a form",
			Args: formArgs(
				required(Arg{Name: "kind", Type: Words, Summary: "What sort of thing it is", Choices: append(choices(briefings.EntryKinds), choices(briefings.ReportKinds)...)}),
				Arg{Name: "name", Type: Words, Summary: "What it is called, if it is an entry"},
				Arg{Name: "role", Type: Words, Summary: "What they are, in one line"},
				name("affiliation", "What they belong to or speak for"),
				prose("summary", "Who or what it is"),
			),
			Examples: []string{`book add person name:"Rustem Umerov" role:"secretary of the security council" affiliation:Ukraine`, "book add person", "book add event"},
		},
		{
			Name: "book edit", Role: editor, run: bookEdit,
			Summary:  "Change an entry or a report, in a form",
			Args:     formArgs(required(record("what", "An entry, or the id of a report"))),
			Examples: []string{"book edit Witkoff"},
		},
		{
			Name: "book set", Role: editor, run: bookSet,
			Summary: "Change one field of an entry or a report",
			Args: []Arg{
				required(record("what", "An entry, or the id of a report")),
				required(Arg{Name: "field", Type: Words, Summary: "Which field", Choices: fieldNames()}),
				required(prose("value", "What it says from now on; - for nothing")),
				argReason,
			},
			Examples: []string{`book set Witkoff role "US special envoy"`, `book set talks summary "Talks on an end of the war." why:"shorter"`},
		},
		{
			Name: "book status", Role: editor, run: bookReport(briefings.Status),
			Summary: "Say where a track or a document stands now",
			Args: []Arg{
				required(name("track", "A track or a document", briefings.Track, briefings.Document)),
				required(prose("text", "Where it stands, in a sentence or two")),
				argSource, argDate,
				{Name: "trend", Type: Words, Summary: "Where it is heading", Choices: choices(briefings.Trends)},
				{Name: "why", Type: Words, Summary: "Why that trend"},
				{Name: "next", Type: Words, Summary: "What comes next"},
				{Name: "next_update", Type: Date, Summary: "When to expect word"},
				argAbout, argSays, argSure, argNature, argWeight,
			},
			Examples: []string{`book status talks "The talks go on in Geneva." source:https://example.org/a date:today trend:improving why:"both sides came"`},
		},
		{
			Name: "book event", Role: editor, run: bookReport(briefings.Event),
			Summary: "Add something that happened, or is expected",
			Args: []Arg{
				required(prose("text", "What happened, in a sentence or two")),
				argSource, argDate, argAbout,
				{Name: "state", Type: Words, Summary: "How certain it is that it takes place", Choices: choices(briefings.EventStates)},
				name("place", "Where it happened"),
				argSays, argSure, argNature, argWeight,
			},
			Examples: []string{`book event "Witkoff met Putin in Moscow." source:https://example.org/a date:"2 Dec"`},
		},
		{
			Name: "book position", Role: editor, run: bookReport(briefings.Position),
			Summary: "Add what a party wants on an issue",
			Args: []Arg{
				required(name("party", "Whose position it is", briefings.Org, briefings.Person)),
				required(name("issue", "What it is on")),
				required(prose("text", "What they want, in a sentence or two")),
				argSource, argDate,
				{Name: "drift", Type: Words, Summary: "How it differs from their earlier one", Choices: choices(briefings.Drifts)},
				argAbout, argSays, argSure, argNature, argWeight,
			},
			Examples: []string{`book position Russia Donbas "Russia wants all of it." source:https://example.org/a date:today drift:hardened`},
		},
		{
			Name: "book statement", Role: editor, run: bookReport(briefings.Statement),
			Summary: "Add what somebody said",
			Args: []Arg{
				required(name("speaker", "Who said it", briefings.Person, briefings.Org)),
				required(prose("text", "What they said, in a sentence or two")),
				argSource, argDate, argAbout,
				name("place", "Where it was said"),
				argSays, argSure, argNature, argWeight,
			},
			Examples: []string{`book statement Zelensky "He said that it would not be simple." source:https://example.org/a date:"2 Dec 2025"`},
		},
		{
			Name: "book source", Role: editor, run: bookSource,
			Summary: "Add a source, or say more of one",
			Args: []Arg{
				required(Arg{Name: "source", Type: Words, Summary: "Its address, or the name of one that is there"}),
				{Name: "name", Type: Words, Summary: "What it is called"},
				{Name: "published", Type: Date, Summary: "When it was published"},
				{Name: "archive", Type: Words, Summary: "Where a copy of it is kept: https://…"},
				{Name: "derives_from", Type: Words, Summary: "The source that it repeats"},
			},
			Examples: []string{`book source https://example.org/a name:"Example, 2 December" published:"2 Dec 2025"`},
		},
		{
			Name: "book alias", Role: editor, run: bookAlias,
			Summary: "Add another name by which an entry is found",
			Args: []Arg{
				required(name("entry", "Which entry")),
				required(Arg{Name: "alias", Type: Words, Summary: "What people also call it"}),
			},
			Examples: []string{`book alias Witkoff "the US envoy"`},
		},
		{
			Name: "book link", Role: editor, run: bookLink,
			Summary: "Add an address that is worth knowing to an entry",
			Args: []Arg{
				required(name("entry", "Which entry")),
				required(Arg{Name: "url", Type: Words, Summary: "https://…"}),
				{Name: "title", Type: Words, Summary: "What is found there"},
			},
			Examples: []string{`book link Witkoff https://example.org/witkoff title:"Biography"`},
		},
		{
			Name: "book verify", Role: editor, run: bookVerify,
			Summary: "Say that something was checked and still holds",
			Args: []Arg{
				required(record("what", "An entry, a track for where it stands, or the id of a report")),
				{Name: "until", Type: Date, Summary: "Until when it holds; as long as its sort does if left out"},
				seenArg,
			},
			Examples: []string{"book verify Witkoff", "book verify talks"},
		},
		{
			Name: "book merge", Role: editor, run: bookMerge,
			Summary: "Make one entry of two: the first becomes part of the second",
			Args: []Arg{
				required(name("from", "The entry that goes")),
				required(name("into", "The entry that stays")),
			},
			Examples: []string{`book merge "Peace talks" talks`},
		},
		{
			Name: "book retract", Role: editor, run: bookRetract,
			Summary: "Take a report or an entry out of the book; its history stays",
			Args: []Arg{
				required(record("what", "The id of a report, or an entry")),
				required(Arg{Name: "why", Type: Words, Summary: "Why, for the history"}),
			},
			Examples: []string{`book retract s-2025-12-02-k3f9a7 why:"the source withdrew it"`},
		},
		{
			Name: "book undo", Role: editor, run: bookUndo,
			Summary:  "Take back your own last change, within ten minutes of it",
			Args:     []Arg{{Name: "change", Type: Words, Summary: "Its revision, such as 12 or 12-14; your last one if left out"}},
			Examples: []string{"book undo"},
		},
		{
			Name: "book show", Role: briefings.Reader, run: bookShow,
			Summary:  "What a change did, by its revision: yours, or for editors any",
			Args:     []Arg{required(Arg{Name: "change", Type: Words, Summary: "Such as 12 or 12-14"})},
			Examples: []string{"book show 12"},
		},
		{
			Name: "book history", Role: editor, run: bookHistory,
			Summary:  "Every version of an entry or a report: who, when, why",
			Args:     []Arg{required(record("what", "An entry, or the id of a report")), page},
			Examples: []string{"book history Witkoff"},
		},
		{
			Name: "book diff", Role: editor, run: bookDiff,
			Summary: "What differs between two versions, field by field",
			Args: []Arg{
				required(record("what", "An entry, or the id of a report")),
				{Name: "from", Type: Whole, Summary: "A version; the one before if left out"},
				{Name: "to", Type: Whole, Min: 1, Summary: "A version; the newest if left out"},
			},
			Examples: []string{"book diff Witkoff", "book diff Witkoff from:1 to:3"},
		},
		{
			Name: "book revert", Role: editor, run: bookRevert,
			Summary: "Make an entry or a report again what it was",
			Args: []Arg{
				required(record("what", "An entry, or the id of a report")),
				required(Arg{Name: "to", Type: Whole, Min: 1, Max: 1_000_000, Summary: "To which version"}),
				argReason, seenArg,
			},
			Examples: []string{"book revert Witkoff to:2"},
		},
	}
}
