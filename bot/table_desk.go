package bot

import "github.com/briefbot/briefbot/briefings"

// suggestTable is what readers and contributors ask of the desk.
func suggestTable() []Command {
	return []Command{
		{
			Name: "suggest", Role: briefings.Contributor, run: suggest,
			Summary: "Suggest a change of an entry or a report to the desk",
			Args: formArgs(
				required(record("what", "An entry, or the id of a report")),
				Arg{Name: "field", Type: Words, Summary: "One field; a form with all if left out", Choices: fieldNames()},
				prose("value", "What it should say"),
				prose("note", "What you say to it"),
			),
			Examples: []string{"suggest Witkoff", `suggest Witkoff field:role value:"US special envoy" note:"as the White House writes it"`},
		},
		{
			Name: "outdated", Role: briefings.Reader, run: outdated,
			Summary:  "Tell the desk that something is out of date",
			Args:     []Arg{required(record("what", "An entry, or the id of a report")), prose("note", "What has changed, if you know")},
			Examples: []string{`outdated Witkoff note:"he has another post now"`},
		},
		{
			Name: "ask", Role: briefings.Reader, run: askDesk,
			Summary:  "Ask the desk what the book does not say",
			Args:     []Arg{required(Arg{Name: "text", Type: Words, Summary: "Your question"})},
			Examples: []string{"ask who leads the Ukrainian delegation now"},
		},
		{
			Name: "explain", Role: briefings.Reader, run: explain, Menu: "Brief me",
			Summary:  "Who and what is named in a text",
			Args:     []Arg{required(prose(MessageText, "The text"))},
			Examples: []string{`explain "Witkoff met Putin in Moscow"`},
		},
		{
			Name: "draft", Role: briefings.Contributor, run: draft, Menu: "Add to book",
			Summary: "Make a report of a message",
			Args: []Arg{
				prose(MessageText, "What it says"),
				{Name: MessageLink, Type: Words, Summary: "Where it can be read"},
				{Name: MessagePosted, Type: Words, Summary: "When it was"},
				{Name: MessageID, Type: Words, Summary: "Of a form", hidden: true},
				{Name: "kind", Type: Words, Summary: "What it is", Choices: choices(briefings.ReportKinds)},
				{Name: "about", Type: Words, Summary: "Whom and what it concerns, parted by semicolons"},
				{Name: argPart, Type: Whole, Summary: "Of a form", hidden: true},
				{Name: argOpen, Type: Whole, Summary: "Of a form", hidden: true},
			},
			Examples: []string{`draft "Witkoff met Putin in Moscow." source:https://example.org/a date:"2 Dec" kind:event`},
		},
		{
			Name: "mydata export", Role: briefings.Reader, run: mydataExport,
			Summary:  "What this book knows of you",
			Args:     []Arg{page},
			Examples: []string{"mydata export"},
		},
		{
			Name: "mydata erase", Role: briefings.Reader, run: mydataErase,
			Summary:  "Take you out of this book; what you wrote stays, as somebody's",
			Args:     []Arg{{Name: "confirm", Type: Flag, Summary: "Do it: it cannot be undone"}},
			Examples: []string{"mydata erase"},
		},
	}
}

// reviewTable is how editors work through what waits for them.
func reviewTable() []Command {
	const editor = briefings.Editor
	id := required(Arg{Name: "id", Type: Words, Summary: "Which suggestion"})
	question := required(Arg{Name: "question", Type: Words, Summary: "What was asked"})
	return []Command{
		{
			Name: "review queue", Role: editor, run: reviewQueue,
			Summary:  "What was suggested and asked, one after the other",
			Args:     []Arg{{Name: "id", Type: Words, Summary: "Which; the oldest if left out"}},
			Examples: []string{"review queue"},
		},
		{
			Name: "review approve", Role: editor, run: reviewApprove,
			Summary:  "Take a suggestion into the book",
			Args:     []Arg{id, seenArg},
			Examples: []string{"review approve k3f9a7bc"},
		},
		{
			Name: "review edit", Role: editor, run: reviewEdit,
			Summary:  "Change a suggestion, and take it into the book",
			Args:     formArgs(id),
			Examples: []string{"review edit k3f9a7bc"},
		},
		{
			Name: "review reject", Role: editor, run: reviewReject,
			Summary:  "Turn a suggestion down",
			Args:     []Arg{id, {Name: "why", Type: Words, Summary: "Why, for whoever made it"}},
			Examples: []string{`review reject k3f9a7bc why:"no source says so"`},
		},
		{
			Name: "review answer", Role: editor, run: reviewAnswer,
			Summary:  "Answer a question that somebody asked the desk",
			Args:     []Arg{id, prose("text", "The answer")},
			Examples: []string{`review answer k3f9a7bc text:"It is Rustem Umerov."`},
		},
		{
			Name: "review stale", Role: editor, run: reviewStale,
			Summary:  "What nobody has verified in time, the longest waiting first",
			Args:     []Arg{page},
			Examples: []string{"review stale"},
		},
		{
			Name: "review unanswered", Role: editor, run: reviewUnanswered,
			Summary:  "What people asked and did not find, by how often",
			Args:     []Arg{page},
			Examples: []string{"review unanswered"},
		},
		{
			Name: "review alias", Role: editor, run: reviewAlias,
			Summary:  "Make what was not found another name of an entry",
			Args:     []Arg{question, name("entry", "Of which entry"), {Name: "alias", Type: Words, Summary: "How it is written"}},
			Examples: []string{`review alias "the envoy" entry:Witkoff`},
		},
		{
			Name: "review stub", Role: editor, run: reviewStub,
			Summary: "Make an entry of what was not found",
			Args: []Arg{
				question,
				{Name: "kind", Type: Words, Summary: "What sort of thing it is", Choices: choices(briefings.EntryKinds)},
				{Name: "name", Type: Words, Summary: "What it is called"},
				{Name: "role", Type: Words, Summary: "What they are, in one line"},
			},
			Examples: []string{`review stub "umerov" kind:person name:"Rustem Umerov"`},
		},
	}
}

