package briefings

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"slices"
)

// reportDigits are the digits of a report id's last part, in groups of five
// bits. Those that are mistaken for others (i, l, o, u) are not among them.
var reportDigits = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// MintReportID makes an id from what the report says: its kind, whom and what
// it concerns, when, and its text. A report that says the same gets the same
// id, so that bringing it in twice makes one report. The id has the form
// e-2025-12-02-k3f9a7: the kind's letter, the date as exactly as it is known,
// and 30 bits of a hash. Whoever mints among reports that exist must still
// look for a clash.
func MintReportID(r *Report) ReportID {
	h := sha256.New()
	add := func(s string) {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(s)))
		h.Write(n[:])
		h.Write([]byte(s))
	}
	about := slices.Clone(r.About)
	slices.Sort(about)
	add(string(r.Kind))
	add(string(r.Subject))
	add(string(r.Issue))
	for _, id := range slices.Compact(about) {
		add(string(id))
	}
	add(r.Claim.Occurred.String())
	add(r.Text)
	date := r.Claim.Occurred.String()
	if len(date) > len("2006-01-02") {
		date = date[:len("2006-01-02")]
	}
	if date == "" {
		date = "undated"
	}
	return ReportID(reportLetter(r.Kind) + "-" + date + "-" + reportDigits.EncodeToString(h.Sum(nil)[:5])[:6])
}

// reportLetter begins the ids of a kind; a statement is a quotation.
func reportLetter(k ReportKind) string {
	switch k {
	case Event:
		return "e"
	case Status:
		return "s"
	case Position:
		return "p"
	case Statement:
		return "q"
	default:
		return "r"
	}
}
