package briefings

// EntryID is an entry's slug: lower-case words joined by hyphens, unique in its
// book. It is minted when the entry is created and never changes or returns;
// names change, slugs don't. MintSlug makes one, CheckSlug judges one.
type EntryID string

// EntryKind is what sort of thing an entry is.
type EntryKind string

// The kinds of entry.
const (
	Person   EntryKind = "person"
	Org      EntryKind = "org"
	Track    EntryKind = "track" // a topic or a negotiation
	Document EntryKind = "document"
	Place    EntryKind = "place"
	Term     EntryKind = "term"
)

// EntryKinds lists the kinds in the order in which they are shown.
var EntryKinds = []EntryKind{Person, Org, Track, Document, Place, Term}

// Entry is a thing in the book.
type Entry struct {
	ID      EntryID   `json:"slug"`
	Kind    EntryKind `json:"kind"`
	Name    string    `json:"name"`
	Aliases []string  `json:"aliases,omitempty"`
	// Role is one line: what they are ("US special envoy").
	Role string `json:"role,omitempty"`
	// Affiliation is the entry that they belong to or speak for.
	Affiliation EntryID `json:"affiliation,omitempty"`
	// Summary is the standing background; WhyNow is why they matter today.
	Summary string `json:"summary,omitempty"`
	WhyNow  string `json:"why_now,omitempty"`
	// Open lists the questions that the sources leave open.
	Open  []string `json:"open,omitempty"`
	Links []Link   `json:"links,omitempty"`
	// Importance is 0 to 100. Among names that fit equally well the more
	// important entry is meant.
	Importance int `json:"importance,omitempty"`
	// Claim speaks for the role and the affiliation.
	Claim Claim `json:"claim,omitzero"`

	Version Version `json:"-"`
}

// Link is an address worth knowing, with what is found there.
type Link struct {
	Title string `json:"title"`
	URL   string `json:"url"`
}