// adminTable is what admins set.
func adminTable() []Command {
	const admin = briefings.Admin
	return []Command{
		{
			Name: "desk roles", Role: admin, run: deskRoles,
			Summary: "Who may do what here; or give a role to a person or a group",
			Args: []Arg{
				{Name: "to", Type: Account, Summary: "A person or a group; everyone, direct or guests"},
				{Name: "role", Type: Words, Summary: "Which role; none takes it away", Choices: []string{noRole, "reader", "contributor", "editor", "admin"}},
				{Name: "all", Type: Words, Summary: "In place of a person: everyone, direct messages or guests", Choices: grantees},
			},
			Examples: []string{"desk roles", "desk roles to:group:123 role:editor", "desk roles to:everyone role:contributor"},
		},
		{
			Name: "desk link", Role: admin, run: deskLink,
			Summary: "Say that two accounts are one person",
			Args: []Arg{
				required(Arg{Name: "account", Type: Account, Summary: "Somebody here"}),
				required(Arg{Name: "same_as", Type: Words, Summary: "The other account, as slack/T1/U1; none to part them"}),
			},
			Examples: []string{"desk link user:123 slack/T1/U1"},
		},
		{
			Name: "desk bind", Role: admin, run: deskBind,
			Summary:  "Where this book answers; or bind this workspace to another book",
			Args:     []Arg{{Name: "book", Type: Words, Summary: "The id of a book of which you are an admin"}},
			Examples: []string{"desk bind"},
		},
		{
			Name: "desk freshness", Role: admin, run: deskFreshness,
			Summary: "How long claims hold before they are shown as STALE",
			Args: []Arg{
				{Name: "status", Type: Words, Summary: "Of a status: 24h, 2d"},
				{Name: "position", Type: Words, Summary: "Of a position: 7d"},
				{Name: "role", Type: Words, Summary: "Of a role: 90d"},
			},
			Examples: []string{"desk freshness", "desk freshness status:12h"},
		},
		{
			Name: "desk audit", Role: admin, run: deskAudit,
			Summary: "Who did what, the newest first",
			Args: []Arg{
				record("what", "Only what changed this entry, with its reports, or this report"),
				{Name: "who", Type: Account, Summary: "Only what this person did"},
				{Name: "day", Type: Date, Summary: "Only of this day"},
				page,
			},
			Examples: []string{"desk audit", "desk audit Witkoff", "desk audit day:yesterday"},
		},
		{
			Name: "desk import", Role: admin, run: deskImport,
			Summary: "See what a book in a TOML file would change, and then import it",
			Args: []Arg{
				{Name: "file", Type: Attachment, Summary: "The book, as one .toml file of up to 1 MB"},
				{Name: "plan", Type: Words, Summary: "Of the press", hidden: true},
			},
			Examples: []string{"desk import"},
		},
		{
			Name: "desk export", Role: admin, run: deskExport,
			Summary:  "The book as a file",
			Args:     []Arg{{Name: "format", Type: Words, Summary: "toml to change it, json with the whole history", Choices: []string{"toml", "json"}}},
			Examples: []string{"desk export", "desk export json"},
		},
		{
			Name: "desk stats", Role: admin, run: deskStats,
			Summary:  "How the book is doing: changes, what is stale, what waits",
			Examples: []string{"desk stats"},
		},
	}
}
