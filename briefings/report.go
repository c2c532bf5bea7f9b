package briefings

// ReportID names a report in its book. MintReportID makes one from what the
// report says; people may also choose one, in the form of a slug.
type ReportID string

// ReportKind is what sort of statement a report makes.
type ReportKind string

// The kinds of report.
const (
	Event     ReportKind = "event"     // something that happened or will
	Status    ReportKind = "status"    // where a track or document stands
	Position  ReportKind = "position"  // a party's stance on an issue
	Statement ReportKind = "statement" // who said what
)

// ReportKinds lists the kinds in the order in which they are shown.
var ReportKinds = []ReportKind{Status, Event, Position, Statement}

// Trend is where a track is heading.
type Trend string

// The trends. Empty means that nobody has said.
const (
	Improving Trend = "improving"
	Steady    Trend = "steady"
	Worsening Trend = "worsening"
	Unclear   Trend = "unclear"
)

// Drift is how a position differs from the party's earlier one on the issue.
type Drift string

// The drifts. Empty means that nobody has said.
const (
	Unchanged Drift = "unchanged"
	Hardened  Drift = "hardened"
	Softened  Drift = "softened"
	Reversed  Drift = "reversed"
)

// EventState is how certain it is that an event takes or took place.
type EventState string

// The states of an event. Empty stands for Held.
const (
	Expected  EventState = "expected"
	Confirmed EventState = "confirmed"
	Postponed EventState = "postponed"
	Cancelled EventState = "cancelled"
	Held      EventState = "held"
)

// The values that the fields of a report may have.
var (
	Trends      = []Trend{Improving, Steady, Worsening, Unclear}
	Drifts      = []Drift{Unchanged, Hardened, Softened, Reversed}
	EventStates = []EventState{Expected, Confirmed, Postponed, Cancelled, Held}
)

// Report is one dated, sourced statement about entries.
type Report struct {
	ID   ReportID   `json:"id"`
	Kind ReportKind `json:"kind"`
	// Text says it in one or two sentences; Detail adds what is worth knowing.
	Text   string `json:"text"`
	Detail string `json:"detail,omitempty"`
	// Subject is the track or document of a status, the party of a position,
	// the speaker of a statement. An event has none.
	Subject EntryID `json:"subject,omitempty"`
	// Issue is what a position is about.
	Issue EntryID `json:"issue,omitempty"`
	// Place is where it happened or was said.
	Place EntryID `json:"place,omitempty"`
	// About are the other entries concerned.
	About []EntryID `json:"about,omitempty"`

	// Trend, Why (the trend's reason), Next (what comes next) and NextUpdate
	// (when to expect word) belong to a status.
	Trend      Trend  `json:"trend,omitempty"`
	Why        string `json:"why,omitempty"`
	Next       string `json:"next,omitempty"`
	NextUpdate Moment `json:"next_update,omitzero"`
	// Drift belongs to a position.
	Drift Drift `json:"drift,omitempty"`
	// State belongs to an event.
	State EventState `json:"state,omitempty"`

	// Importance is 0 to 100; it says nothing of how sure the claim is.
	Importance int   `json:"importance,omitempty"`
	Claim      Claim `json:"claim"`

	Version Version `json:"-"`
}

// Entries returns every entry that the report concerns, each once: subject,
// issue and place first.
func (r *Report) Entries() []EntryID {
	ids := make([]EntryID, 0, 3+len(r.About))
	add := func(id EntryID) {
		if id == "" {
			return
		}
		for _, have := range ids {
			if have == id {
				return
			}
		}
		ids = append(ids, id)
	}
	add(r.Subject)
	add(r.Issue)
	add(r.Place)
	for _, id := range r.About {
		add(id)
	}
	return ids
}

// Concerns reports whether the report is about the entry in any way.
func (r *Report) Concerns(id EntryID) bool {
	if r.Subject == id || r.Issue == id || r.Place == id {
		return true
	}
	for _, have := range r.About {
		if have == id {
			return true
		}
	}
	return false
}

// Open reports whether the report is an event that is still to come, or whose
// outcome nobody has recorded.
func (r *Report) Open() bool {
	return r.Kind == Event && (r.State == Expected || r.State == Confirmed || r.State == Postponed)
}
