package briefings

// SourceID names a source in its book. It has the form of a slug.
type SourceID string

// Source is where claims can be read. Sources that derive from one origin
// count as one.
type Source struct {
	ID   SourceID `json:"id"`
	Name string   `json:"name"`
	// URL and Archive are http or https addresses; Archive is a lasting copy.
	URL       string `json:"url,omitempty"`
	Archive   string `json:"archive,omitempty"`
	Published Moment `json:"published,omitzero"`
	// DerivesFrom is the source that this one repeats.
	DerivesFrom SourceID `json:"derives_from,omitempty"`

	Version Version `json:"-"`
}
