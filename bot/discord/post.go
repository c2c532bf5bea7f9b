package discord

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"math"
	"net/http"

	"github.com/bwmarrin/discordgo"

	"github.com/briefbot/briefbot/briefings"
)

// post puts a message into the channel where the button was pressed, once,
// however often it must be tried. The error is a sentence for the person.
func (d *Discord) post(ctx context.Context, in *interaction, m message) error {
	if err := mayPost(in); err != nil {
		return err
	}
	m.Content += "\n-# Posted by <@" + in.userID() + ">"
	unsure := false // whether an earlier try arrived
	err := d.persist(ctx, func() error {
		err := d.api.call(ctx, http.MethodPost, discordgo.EndpointChannelMessages(in.ChannelID), "post "+in.ChannelID, m, nil)
		var e *apiError
		unsure = unsure || errors.As(err, &e) && (e.Status == 0 || e.Status >= 500)
		return err
	})
	if err == nil {
		return nil
	}
	d.log.Warn("an answer could not be posted", "channel", in.ChannelID, "user", in.userID(), "unsure", unsure, "err", err)
	if unsure {
		return postUnsure
	}
	return postError(err)
}

// mayPost returns ErrDenied with a sentence unless the person may write in the
// channel, and the bot may post there: nobody gets around a channel's rules by
// way of the bot.
func mayPost(in *interaction) error {
	send := int64(discordgo.PermissionSendMessages)
	if in.thread() {
		send = discordgo.PermissionSendMessagesInThreads
	}
	if in.Member != nil && in.Member.Permission.lack(send) {
		return briefings.Errorf(briefings.ErrDenied, "You may not write in this channel, so I do not post here for you.")
	}
	for _, p := range Permissions() {
		if (p.Bit == send || p.Bit == discordgo.PermissionViewChannel || p.Bit == discordgo.PermissionEmbedLinks) && in.OwnPermission.lack(p.Bit) {
			return briefings.Errorf(briefings.ErrDenied, "I may not post here: I lack the permission “%s” in this channel. Somebody who manages the server can give it to me.", p.Name)
		}
	}
	return nil
}

// postError says to the person why a message could not be posted.
func postError(err error) error {
	denied := func(s string) error { return briefings.Errorf(briefings.ErrDenied, "%s", s) }
	switch code(err) {
	case codeUnknownChannel:
		return denied("That channel is not there any more.")
	case codeMissingAccess:
		return denied("I cannot see this channel. Somebody who manages the server can give me the permission “View Channels” here.")
	case codeMissingPermissions:
		return denied("I may not post here. Somebody who manages the server can give me the permissions “Send Messages” and “Embed Links” in this channel.")
	case codeArchivedThread, codeLockedThread:
		return denied("This thread is closed, so I cannot post in it.")
	case codeSlowmode:
		return denied("Slow mode holds in this channel. Try again in a moment.")
	case codeAutoMod, codeHarmfulLink:
		return denied("This server's AutoMod does not let that message through. A moderator can see why.")
	}
	var e *apiError
	switch {
	case errors.As(err, &e) && e.Status == http.StatusTooManyRequests:
		return denied(fmt.Sprintf("Too much is being posted here at once. Try again in %d seconds.", int(math.Ceil(e.RetryAfter.Seconds()))))
	case errors.As(err, &e) && e.refused():
		return fmt.Errorf("post: %w", err)
	default:
		return postUnsure
	}
}

// postUnsure is that a message may have been posted or not.
var postUnsure = briefings.Errorf(briefings.ErrDenied, "Discord did not say whether the message arrived. Look at the channel before you try again.")

// nonce is what makes two presses of one button on one message one post, for as
// long as Discord remembers: some minutes. The button alone would not do: who asks
// the same again, elsewhere, has the same. It has as many characters as
// Discord takes.
func nonce(in *interaction, id string) string {
	message := in.ID
	if in.Message != nil && in.Message.ID != "" {
		message = in.Message.ID
	}
	sum := sha256.Sum256([]byte(message + " " + id))
	return base32.HexEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:])[:maxNonce]
}
