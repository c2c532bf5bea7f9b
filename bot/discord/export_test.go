package discord

import (
	"encoding/json"

	"github.com/briefbot/briefbot/bot"
)

// Pages returns the messages of a card as they would be sent, without buttons.
func Pages(card *bot.Card) ([][]byte, error) {
	a := newAnswer(bot.Reply{Card: card}, 0)
	var pages [][]byte
	for a.page = range a.leaves {
		b, err := json.Marshal(a.message())
		if err != nil {
			return nil, err
		}
		pages = append(pages, b)
	}
	return pages, nil
}
