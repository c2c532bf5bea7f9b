// Package discordtest is a Discord on loopback, for tests of a bot that talks
// to it: a gateway, the HTTP API, and people whose clients show what the bot
// says.
//
// It behaves like the platform where a bot can feel it: interactions must be
// answered in time and once, tokens expire, sessions are resumed or not,
// buckets run empty, and what is out of bounds is refused with Discord's codes.
// Every request is checked against Discord's own OpenAPI document and against
// the limits that the document leaves out. A request that a correct bot would
// never send is refused and also kept as a Violation, which fails the test
// unless the test takes it: a bot that recovers from its own bad request would
// otherwise look well.
//
// The document is not ours and not in the repository. It is looked for at the
// path in BRIEFBOT_DISCORD_OPENAPI and then as shared/data/discord-openapi.json
// beside any directory above the working one. Without it the server says so and
// goes on with the limits coded here; where CI is "true" that fails the test.
//
// What the platform does is taken from its documentation as of August 2026, and
// from what discordgo 0.29.0 was seen to do.
package discordtest
