// Package slack answers in Slack, on github.com/slack-go/slack.
//
// # The straight line
//
// A delivery comes by a socket (socket.go, connection.go) or over HTTP (http.go);
// from there on the two are one (delivery.go). serve.go tells commands
// (command.go), events (event.go) and actions (press.go, form.go, fill.go, shortcut.go,
// view.go) apart.
// Each asks the core, renders the reply (render.go and what it uses), and answers
// (reply.go): in the acknowledgement where Slack takes an answer there, else by the
// response_url, else by a method of the Web API.
//
// # Text
//
// What people wrote stands in rich text or plain_text, which have no markup. Only
// facts, footers and sources are mrkdwn, since Slack takes no rich text there, and
// then only with words that it shows as they are (see text.go).
//
// # What is not slack-go's
//
// slack-go carries the requests, signs nothing itself and checks signatures, and
// has the types of blocks and views. Not used are:
//
//   - its Socket Mode client. It reconnects at once after every disconnect,
//     however often; closes the old connection before it opens the next; takes a
//     connection for dead on which Slack has not pinged for 30 seconds; and drops
//     an envelope whole that it cannot parse, so that it is never acknowledged.
//     The sockets here overlap, wait longer each time, ping themselves, and read
//     no more of an envelope than they need.
//   - its types of interactions and events, which refuse a whole delivery for one
//     block in it that is not as they expect.
//   - its default HTTP client, which has no time-out.
//   - its retries: after a time-out they would post twice.
//
// Each is shown on slack-go itself in slacktest's raw_*_test.go.
//
// # Once
//
// Slack delivers events again that were not acknowledged in time. An envelope that comes
// again is acknowledged with the answer that it had (flying.go), and event ids are known
// again in memory, as are presses and what was chosen in a menu. What has an effect that
// others see (a message in a channel or in a conversation with the bot) claims its event
// in the store first. Over HTTP, where a command has no id, one that only its asker sees
// is answered each time it comes. Slack has no idempotency key for messages, so that a
// post of which it is not known whether it arrived is not sent again, and the person is
// told; what one person sees is, since twice is better than never. What changes the book
// is done once for its event by the core, and then nothing more is said; a form that was
// sent is acknowledged as it was when it came first.
//
// # Who may what
//
// A request says what Slack says of whoever asks (standing.go), and what that lets them
// do is the core's to know. It comes from users.info and usergroups.list, is believed
// for five minutes, and is never read from a text or a window. What everybody may ask
// does not wait for it; what only some may does, and all that is the desk's, for two
// seconds, and what is not known by then gives nothing.
//
// # Forms
//
// A form of the core's opens in a window (fill.go), if Slack lets it: a trigger_id is
// good once, and for three seconds. Otherwise, and where nobody pressed anything, a
// button opens it. The window holds two tokens: of what it submits, and of where its
// answer goes. Both are kept as buttons are, for one person. What is wrong with what
// was sent is said in the window, which stays, so that nothing typed is lost.
package slack
