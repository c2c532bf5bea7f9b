package bot

import (
	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
)

// channelArg is an argument that names a channel.
func channelArg(name, summary string) Arg { return Arg{Name: name, Type: Channel, Summary: summary} }

// digestOptions are the arguments by which a schedule is set.
func digestOptions(first ...Arg) []Arg {
	return append(first,
		Arg{Name: "zone", Type: Words, Summary: "In which time zone, such as Europe/Dublin; yours if left out"},
		Arg{Name: "topics", Type: Words, Summary: "Only these entries, parted by commas; all for the whole book"},
		Arg{Name: "when_empty", Type: Words, Summary: "What is done when nothing is new", Choices: choices(delivery.WhenEmpties)},
		Arg{Name: "items", Type: Whole, Min: 1, Max: delivery.MaxItems, Summary: "How many changes before the rest goes into the thread; 12 if left out"},
		Arg{Name: "catchup", Type: Words, Summary: "How late a missed one may still come: 10m to 168h; 6h if left out"},
		Arg{Name: "on_unknown", Type: Words, Summary: "What to do where nobody can find out whether it arrived", Choices: choices(delivery.OnUnknowns)},
		Arg{Name: "confirm", Type: Flag, Summary: "That it is meant so"},
	)
}

// digestTable is how admins schedule digests.
func digestTable() []Command {
	const admin = briefings.Admin
	named := required(Arg{Name: "name", Type: ScheduleName, Summary: "Which digest"})
	return []Command{
		{
			Name: "digest create", Role: admin, run: digestCreate,
			Summary: "Post a digest into a channel by the clock",
			Args: digestOptions(
				required(channelArg("channel", "Where it goes")),
				required(Arg{Name: "when", Type: Words, Summary: "When: weekdays 08:00, mon,thu 18:00, or cron"}),
				Arg{Name: "name", Type: Words, Summary: "What it is called"},
			),
			Examples: []string{`digest create #news "weekdays 08:00" zone:Europe/Dublin topics:talks,donbas when_empty:one-line`},
		},
		{
			Name: "digest edit", Role: admin, run: digestEdit,
			Summary: "Change a digest",
			Args: digestOptions(
				named,
				Arg{Name: "when", Type: Words, Summary: "When: weekdays 08:00, mon,thu 18:00, or cron"},
				channelArg("add", "Another channel"), channelArg("remove", "A channel that it goes to no more"),
			),
			Examples: []string{`digest edit talks when:"weekdays 07:30"`},
		},
		{Name: "digest list", Role: admin, alone: true, run: digestList, Summary: "The digests, when each comes next, and how the last went", Examples: []string{"digest list"}},
		{Name: "digest history", Role: admin, run: digestHistory, Summary: "What became of each time that a digest was due", Args: []Arg{named, page}, Examples: []string{"digest history talks"}},
		{Name: "digest preview", Role: admin, run: digestPreview, Summary: "What would be posted now; nothing is posted", Args: []Arg{named}, Examples: []string{"digest preview talks"}},
		{Name: "digest run", Role: admin, run: digestRun, Summary: "Post an edition now, beside those that are scheduled", Args: []Arg{named}, Examples: []string{"digest run talks"}},
		{Name: "digest pause", Role: admin, run: digestPause, Summary: "Let a digest rest", Args: []Arg{named}, Examples: []string{"digest pause talks"}},
		{Name: "digest resume", Role: admin, run: digestResume, Summary: "Let a digest go on; what was due meanwhile does not come", Args: []Arg{named}, Examples: []string{"digest resume talks"}},
		{Name: "digest delete", Role: admin, run: digestDelete, Summary: "Take a digest away", Args: []Arg{named, {Name: "confirm", Type: Flag, Summary: "Do it"}}, Examples: []string{"digest delete talks"}},
	}
}

// watchTable is how readers are told of what changes.
func watchTable() []Command {
	const reader = briefings.Reader
	which := Arg{Name: "watch", Type: Words, Summary: "Which: its number in the list, or what it is of"}
	return []Command{
		{
			Name: "watch add", Role: reader, others: true, run: watchAdd,
			Summary: "Be told when something changes",
			Args: []Arg{
				{Name: "topic", Type: Words, Summary: "Which entries, parted by commas; the whole book if left out"},
				channelArg("channel", "Tell this channel in place of you"),
				{Name: "quiet", Type: Words, Summary: "Hours in which it waits, such as 22:00-07:00"},
				{Name: "zone", Type: Words, Summary: "Of the quiet hours, such as Europe/Dublin; yours if left out"},
			},
			Examples: []string{"watch add talks", `watch add talks quiet:"22:00-07:00"`},
		},
		{Name: "watch list", Role: reader, alone: true, run: watchList, Summary: "What you are told of", Examples: []string{"watch list"}},
		{Name: "watch remove", Role: reader, run: watchRemove, Summary: "Be told no more", Args: []Arg{which}, Examples: []string{"watch remove 1"}},
		{Name: "watch pause", Role: reader, run: watchPause, Summary: "Be told nothing for now", Args: []Arg{which}, Examples: []string{"watch pause 1"}},
		{Name: "watch resume", Role: reader, run: watchResume, Summary: "Be told again", Args: []Arg{which}, Examples: []string{"watch resume 1"}},
	}
}

// deliveryTable is how the desk looks after what is posted.
func deliveryTable() []Command {
	const admin, editor = briefings.Admin, briefings.Editor
	failed := required(Arg{Name: "delivery", Type: Words, Summary: "Which message, by the ten letters that mark it"})
	track := required(name("track", "A track or a document", briefings.Track, briefings.Document))
	where := channelArg("channel", "Where; here if left out")
	return []Command{
		{Name: "desk pin", Role: editor, run: deskPin, Summary: "Keep the status of a track up to date in a message", Args: []Arg{track, where}, Examples: []string{"desk pin talks"}},
		{Name: "desk unpin", Role: editor, run: deskUnpin, Summary: "Let such a message be as it is", Args: []Arg{track, where}, Examples: []string{"desk unpin talks"}},
		{Name: "desk failures", Role: admin, run: deskFailures, Summary: "What was not delivered, why, and what to do", Args: []Arg{page}, Examples: []string{"desk failures"}},
		{Name: "desk post", Role: admin, run: deskPost, Summary: "Post a message that failed after all", Args: []Arg{failed}, Examples: []string{"desk post k3f9a7bcde"}},
		{Name: "desk posted", Role: admin, run: deskPosted, Summary: "Say that a message is there, of which that was not known", Args: []Arg{failed}, Examples: []string{"desk posted k3f9a7bcde"}},
		{Name: "desk drop", Role: admin, run: deskDrop, Summary: "Say that a message that failed is not wanted any more", Args: []Arg{failed}, Examples: []string{"desk drop k3f9a7bcde"}},
		{Name: "desk reopen", Role: admin, run: deskReopen, Summary: "Send to a channel again to which nothing was sent any more", Args: []Arg{required(Arg{Name: "place", Type: Words, Summary: "Which, as desk failures names it"})}, Examples: []string{"desk reopen slack/T012AB3CD/C012AB3CD"}},
		{Name: "desk notices", Role: admin, run: deskNotices, Summary: "Where admins are told what was not delivered", Args: []Arg{channelArg("channel", "From now on there"), {Name: "off", Type: Flag, Summary: "Nowhere"}}, Examples: []string{"desk notices #desk"}},
		{Name: "desk health", Role: admin, run: deskHealth, Summary: "How digests and alerts are doing", Examples: []string{"desk health"}},
	}
}
