// Package store keeps books in SQLite or PostgreSQL. It is one implementation
// of briefings.Store; dialect is all that the two engines do not share.
//
// # The history is the truth
//
// A book is an append-only list of revisions, numbered by seq, which a trigger
// protects from UPDATE and DELETE. Beside it, records holds the newest revision
// of each record, body and all, so that a book loads by reading one table, and
// an edit finds what it is based on in one look. Everything in records, texts
// and words can be made again from revisions; the reverse is not so.
//
// Revisions name their actor by number. A person is forgotten by changing the
// row in actors; the chain of digests through the revisions, which Verify
// checks, holds the number only and stays whole.
//
// # The audit
//
// Beside the history runs the audit: a row for each deed, in the transaction of what
// it did, append-only and chained in the same way. What Apply does has the range of
// its revisions there; what changes no record, such as a grant, has words that name no
// person. Deeds lock the row of the book, so that the two chains grow in one order.
// Restore writes none: the audit is of what was done in this store.
//
// The event that asked for a deed is claimed in that transaction too. So a deed that
// was cut off has left nothing, and is done when the event comes again; one that was
// done is not done twice.
//
// Everything that is of a person names the actor by number, or is a row that can go:
// what was looked at, buttons, links and grants to a user.
//
// # The ledger
//
// What is posted without being asked for is in the ledger: schedules, runs, the messages
// of runs, and deliveries (see package delivery, which says what they mean). The row of a
// run is its key: two processes that plan the same make one. A delivery is moved only
// from what it was when the mover read it, by its fence; that a message was posted is
// written down whatever the fence, since it is a fact.
//
// wake is when something is to be done at a delivery: when it may be tried, when its
// claim runs out, or its deadline; for ever where a part before it is to be sent first;
// NULL once it is settled. It follows from the other columns, and one index of it, of
// what is not settled, answers what is to be done, however much was done before. SQLite
// has no statistics to choose that index by: TestLedger_QueriesGoByTheirIndexes holds
// it to them.
//
// Planners and movers lock the row of ledgers, and so follow each other; who needs the
// row of the book, too, locks that before. On PostgreSQL leases run by the clock of the
// database, which all its processes share.
//
// People are in the ledger by their number. Who is erased has no watches any more, is in
// no schedule, and what was on its way to them is dropped. The ids of deliveries and the
// keys of runs stay; they are made with the secret of the installation, and name nobody.
//
// Beside a SQLite file the bot keeps 8 MiB in reserve. A write for which the disk has no
// room gives them up, and is tried once more: what was posted must be written down.
//
// # Two clocks
//
// A revision has the time of its commit (at) and the time at which the book
// knew (recorded), which is earlier only in the first revision of a record that
// was brought in from elsewhere. recorded never falls from one revision of a
// record to the next, even if the clock does. So a record as of a moment is its
// last revision recorded by then, and its text is valid from recorded until the
// next revision's recorded. If that rule broke, as-of answers would contradict
// the history.
//
// # Text search
//
// Texts are folded here, not by the engines: lower case, no accents, words with
// one space between. Both engines then stem English, and neither has stop
// words, so that both find alike. Of the matches the newest 1,000 are ranked:
// ranking all costs 20 times as much where a word is common, and old news is
// seldom what was asked for. The folding has a version; a store that another
// version folded is folded again when it opens.
//
// # Transactions and processes
//
// An exported method is a transaction; the functions below take the txn. Apply
// locks the row of the book, or the file of SQLite, before it compares bases,
// so that changes from any number of processes follow each other.
//
// SQLite runs in WAL mode with synchronous=FULL: what Apply acknowledged
// survives kill -9 and a power cut. One connection writes and four read, since
// SQLite has one writer anyway, and the pool's queue is fairer than its busy
// handler. The lock file beside the database is held by the bot, because two
// bots on one file would both deliver; other commands take it only to migrate.
//
// # Migrations
//
// Steps are numbered files, each applied in one transaction with its row in
// briefbot_migrations. A released step is never edited: its checksum is in that
// row, and a store with a step that this program does not know is refused and
// left as it is.
package store
