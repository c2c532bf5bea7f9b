// Package slacktest is a Slack on loopback, for tests of an application that
// talks to it: the Web API, Socket Mode, deliveries over HTTP, and people whose
// clients show what the bot says.
//
// It behaves like the platform where an application can feel it: what it is
// told must be acknowledged in time, triggers and response_urls wear out,
// scopes and memberships forbid things, methods are limited, events come again,
// and what is out of bounds is refused with Slack's codes. A request that a
// correct application would never send is kept as a Violation, whether Slack
// refuses it or not, and fails the test unless the test takes it: a bot that
// recovers from its own bad request would otherwise look well.
//
// What the platform does is taken from its documentation as of September 2026,
// and from what slack-go 0.35.0 was seen to do. Where neither says, the comment
// at the place does.
package slacktest
