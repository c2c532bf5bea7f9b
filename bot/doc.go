// Package bot is the core: the command table and what flows from it. It knows
// no platform and no storage.
//
// The line is straight. An adapter turns an event of its platform into a
// Request and calls Bot.Handle; the core finds the command in the one table,
// authorises, parses, runs it under a deadline and returns a Reply; the adapter
// renders the reply's card. Handle never fails outward: an error becomes a
// card, with a sentence where the error was meant for the person, and otherwise
// with a reference that stands beside the error in the log.
//
// A command is declared once (see Command). Parsing, completion, /help, the
// platforms' registrations and the command reference all follow from the
// declaration.
//
// What a platform's buttons stand for is kept here, too (see Offers): their ids
// are random tokens, and every press is a request of its own, with the role that
// whoever presses has now.
package bot
