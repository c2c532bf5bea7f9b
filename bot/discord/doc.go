// Package discord is briefbot in a Discord server: it connects, registers the
// commands, turns what people do into requests of the core, and renders the
// cards that come back.
//
// # The line of an answer
//
// The gateway hands an interaction to Discord.interacted, which finds the book
// that answers (access.go), asks the core, sets the card on pages (package pages,
// render.go), keeps what its buttons stand for (buttons.go), and answers within
// three seconds, or puts a placeholder there first (respond.go). What is typed is
// completed in complete.go, what everybody is to see is posted in post.go.
//
// # Who may do what
//
// That is for the book to say. The core is told what Discord says of whoever asks
// (standing.go): their roles in the server, and whether they manage it. Discord
// writes that into each interaction anew, so that each command, button and form is
// judged by what holds then, and a role that was lost gives no right any more.
// default_member_permissions stays unset: it would only hide commands.
//
// # Forms
//
// A form (form.go) can only be the first answer to a command or a button, within
// three seconds, and never the answer to another form. Where the core opens one and
// it is too late for that, a button in its place opens it. Its id is a random token;
// the command that it gives, and all that nobody may fill in, stay on the server
// (submit.go).
//
// # What is used of discordgo, and what is not
//
// Requests go through discordgo's Session, with its endpoints, constants and
// errors. Its gateway (Session.Open) and its types of interactions and messages
// are not used. Version 0.29.0 has these faults, which the tests in
// discordtest show, and which could not be mended from outside:
//
//   - Open holds a lock while it waits for READY, and an op 7 in that time makes
//     it wait for the same lock for ever. Closing the connection does not help.
//   - A zombie is noticed after five heartbeats, and then closed with 1000, which
//     ends the session: what happened meanwhile is never replayed.
//   - Close codes are only logged, so that a refused token is tried for ever.
//   - After op 9 it identifies at once, which Discord counts, and it connects to
//     the old address instead of resume_gateway_url.
//   - Interaction.UnmarshalJSON fails on a component that it does not know, hands
//     out what is left, and panics when the data is asked for. No handler's panic
//     is recovered, and nobody waits for handlers to end.
//   - A card's message written with its types has empty strings and nulls where
//     Discord wants something or nothing, and MessageAllowedMentions{} allows
//     every mention.
//
// What takes their place is gateway.go, connection.go, interaction.go,
// message.go and declare.go. Its requests have faults, too, which api.go and
// transport.go guard against:
//
//   - It posts again after a 502, though the first post may have been applied.
//     Retries are off; respond.go and post.go repeat only what may be repeated.
//   - It sleeps on a 429 for as long as that says, and on an empty bucket, under
//     a lock and deaf to its context. limits.go waits instead.
//   - It keeps a rate-limit bucket for every address that it has called, and each
//     interaction has an address of its own. Each request brings its own bucket.
//   - Its errors hold the request, and so the token; those of net/http hold the
//     address, and so that of the interaction. explain takes both out.
//
// # What an answer looks like
//
// The title is in the message itself, where those see it who have turned embeds
// off; everything else is in embeds. Text that people wrote is escaped, and no
// message can notify anybody. A button's id is a random token: what it stands
// for is kept by the server, for the person, the book, and a week.
package discord
