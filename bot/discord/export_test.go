package discord

import (
	"context"
	"encoding/json"

	"github.com/briefbot/briefbot/bot"
)

// Fetcher returns how files are fetched where Discord is at an address.
func Fetcher(baseURL string) (func(ctx context.Context, address string, most int64) ([]byte, error), error) {
	d := &Discord{opts: Options{BaseURL: baseURL}}
	return d.fetch, nil
}

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
