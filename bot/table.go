package bot

import (
	"slices"

	"github.com/briefbot/briefbot/briefings"
)

// Arguments that several commands share.
var (
	asOf  = Arg{Name: "as_of", Type: Date, Summary: "Answer as the book stood then"}
	full  = Arg{Name: "full", Type: Flag, Summary: "Show everything there is"}
	share = Arg{Name: "share", Type: Flag, Summary: "Show the answer to everybody in the channel"}
	page  = Arg{Name: "page", Type: Whole, Min: 1, Max: 10_000, Summary: "Which page of a long answer"}
)

// table returns every command, in the order in which help shows them.
func table() []Command {
	reading := func(args ...Arg) []Arg { return append(args, asOf, full, share) }
	list := []Command{
		{
			Name: "who", Role: briefings.Reader, run: who, atOnce: whoAtOnce,
			Summary:  "Who somebody is, why they matter now, and what they did last",
			Args:     reading(required(name("name", "A name, or a description such as “us envoy”"))),
			Phrases:  []phrase{sayOf("who leads *", "name", "leader"), sayOf("who heads *", "name", "leader"), sayOf("who is the leader of *", "name", "leader")},
			Examples: []string{"who Witkoff", "who us envoy", "who Zelensky as_of:2025-12-03"},
		},
		{
			Name: "status", Role: briefings.Reader, run: status,
			Summary: "Where a track or a document stands, and what comes next",
			Args: reading(name("track", "A track or a document; all tracks if left out", briefings.Track, briefings.Document),
				Arg{Name: "pin", Type: Flag, Means: "desk pin", Summary: "Keep it up to date in this channel, for editors"}),
			Phrases:  []phrase{say("where do things stand", ""), say("where do the * stand", "track"), say("where does the * stand", "track"), say("what is the status of *", "track"), say("how is the * going", "track"), say("how are the * going", "track"), say("where are we", ""), say("what is the state of play", "")},
			Examples: []string{"status talks", "status", "status talks as_of:yesterday"},
		},
		{
			Name: "timeline", Role: briefings.Reader, run: timeline,
			Summary: "What happened, newest first",
			Args: reading(
				name("topic", "What it is about; everything if left out"),
				name("who", "Only what concerns this one"),
				Arg{Name: "from", Type: Date, Summary: "Not before this day"},
				Arg{Name: "to", Type: Date, Summary: "Not after this day"},
				page,
			),
			Phrases:  []phrase{say("what happened", ""), say("what happened since *", "from"), say("what has happened since *", "from"), say("what has happened", "")},
			Examples: []string{"timeline talks", "timeline who:Zelensky from:2025-11-30", "timeline to:2025-12-01"},
		},
		{
			Name: "positions", Role: briefings.Reader, run: positions,
			Summary:  "Who wants what: the newest position of each party on each issue",
			Args:     reading(name("issue", "What they differ on; every issue if left out"), name("party", "Whose positions; everybody's if left out")),
			Phrases:  []phrase{say("who wants what", ""), say("what does * want", "party"), say("what do * want", "party"), say("what does the * want", "party"), say("what is the position of *", "party"), say("what are the positions of *", "party"), say("what are the positions on *", "issue")},
			Examples: []string{"positions", "positions donbas", "positions party:Russia"},
		},
		{
			Name: "brief", Role: briefings.Reader, run: brief,
			Summary:  "One page on anything in the book; the whole book if left out",
			Args:     reading(name("topic", "A person, organisation, track, document, place or term")),
			Phrases:  []phrase{say("summary", ""), say("overview", ""), say("latest", ""), say("the latest", ""), say("what is going on", "")},
			Examples: []string{"brief talks", "brief Witkoff", "brief"},
		},
		{
			Name: "find", Role: briefings.Reader, run: find,
			Summary:  "Where the book speaks of something",
			Args:     reading(Arg{Name: "text", Type: Search, Required: true, Summary: "Words to look for; “quotes” make a phrase"}, page),
			Examples: []string{"find sabotage", `find "security guarantees"`},
		},
		{
			Name: "changes", Role: briefings.Reader, run: changes,
			Summary: "What is new in the book: old and new",
			Args: reading(
				Arg{Name: "since", Type: Date, Summary: "Since when; since your last look if left out"},
				name("topic", "Only what concerns this one"),
				Arg{Name: "after", Type: Whole, Summary: "Only what came after the change of this number"},
				page,
			),
			Phrases:  []phrase{say("news", ""), say("what is new", ""), say("whats new", ""), say("what changed", ""), say("what changed since *", "since"), say("what has changed since *", "since"), say("what is new since *", "since"), say("what has changed", "")},
			Examples: []string{"changes since:2025-12-01", "changes", "changes since:yesterday topic:talks"},
		},
		{
			Name: "upcoming", Role: briefings.Reader, run: upcoming,
			Summary:  "What is expected, and what was expected and is not known to have happened",
			Args:     reading(Arg{Name: "days", Type: Whole, Min: 1, Max: 3650, Summary: "How far ahead; 14 days if left out"}),
			Phrases:  []phrase{say("what next", ""), say("what is next", ""), say("whats next", ""), say("what comes next", ""), say("what is coming up", "")},
			Examples: []string{"upcoming", "upcoming 30"},
		},
		{
			Name: "sources", Role: briefings.Reader, run: sourcesOf,
			Summary:  "On what it rests: who published it, when, and what only repeats it",
			Args:     reading(name("topic", "On what the page of this one rests; the whole book if left out"), page),
			Phrases:  []phrase{say("source", ""), say("what is the source", ""), say("what are the sources", ""), say("what are the sources of *", "topic"), say("what is the source of *", "topic"), say("says who", "")},
			Examples: []string{"sources", "sources Witkoff", "sources talks"},
		},
		{
			Name: "home", Role: briefings.Reader, run: home,
			Summary:  "The board: where everything stands, what is to be checked, and how to ask",
			Args:     reading(),
			Examples: []string{"home"},
		},
		{
			Name: "help", Role: briefings.Reader, run: help,
			Summary:  "How to ask",
			Args:     []Arg{{Name: "command", Type: CommandName, Summary: "One command; all of them if left out"}},
			Phrases:  []phrase{say("", ""), say("hello", ""), say("hi", ""), say("commands", "")},
			Examples: []string{"help", "help timeline"},
		},
		{
			Name: "about", Role: briefings.Reader, run: about,
			Summary:  "What this book follows, and how much is in it",
			Examples: []string{"about"},
		},
	}
	return slices.Concat(list, suggestTable(), bookTable(), reviewTable(), adminTable(), digestTable(), watchTable(), deliveryTable())
}
