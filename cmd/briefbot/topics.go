package main

import (
	"github.com/spf13/cobra"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings/bookfile"
)

// helpTopics are texts that 'briefbot help' shows beside the commands.
func helpTopics() []*cobra.Command {
	return []*cobra.Command{
		{Use: "book-format", Short: "How a book is written as TOML files", Long: bookfile.Format},
		{Use: "chat-commands", Short: "Every chat command and what it takes", Long: bot.Reference()},
	}
}
