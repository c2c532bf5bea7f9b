package names

// How says by what a name was found, best first.
type How int

// The ways to find a name.
const (
	Exact  How = iota // the whole primary name, folded
	Alias             // the whole of another name
	Prefix            // the beginning of a name
	Token             // whole words of a name, in any order
	Role              // a description: "us envoy"
	Near              // another spelling, or a slip of the finger
)

// Key is the number by which whoever has an item knows it. Any number will do.
type Key uint32

// Item is one thing that has names.
type Item struct {
	// Key is what a match returns. It is unique in an index.
	Key Key
	// Names are what it is called, the primary name first.
	Names []string
	// Roles are texts that describe it: its role first, then the names of what
	// it belongs to. A description finds the item when all its words are here
	// or in Names.
	Roles []string
	// Weight is 0 to 100; of two equal matches the heavier comes first.
	Weight int
}

// Match is one thing found.
type Match struct {
	Key Key
	// Name is the name of the item that fitted best, as it was given.
	Name string
	How  How
	// Similarity is 0 to 1, without the weight; 1 for Exact and Alias.
	Similarity float64
	// Weight is the item's. It is no part of Similarity; Winner weighs both.
	Weight int
}
