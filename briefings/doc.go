// Package briefings is the domain of briefbot: the briefing book, its entries
// and reports, and what can be asked of them.
//
// A book holds entries (people, organisations, tracks, documents, places,
// terms) and reports: dated, sourced statements about them. Two clocks run in
// it. Claim.Occurred says when a thing happened; Claim.Recorded says when the
// book knew of it. Every question can be asked "as of" a moment, and is then
// answered from what was recorded by that moment alone.
//
// Nothing is overwritten. Each change appends a Revision; the current book is
// the newest revision of each record, the book as of a moment is the newest
// revision recorded by then, and a deletion is a revision that says so.
//
// The package knows no SQL, no chat platform and no network, and imports no
// other package of briefbot but names, which is part of the domain. Storage is
// reached through the Store interface; the current book of each open store is
// kept in memory as a Snapshot, which readers use without locks.
package briefings
